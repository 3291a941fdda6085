"""``python -m harness probe``: the preflight of a run: file, operator and system."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from harness import clock
from harness.cli.command import Command, UsageError
from harness.cli.terminal import say
from harness.evidence.recorder import Recorder
from harness.live.facts import Fact, Served
from harness.live.feed import Feed
from harness.operators import OperatorFailed, OperatorSettingsError, UntrustworthyError, probe
from harness.plan.planned import Planned, on_paper, plan
from harness.preflight.finding import Finding, Weight, well
from harness.preflight.in_person import meet
from harness.preflight.on_paper import address, limits, operator_gaps, to_set_up
from harness.preflight.stumbled import stumbled
from harness.preflight.token_gaps import token_costs
from harness.run.gate import ExitCode
from harness.spec import catalogue
from harness.sut.file import line_of, load
from harness.sut.model import Sut
from harness.testbed.bringup import BringUpError, Embedding
from harness.testbed.kits import KITS


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sut", type=Path, required=True, metavar="FILE")
    parser.add_argument("--certs", type=Path, default=Path("certs"), metavar="DIR")
    parser.add_argument(
        "--offline",
        action="store_true",
        help="look at the file and the operator alone; the system need not be there",
    )


def _probe(options: argparse.Namespace) -> int:
    sut = load(options.sut)
    embedded = sut.operator.kind == "embedded"
    cases = on_paper(sut) if embedded else plan(sut)
    say(f"{sut.name} ({sut.role}), security profile {sut.security_profile}")
    found = [*address(sut), *_needs(sut, cases)]
    _tell(options.sut, found)
    try:
        found += clock.run(_with_system(sut, options), simulated=embedded)
    except (OperatorSettingsError, OperatorFailed, BringUpError) as error:
        raise UsageError(stumbled(sut, error)) from error
    except UntrustworthyError as error:
        raise UntrustworthyError(stumbled(sut, error)) from error
    for finding in token_costs(sut, cases, found):
        _tell(options.sut, [finding])
    for line in _counts(sut, cases):
        say(line)
    wrong = any(each.weight is Weight.WRONG for each in found)
    return ExitCode.RED if wrong else ExitCode.GREEN


def _needs(sut: Sut, cases: Sequence[Planned]) -> list[Finding]:
    """An embedded system has all that is needed."""
    if sut.operator.kind == "embedded":
        return []
    return [*operator_gaps(sut, cases), *limits(sut, cases)]


async def _with_system(sut: Sut, options: argparse.Namespace) -> list[Finding]:
    bring_up = KITS[sut.role].bring_up
    embedded = sut.operator.kind == "embedded"
    live = Feed()
    live.listen(_shown)
    record = partial(_recorder, live)
    async with bring_up(sut, record, options.certs, Embedding()) as test_bed:
        await probe(test_bed.operator, sut.limits.operator)
        kind = sut.operator.kind
        _tell(options.sut, [well(f"operator {kind}: refuses what it does not know, as it must")])
        for line in () if embedded else to_set_up(test_bed.sut, options.certs):
            say(line)
        if options.offline:
            return []
        found = await meet(test_bed)
        _tell(options.sut, found)
        return found


def _recorder(live: Feed, _sut: Sut) -> Recorder:
    return Recorder(None, live=live)


def _shown(fact: Fact) -> None:
    """Where a person who acts is asked."""
    if isinstance(fact, Served):
        say(f"open {fact.url} in front of the system")


def _tell(path: Path, found: Iterable[Finding]) -> None:
    for each in found:
        where = f"{path}:{line_of(path, each.path)}: " if each.path else ""
        say(f"{each.weight:<5} {where}{each.text}")


def _counts(sut: Sut, cases: Sequence[Planned]) -> list[str]:
    """Those of a run."""
    rows = [row for row in catalogue.load(sut.edition).values() if row.role is sut.role]
    apply = [each for each in cases if not each.excluded]
    withheld = [each.id for each in cases if each.withheld]
    left_out = f", {len(withheld)} of them NOT RUN ({', '.join(withheld)})" if withheld else ""
    return [
        f"{len(apply)} of {len(cases)} implemented cases apply{left_out};"
        f" Part 6 has {len(rows)} for a {sut.role}"
    ]


COMMAND = Command("probe", "the preflight: file, operator and system", _add_arguments, _probe)
