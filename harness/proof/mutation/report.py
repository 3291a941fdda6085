"""What a campaign found, as JSON and as a table."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from harness.proof.mutation.campaign import Campaign
from harness.proof.mutation.equivalents import Equivalent
from harness.proof.mutation.plan import MutantOutcome, Result

FILE = "mutation.json"


def as_data(campaign: Campaign) -> dict[str, Any]:
    """The campaign as plain JSON data: totals, what is unproven, each case with its mutants."""
    return {
        "seed": campaign.seed,
        "green": campaign.green,
        "totals": _totals(campaign.results),
        "unproven": [str(each) for each in campaign.unproven],
        "unrecorded": [asdict(each) for each in campaign.unrecorded],
        "stale": [asdict(entry) for entry in campaign.stale],
        "cases": [
            {
                "id": case_id,
                "totals": _totals(mine := _of(campaign, case_id)),
                "mutants": [_result(result) for result in mine],
            }
            for case_id in campaign.cases
        ],
    }


def write(campaign: Campaign, directory: Path) -> Path:
    """Write mutation.json into a folder; returns its path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / FILE
    path.write_text(json.dumps(as_data(campaign), indent=1, default=str) + "\n", "utf-8")
    return path


def show(campaign: Campaign, out: TextIO) -> None:
    """A table by case, then everything that is not as it should be."""
    console = Console(file=out, highlight=False, markup=False)
    table = Table(title=f"Wire mutation, seed {campaign.seed}")
    table.add_column("Case", no_wrap=True)
    for heading in ("mutants", *MutantOutcome):
        table.add_column(heading, justify="right")
    for case_id in campaign.cases:
        _add(table, case_id, _of(campaign, case_id))
    table.add_section()
    _add(table, f"{len(campaign.cases)} cases", list(campaign.results))
    console.print(table)
    for result in campaign.results:
        if not result.fate.good:
            console.print(_line(result), soft_wrap=True)
    for each in campaign.unrecorded:
        console.print(f"no passing run: {each.case_id}: {each.reason}", soft_wrap=True)
    for text in campaign.unproven:
        console.print(f"no mutant breaks: {text}", soft_wrap=True)
    for entry in campaign.stale:
        console.print(_stale(entry), soft_wrap=True)


def _of(campaign: Campaign, case_id: str) -> list[Result]:
    return [result for result in campaign.results if result.mutant.case_id == case_id]


def _totals(results: list[Result] | tuple[Result, ...]) -> dict[str, int]:
    fates = Counter(result.fate for result in results)
    return {"mutants": len(results)} | {fate.value: fates[fate] for fate in MutantOutcome}


def _add(table: Table, name: str, results: list[Result]) -> None:
    if results:
        table.add_row(name, *(str(count or "") for count in _totals(results).values()))


def _result(result: Result) -> dict[str, Any]:
    mutant = result.mutant
    return {
        "message": mutant.frame.message,
        "number": mutant.frame.nth + 1,
        "says": mutant.frame.says,
        "path": mutant.path,
        "mutation": mutant.how.value,
        "value": mutant.edit.value if mutant.edit else None,
        "before": mutant.before,
        "steps": mutant.steps,
        "fate": result.fate.value,
        "step": result.step,
        "reason": result.reason,
        "why": result.why,
    }


def _line(result: Result) -> str:
    mutant = result.mutant
    where = f" (must show at {', '.join(mutant.steps)})" if mutant.steps else ""
    said = " ".join(result.reason.split())[:300]
    return f"{result.fate}: {mutant.case_id} {mutant.title()}{where}: {said}"


def _stale(entry: Equivalent) -> str:
    return f"stale: no survivor is {entry.message} {', '.join(entry.mutation)}: {entry.why}"
