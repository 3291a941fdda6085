"""trust.md: totals, a row per case, and what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.evidence.proof import CaseProof, Proof
from harness.report.markdown import escaped, table
from harness.spec.roles import Role
from harness.testbed.kits import KITS

HEAD = (
    *("Case", "Validations", "Rows", "Stimuli", "Mutants", "Killed", "Equivalent", "Survived"),
    *("Misplaced", "Faults", "Variants", "Proven"),
)
_INTRODUCTION = """\
A verdict is worth what shows that it can be wrong. For each implemented case, against the embedded
systems:

- **Validations**: what a passing run records. **Rows**: what the page of the case asks to be
  validated, errata included; both are matched with each other, both ways, and so is what the
  harness sends and does. **Stimuli**: messages and acts of the harness that were changed once
  each (another value, absent, left out, sent twice), and noticed.
- **Mutants**: what the system under test sent, broken in one place at a time on the wire. *Killed*:
  the case failed where the change shows. *Equivalent*: OCPP allows it, with its reason in
  `harness/proof/mutation/equivalents.yaml` or beside the case. *Survived*: nobody noticed.
  *Misplaced*: the case failed elsewhere.
- **Faults**: named misbehaviours that turn the case red at the step that they break.
- **Variants**: conforming ways to behave under which the case passes; where one fails, the case is
  not proven."""


def markdown(proof: Proof) -> str:
    """The report as Markdown (CommonMark with tables); the same for the same proof."""
    lines = ["# How far the verdicts are proven", "", _INTRODUCTION, ""]
    lines += ["## Totals", "", *table(("Role", "Cases", *HEAD[1:]), _totals(proof.cases))]
    for role in Role:
        cases = [case for case in proof.cases if case.role is role]
        if cases:
            rows = [(case.case_id, *_counts([case])) for case in cases]
            lines += [f"## {KITS[role].title}", "", *table(HEAD, rows)]
    lines += _gaps(proof)
    lines.append(f"Version {proof.version}, seed {proof.seed}. Made by `make trust`.")
    return "\n".join(lines) + "\n"


def _totals(cases: Sequence[CaseProof]) -> Iterable[Sequence[str]]:
    for role in Role:
        mine = [case for case in cases if case.role is role]
        yield (KITS[role].title, str(len(mine)), *_counts(mine))
    yield ("Both", str(len(cases)), *_counts(cases))


def _counts(cases: Sequence[CaseProof]) -> tuple[str, ...]:
    sums = (
        sum(case.validations for case in cases),
        sum(case.rows for case in cases),
        sum(case.stimuli for case in cases),
        sum(case.mutants for case in cases),
        sum(case.killed for case in cases),
        sum(case.equivalent for case in cases),
        sum(case.survived for case in cases),
        sum(case.misplaced for case in cases),
        sum(case.faults for case in cases),
        sum(case.variants for case in cases),
    )
    return (*map(str, sums), "yes" if all(case.proven for case in cases) else "**no**")


def _gaps(proof: Proof) -> list[str]:
    found = [(case.case_id, text) for case in proof.cases for text in case.wrong]
    found += [("", text) for text in proof.wrong]
    if not found:
        return []
    lines = [f"- {f'{name}: ' if name else ''}{escaped(text)}" for name, text in found]
    return ["## Not proven", "", *lines, ""]
