"""What GitHub shows of a run: annotations (workflow commands) and the summary of the job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.evidence.results import Results
from harness.evidence.verdict import Verdict
from harness.report.markdown import escaped, markdown, table
from harness.report.text import printable, shortened

#: GitHub shows ten errors of a step, and as many warnings; a job summary holds 1 MiB.
MOST, MOST_BYTES = 10, 1_000_000
_LONGEST = 500
_NAMED = 8
_LINK = re.compile(r"(?<!\\)\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class _Told:
    """What is wrong, with the cases that show it; none where it is no matter of a case."""

    title: str
    text: str
    cases: tuple[str, ...]


def workflow_commands(results: Results, red: Sequence[str]) -> list[str]:
    """One line for each cause, and for each case that shows none; the rest is counted.

    ``red``: why the gate is, a line for each reason. What it does not name is but a notice.
    """
    told = [*_causes(results), *_without_cause(results)]
    cases = {case for each in told for case in each.cases}
    others = [line for line in red if line.partition(" ")[0] not in cases]
    told = [*(_Told("The gate is red", line, ()) for line in others), *told]
    told.sort(key=lambda each: _level(each, red) != "error")
    shown = told if len(told) <= MOST else told[: MOST - 1]
    lines = [_command(_level(each, red), each.title, each.text) for each in shown]
    if len(shown) < len(told):
        more = f"{len(told) - len(shown)} more: see the summary of the job"
        lines.append(_command(_level(told[len(shown)], red), "OCPP conformance", more))
    return lines


def _level(told: _Told, red: Sequence[str]) -> str:
    named = {line.partition(" ")[0] for line in red}
    return "notice" if told.cases and not named & set(told.cases) else "error"


def summary(results: Results, gate: Sequence[str], *, link: str = "") -> str:
    """Markdown: what the gate says and the totals first, then the report as it is in results.md.

    ``link``: where the reports of the run are. What is longer than GitHub takes is cut at a line.
    """
    lines = [f"# OCPP conformance: {escaped(gate[0])}", "", *_totals(results)]
    lines += [f"- {escaped(line.strip())}" for line in gate[1:]]
    lines += [""]
    lines += [f"[All reports, with diagrams and frames]({link})", ""] if link else []
    # The files that it links to are not where the summary is shown.
    report = _LINK.sub(r"\1", markdown(results).partition("\n")[2])
    return _cut("\n".join(lines) + "\n" + report)


def _totals(results: Results) -> list[str]:
    counts = dict.fromkeys(Verdict, 0)
    for case in results.cases:
        counts[case.verdict] += 1
    names = [*map(str, counts), "NOT RUN", "Cases"]
    of_all = [*counts.values(), len(results.not_run)]
    return table(names, [[str(each) for each in (*of_all, sum(of_all))]])


def _causes(results: Results) -> Iterator[_Told]:
    for cause in results.causes:
        more = len(cause.cases) - _NAMED
        named = ", ".join(cause.cases[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        title = f"{cause.id}: {len(cause.cases)} case(s)"
        what = shortened(cause.told, _LONGEST)
        yield _Told(title, f"{what}\n{named}", cause.cases)


def _without_cause(results: Results) -> Iterator[_Told]:
    caused = {case for cause in results.causes for case in cause.cases}
    for case in results.cases:
        if not case.verdict.green and case.id not in caused:
            reason = shortened(case.reason, _LONGEST)
            yield _Told(f"{case.id} {case.verdict}", reason, (case.id,))
    for left_out in results.not_run:
        yield _Told(f"{left_out.id} NOT RUN", left_out.reason, (left_out.id,))


def _command(level: str, title: str, text: str) -> str:
    message = "\n".join(printable(line) for line in text.splitlines())
    return f"::{level} title={_property(printable(title))}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cut(text: str) -> str:
    content = text.encode("utf-8", "replace")
    if len(content) <= MOST_BYTES:
        return text
    whole = content[:MOST_BYTES].rpartition(b"\n")[0].decode("utf-8")
    return f"{whole}\n\nThe rest is in the reports of the run.\n"
