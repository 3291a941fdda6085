"""Cases against an embedded system without pytest: for proofs that need many short runs."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.evidence.recorder import Recorder
from harness.evidence.results import CaseResult
from harness.evidence.verdict import Validation, Verdict
from harness.operators.base import Operator
from harness.peers.peer import Peer
from harness.proof.keys import shared_keys
from harness.reference.variants import Variant
from harness.run.conduct import CaseInfo, conduct
from harness.spec.roles import Role
from harness.sut.model import Sut
from harness.testbed.bringup import Embedding
from harness.testbed.kits import KITS, embedded_sut


@dataclass(frozen=True)
class CaseFunction:
    """An implemented case: what the catalogue says of it, and its scenario."""

    info: CaseInfo
    scenario: Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Outcome:
    """What came of one case: its result and the peer that saw it."""

    result: CaseResult
    peer: Peer

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return self.result.verdict

    @property
    def failed(self) -> list[Validation]:
        """The validations that did not hold."""
        return [v for v in self.result.validations if not v.ok]


@cache
def case_functions(role: Role) -> Mapping[str, CaseFunction]:
    """Every implemented case of a role by its id, in the order of the catalogue."""
    found: dict[str, CaseFunction] = {}
    root = importlib.import_module(KITS[role].cases)
    for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        for each in vars(importlib.import_module(module.name)).values():
            info: CaseInfo | None = getattr(each, "case_info", None)
            if info is not None:
                found[info.row.id] = CaseFunction(info, each.__wrapped__)
    return MappingProxyType(dict(sorted(found.items())))


@dataclass
class _Keeper:
    results: list[CaseResult] = field(default_factory=list[CaseResult])

    def recorder(self, sut: Sut) -> Recorder:
        return _Memory(None, sut.secrets, keep=self.results.append)


@dataclass(frozen=True)
class _Memory(Recorder):
    keep: Callable[[CaseResult], None] = lambda _result: None

    def record(self, result: CaseResult) -> None:
        self.keep(result)


async def run_cases(
    role: Role,
    ids: Sequence[str],
    *,
    variant: str | Variant = "",
    alter: Callable[[Any], None] = lambda _system: None,
    sut: Sut | None = None,
    certs: Path | None = None,
    peers: Callable[[Any], None] = lambda _peer: None,
    operator: Callable[[Operator], Operator] = lambda operator: operator,
    compare: bool | None = None,
    restore_last: bool = False,
) -> list[Outcome]:
    """Run cases one after the other against one embedded system of its own.

    It is not put back into its pre-conditions after the last one, unless ``restore_last``.
    ``sut``: the description, by default that of the embedded system, which fits.
    ``alter`` is applied to each embedded system before it starts. ``certs`` is a folder for keys,
    which may be used again but not at the same time; without it they are thrown away. ``peers`` is
    applied to the peer of each case before it begins. ``operator``: makes another of the operator.
    ``compare``: whether the system is held to ``sut``, by default if there is one.
    """
    keeper, outcomes = _Keeper(), list[Outcome]()
    with contextlib.ExitStack() as stack:
        folder = certs or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        held = sut is not None if compare is None else compare
        embedding = Embedding(variant, alter, shared_keys, compare=held)
        async with KITS[role].bring_up(
            sut or embedded_sut(role), keeper.recorder, folder, embedding
        ) as test_bed:
            test_bed.operator = operator(test_bed.operator)
            for position, case_id in enumerate(ids, start=1):
                function = case_functions(role)[case_id]
                peer = test_bed.peer(case_id)
                peers(peer)
                arguments = {KITS[role].peer: peer}
                await conduct(
                    function.info,
                    peer,
                    lambda f=function, a=arguments: f.scenario(**a),
                    restore=restore_last or position < len(ids),
                )
                await peer.finish()
                outcomes.append(Outcome(keeper.results[-1], peer))
    return outcomes
