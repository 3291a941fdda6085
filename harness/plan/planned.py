"""What each case of a run will ask for, and how long it will take at least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from harness.evidence.verdict import Verdict
from harness.plan.rehearsal import Rehearsed, rehearse
from harness.proof.embedded_run import case_functions
from harness.reference.variants import Variant
from harness.run.conduct import CaseInfo
from harness.run.withheld import withheld
from harness.sut import pics
from harness.sut.contract import Refusal, of_role
from harness.sut.model import IRREVERSIBLE, Sut

#: Seconds that a person takes for one action, where one is asked.
PERSON = 20.0


@dataclass(frozen=True)
class Planned:
    """A case in a run.

    ``excluded``: why it does not apply, "" if it does. ``withheld``: why it will be NOT RUN.
    ``asked``: what the operator is asked for, in order; ``alone``: whether it comes to its verdict
    with an operator who refuses all of that. ``seconds``: what it takes at least.
    ``doubt``: why its rehearsal did not pass, so that more may be asked.
    """

    info: CaseInfo
    excluded: str = ""
    withheld: str = ""
    asked: tuple[str, ...] = ()
    alone: bool = True
    seconds: float = 0.0
    doubt: str = ""

    @property
    def id(self) -> str:
        """Of the case."""
        return self.info.row.id

    @property
    def runs(self) -> bool:
        """Whether it will come to a verdict."""
        return not self.excluded and not self.withheld

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is asked for, each once."""
        return tuple(dict.fromkeys(self.asked))

    @property
    def hands(self) -> tuple[str, ...]:
        """What is to be done, without what is to be arranged or looked at."""
        return tuple(name for name in self.asked if not _is_fact(name))

    @property
    def facts(self) -> tuple[str, ...]:
        """What is to be arranged or looked at."""
        return tuple(name for name in self.asked if _is_fact(name))


def _is_fact(name: str) -> bool:
    return name.startswith(("arrange.", "look."))


def plan(sut: Sut, ids: Iterable[str] = (), *, variant: str | Variant = "") -> list[Planned]:
    """The cases of a run, by default all that are implemented for the role of ``sut``."""
    cases = on_paper(sut, ids)
    rehearsed = rehearse(sut, [each.id for each in cases if each.runs], variant=variant)
    helped = {each.id: each for each in rehearsed}
    # A case that asks for nothing may rest on what was arranged for the one before it.
    tried = [i for i, each in helped.items() if _can_do_without(sut, each.asked)]
    refused = rehearse(sut, tried, refused=lambda _name: True, variant=variant)
    # One that would apply with an operator is not made green by having none.
    alone = {each.id for each in refused if each.verdict is helped[each.id].verdict}
    return [_joined(sut, each, helped.get(each.id), each.id in alone) for each in cases]


def on_paper(sut: Sut, ids: Iterable[str] = ()) -> list[Planned]:
    """The same as far as the description alone tells: nothing is rehearsed."""
    wanted = set(ids)
    functions = case_functions(sut.role)
    infos = [f.info for i, f in functions.items() if not wanted or i in wanted]
    return [_before(info, sut) for info in sorted(infos, key=in_order)]


def in_order(info: CaseInfo) -> int:
    """What changes nothing for good comes first, and what is hardest to live with last."""
    return ("", *IRREVERSIBLE).index(info.irreversible)


def _before(info: CaseInfo, sut: Sut) -> Planned:
    excluded = pics.applicability(info.row, sut)
    return Planned(info, excluded, "" if excluded else withheld(info, sut))


def _can_do_without(sut: Sut, asked: Sequence[str]) -> bool:
    """Whether the contract lets cases go on without any of these."""
    needed = {a.name for a in of_role(sut.role) if a.refusal is Refusal.STOPS}
    return all(name not in needed and name.partition(".")[0] not in needed for name in asked)


def _joined(sut: Sut, case: Planned, rehearsed: Rehearsed | None, alone: bool) -> Planned:
    if rehearsed is None:
        return case
    if rehearsed.verdict is Verdict.NOT_APPLICABLE:
        return replace(case, excluded=rehearsed.reason, asked=rehearsed.asked)
    person = PERSON if sut.operator.kind in ("prompt", "web") else 0.0
    return replace(
        case,
        asked=rehearsed.asked,
        alone=alone,
        seconds=rehearsed.seconds + person * len(rehearsed.asked),
        doubt="" if rehearsed.verdict is Verdict.PASS else rehearsed.reason,
    )


@dataclass(frozen=True)
class Total:
    """Of some cases: how many there are, apply, and will be NOT RUN; what they ask for, and take.

    ``needs`` counts the cases that cannot do without each action.
    """

    cases: int
    apply: int
    withheld: int
    alone: int
    seconds: float
    needs: Counter[str]


def total(cases: Iterable[Planned]) -> Total:
    """The sum of these cases."""
    listed = list(cases)
    running = [each for each in listed if each.runs]
    needs = Counter(name for each in running if not each.alone for name in set(each.asked))
    return Total(
        len(listed),
        sum(not each.excluded for each in listed),
        sum(bool(each.withheld) for each in listed),
        sum(each.alone for each in running),
        sum(each.seconds for each in running),
        needs,
    )
