"""The files that a new case begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.proof.trust.fault_files import fault_files
from harness.spec.catalogue import Row
from harness.testbed.kits import KITS

_MODULE = '''\
"""{id}: ."""

from harness.case import case
from harness.peers.{fixture} import {peer}


@case("{id}")
async def {name}({fixture}: {peer}) -> None:
    # Before
    # Main
    raise NotImplementedError("{id} has no steps yet")
'''

_PAGE = """\
# {id}
{errata}errata: []
# A fact for each, in a few words.
prerequisites: []
# - state: EnergyTransferStarted
# - configure: OCPPCommCtrlr.OfflineThreshold
#   value: <configured.offline_threshold + 60>
before: []
# - step: 1
#   by: harness
#   message: ResetRequest
#   fields: {{type: OnIdle, evseId: absent}}
# - step: 2
#   by: system
#   message: ResetResponse
#   fields: {{status: Accepted}}
steps: []
post: []
"""


def files(row: Row) -> Mapping[str, str]:
    """The texts of the files of a case, by their paths from the root of the project."""
    kit = KITS[row.role]
    name, fixture, peer = _name(row), kit.peer, kit.peer_class.__name__
    return {
        f"{_folder(row)}/__init__.py": "",
        f"{_folder(row)}/{name}.py": _MODULE.format(
            id=row.id, name=name, fixture=fixture, peer=peer
        ),
        f"{_folder(row)}/{name}.yaml": _PAGE.format(id=row.id, errata=_errata(row.errata)),
    }


def _folder(row: Row) -> str:
    return f"{KITS[row.role].cases}/{row.folder}"


def _name(row: Row) -> str:
    return f"test_{row.id.lower()}"


def _errata(count: int) -> str:
    return f"# The catalogue counts {count}: their dates, quoted.\n" if count else ""


def next_steps(row: Row) -> Iterator[str]:
    """What is still to be written and run, in its order."""
    where, command = f"{_folder(row)}/{_name(row)}", "python -m harness"
    system = KITS[row.role].title
    faults = " or ".join(fault_files(row.id))
    yield f"1. {where}.yaml: the steps of the page as rows, from the page alone"
    yield f"2. {where}.py: a sentence, and the steps; pytest --case {row.id}"
    yield f"3. a fault of the embedded {system} that it finds: {faults}"
    yield f"4. which other faults it finds: {command} lock --case {row.id} --fault '*'"
    yield f"5. all proofs: {command} trust --case {row.id}"
    yield ".github/CONTRIBUTING.md says more of each."
