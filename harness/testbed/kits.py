"""What belongs to each role of a system under test: the one table of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.evidence.recorder import Recorder
from harness.peers.fake_csms import FakeCSMS
from harness.peers.fake_station import FakeStation
from harness.peers.peer import Peer
from harness.questions import of_csms, of_station
from harness.questions.question import Question
from harness.reference import faults, variants
from harness.reference.faults import Fault
from harness.reference.variants import Variant
from harness.rules import rulebook
from harness.rules.frames import Rule
from harness.spec.roles import Role
from harness.sut.file import load
from harness.sut.model import Sut
from harness.testbed.bringup import Alter, Embedding, csms_test_bed, station_test_bed
from harness.testbed.csms import CsmsTestBed
from harness.testbed.station import StationTestBed

#: Opens a test bed: for this system, recording so, with keys in this folder, its system altered so.
BringUp = Callable[
    [Sut, Callable[[Sut], Recorder], Path, Embedding],
    AbstractAsyncContextManager[StationTestBed | CsmsTestBed],
]


@dataclass(frozen=True)
class Kit:
    """All that is chosen by a role.

    ``title``: the role in reports; ``acts_by``: who moves such a system, in the words of pages.
    ``cases``: the package of its cases; ``peer``: the fixture that hands a case the other
    side, a ``peer_class``.
    ``system``: the embedded system, a package of ``harness/reference`` and of its faults;
    ``description``: its sut file in ``harness/suts``; ``faults`` and
    ``variants`` are that system's. ``rules``: the standing rules.
    """

    title: str
    acts_by: str
    cases: str
    peer: str
    peer_class: type[Peer]
    system: str
    description: str
    faults: Mapping[str, Fault]
    variants: Mapping[str, Variant]
    rules: tuple[Rule, ...]
    questions: tuple[Question, ...]
    question_faults: Mapping[str, Fault]
    bring_up: BringUp


KITS: Mapping[Role, Kit] = MappingProxyType(
    {
        Role.STATION: Kit(
            title="Charging Station",
            acts_by="hands",
            cases="cases_cs",
            peer="fake_csms",
            peer_class=FakeCSMS,
            system="station",
            description="embedded_station.yaml",
            faults=faults.STATION,
            variants=variants.STATION,
            rules=rulebook.OF_STATION,
            questions=of_station.STATION,
            question_faults=faults.OF_STATION_QUESTIONS,
            bring_up=station_test_bed,
        ),
        Role.CSMS: Kit(
            title="CSMS",
            acts_by="operator",
            cases="cases_csms",
            peer="fake_station",
            peer_class=FakeStation,
            system="csms",
            description="embedded_csms.yaml",
            faults=faults.CSMS,
            variants=variants.CSMS,
            rules=rulebook.OF_CSMS,
            questions=of_csms.CSMS,
            question_faults=faults.OF_CSMS_QUESTIONS,
            bring_up=csms_test_bed,
        ),
    }
)


@cache
def embedded_sut(role: Role) -> Sut:
    """The description of the embedded system of a role."""
    folder = resources.files("harness").joinpath("suts")
    return load(Path(str(folder.joinpath(KITS[role].description))))


def fault_named(role: Role, names: str) -> Alter:
    """The changes by their names, with commas between them; those of the other role are left out.

    Raises:
        KeyError: there is no fault of a name; the message lists those there are.
    """
    known = [each for kit in KITS.values() for each in (*kit.faults, *kit.question_faults)]
    wanted = [name for name in names.split(",") if name]
    for name in wanted:
        if name not in known:
            raise KeyError(f"no fault {name!r}; there are {', '.join(known)}")
    own = {**KITS[role].faults, **KITS[role].question_faults}
    faults = [own[name] for name in wanted if name in own]

    def alter(system: Any) -> None:
        for fault in faults:
            fault.alter(system, lambda: None)

    return alter
