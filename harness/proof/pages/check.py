"""A page against the runs of its case: in each variant that its rows need."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from harness.evidence.verdict import Stage, Validation, Verdict
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Inbox
from harness.ocppj.payloads import objects
from harness.ocppj.variables import get_item, key_of
from harness.peers.fake_station import FakeStation
from harness.proof.embedded_run import Outcome, run_cases
from harness.proof.pages.load import general
from harness.proof.pages.match import differences
from harness.proof.pages.model import Page
from harness.proof.pages.record import Record, record
from harness.proof.pages.variants import variant_named
from harness.spec.catalogue import row


@dataclass(frozen=True)
class Checked:
    """What came of a page: its rows that a run must record, the validations, what is wrong."""

    case_id: str
    owed: int
    validations: int
    wrong: tuple[str, ...]


async def check(page: Page, certs: Path | None = None) -> Checked:
    """Run the page's case in each variant that its rows need, and match both ways.

    ``certs``: a folder for keys that no other run uses at the same time.
    """
    role = row(page.id).role
    outcomes = await runs(page, certs)
    wrong: list[str] = []
    seen: set[str] = set()
    for variant, outcome in outcomes.items():
        if outcome.verdict is not Verdict.PASS:
            wrong.append(f"{outcome.verdict} as {variant or 'plain'}: {outcome.result.reason}")
            continue
        recorded = recorded_by(outcome)
        judged = (v for v in recorded.judged if v.stage not in (Stage.RULE, Stage.OWN))
        seen |= {_told(v) for v in judged}
        wrong += differences(page, general(role), recorded, variant)
    folded = dict.fromkeys(re.sub(r"\[\d+\]", "[*]", text) for text in wrong)
    owed = len([each for each in page.judged if each.owed])
    return Checked(page.id, owed, len(seen), tuple(folded))


def recorded_by(outcome: Outcome) -> Record:
    """The record of a run."""
    peer = outcome.peer
    claims = {a.traffic.frame.id: a.claimed_by for a in peer.inbox.arrivals if a.claimed_by}
    known = _reported(peer) if isinstance(peer, FakeStation) else _heard(peer.inbox)
    return record(peer.sut, peer.transcript.entries, outcome.result.validations, claims, known)


def _reported(station: FakeStation) -> dict[str, Any]:
    """The elements of each base report of a fake station (Part 2, ReportBaseEnumType)."""
    return {f"reported.{base}": data for base, data in station.reports.of_base.items()}


def _heard(inbox: Inbox) -> dict[str, Any]:
    """The variables that a station has reported, as elements of getVariableData."""
    parts = (cast(Payload, a.payload) for a in inbox.arrivals if a.action == "NotifyReport")
    items = (item for part in parts for item in objects(part, "reportData"))
    return {"reported.variables": [get_item(key_of(item)) for item in items]}


async def runs(page: Page, certs: Path | None = None) -> Mapping[str, Outcome]:
    """An outcome for each variant of the page."""
    role = row(page.id).role

    async def run(place: int, variant: str) -> Outcome:
        known = variant_named(role, variant) if variant else ""
        folder = certs / str(place) if certs else None
        [outcome] = await run_cases(role, [page.id], variant=known, certs=folder)
        return outcome

    names = sorted(page.variants)
    found = await asyncio.gather(*(run(place, name) for place, name in enumerate(names)))
    return dict(zip(names, found, strict=True))


def _told(validation: Validation) -> str:
    """What tells a validation from others, however often an array repeats it."""
    path = re.sub(r"\[\d+\]", "[*]", validation.path)
    return f"{validation.step} {validation.message} {path} {validation.stage}"
