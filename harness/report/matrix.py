"""Systems against cases and certification profiles, in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.evidence.results import CaseResult, NotRun, Results
from harness.evidence.verdict import Verdict
from harness.report.document import BAD, DIM, GOOD, Cell, Document, Section, cells, tones
from harness.report.tally import flaws
from harness.spec import catalogue
from harness.spec.catalogue import Row
from harness.spec.roles import Role

NOT_RUN = "NOT RUN"


class Contradiction(ValueError):
    """Two runs of one column say different things about a case; the message says which."""


@dataclass(frozen=True)
class Source:
    """A results folder: its results, and where its HTML report is, "" for nowhere."""

    results: Results
    report: str = ""


@dataclass(frozen=True)
class Column:
    """One system in one configuration, of which there may be several runs."""

    label: str
    sources: tuple[Source, ...]

    @property
    def states(self) -> Mapping[str, tuple[CaseResult | NotRun, Source]]:
        """What is known of each case: a result counts before a case that was left out.

        Raises:
            Contradiction: two results of a case differ in their verdict.
        """
        found: dict[str, tuple[CaseResult | NotRun, Source]] = {}
        for source in self.sources:
            for left_out in source.results.not_run:
                found.setdefault(left_out.id, (left_out, source))
            for case in source.results.cases:
                known = found.get(case.id, (case, source))[0]
                if isinstance(known, CaseResult) and known.verdict is not case.verdict:
                    raise Contradiction(
                        f"{self.label}: one run says that {case.id} is {known.verdict}, another"
                        f" that it is {case.verdict}: give them labels of their own"
                    )
                found[case.id] = (case, source)
        return found

    @property
    def roles(self) -> set[Role]:
        """The roles that were tested."""
        return {role for source in self.sources for role in source.results.run.roles}


def matrix(columns: Sequence[Column]) -> Document:
    """All of them in one document.

    Raises:
        Contradiction: a column's runs contradict each other.
    """
    told = [f"{c.label}: {flaw}" for c in columns for s in c.sources for flaw in flaws(s.results)]
    sections = [_systems(columns)]
    for role in Role:
        chosen = [column for column in columns if role in column.roles]
        if chosen:
            sections += _of_role(role, chosen)
    return Document("Systems, profiles and cases", tuple(sections), tuple(told))


def _systems(columns: Sequence[Column]) -> Section:
    head = ("System", "Role", "Version", "Date", "Harness", "Selection", *Verdict)
    return Section("Systems", head, tuple(_system(column) for column in columns))


def _system(column: Column) -> tuple[Cell, ...]:
    runs = [source.results.run for source in column.sources]
    counts = Counter(
        state.verdict for state, _ in column.states.values() if isinstance(state, CaseResult)
    )
    facts = (
        ", ".join(sorted(column.roles)),
        _listed(run.sut_version for run in runs),
        _listed(f"{run.started:%Y-%m-%d}" for run in runs),
        _listed(run.harness_version for run in runs),
        "; ".join(dict.fromkeys(run.selection for run in runs)),
    )
    return (
        Cell(column.label, link=column.sources[0].report),
        *cells(*facts, *(str(counts[verdict]) for verdict in Verdict)),
    )


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, texts)))


def _of_role(role: Role, columns: Sequence[Column]) -> Iterable[Section]:
    known = [column.states for column in columns]
    rows = [row for row in catalogue.load().values() if row.role is role]
    seen = [row for row in rows if any(row.id in states for states in known)]
    labels = tuple(column.label for column in columns)
    yield _profiles(role, rows, labels, known)
    blocks = dict.fromkeys(row.block for row in seen)
    for block in blocks:
        chosen = [row for row in seen if row.block == block]
        table = tuple(_case(row, known) for row in chosen)
        yield Section(f"{block}_{role}", ("Case", "Title", *labels), table)


_States = Mapping[str, tuple[CaseResult | NotRun, Source]]


def _case(row: Row, known: Sequence[_States]) -> tuple[Cell, ...]:
    return (*cells(row.id, row.title), *(_verdict(states.get(row.id)) for states in known))


def _verdict(found: tuple[CaseResult | NotRun, Source] | None) -> Cell:
    if found is None:
        return Cell("")
    state, source = found
    if isinstance(state, NotRun):
        return Cell(NOT_RUN, DIM)
    (cell,) = tones((state.verdict,))
    return Cell(cell.text, cell.tone, f"{source.report}#{state.id}" if source.report else "")


def _profiles(
    role: Role, rows: Sequence[Row], labels: tuple[str, ...], known: Sequence[_States]
) -> Section:
    """What each certification profile asks of the role, and what came of it."""
    names = sorted({entry.profile for row in rows for entry in row.certification})
    table: list[tuple[Cell, ...]] = []
    for name in names:
        ids = [row.id for row in rows if any(e.profile == name for e in row.certification)]
        table.append((Cell(name), Cell(str(len(ids))), *(_share(ids, each) for each in known)))
    text = (
        "Cases of each certification profile (Part 5). What does not apply or was not run is said"
        " beside; a profile holds where all that applies has passed and nothing is missing."
    )
    return Section(
        f"Certification profiles: {role}", ("Profile", "Cases", *labels), tuple(table), text
    )


def _share(ids: Sequence[str], states: _States) -> Cell:
    verdicts = [s[0].verdict for i in ids if (s := states.get(i)) and isinstance(s[0], CaseResult)]
    counts = Counter(verdicts)
    missing = len(ids) - len(verdicts)
    applicable = len(verdicts) - counts[Verdict.NOT_APPLICABLE]
    parts = [f"{counts[Verdict.PASS]} of {applicable} passed"]
    parts += (
        [f"{counts[Verdict.NOT_APPLICABLE]} not applicable"] if applicable < len(verdicts) else []
    )
    parts += [f"{missing} not run"] if missing else []
    red = counts[Verdict.PASS] < applicable
    holds = applicable > 0 and not red and not missing
    return Cell("; ".join(parts), BAD if red else GOOD if holds else DIM)
