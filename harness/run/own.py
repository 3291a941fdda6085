"""What was wrong in the exchanges that no page asks for, added to what a run found."""

from __future__ import annotations

from dataclasses import replace

from harness.evidence.results import ALL, Results
from harness.questions.own import ID, own_exchanges


def with_own_exchanges(results: Results) -> Results:
    """The results with it told for each role; of a part of the cases only if something is wrong."""
    asked = tuple(each for each in results.questions if each.id != ID)
    own = (own_exchanges(role, results.cases) for role in results.run.roles)
    whole = results.run.selection == ALL and not results.run.shard
    told = (each for each in own if whole or not each.verdict.green)
    return replace(results, questions=(*asked, *told))
