"""Every obligation of a page is validated, and nothing is validated that no obligation explains."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from harness.evidence.verdict import Stage, Validation, Verdict
from harness.operators.base import Unsupported
from harness.proof.embedded_run import Outcome, run_cases
from harness.proof.trust.limits import patient
from harness.proof.trust.obligations.table import Obligation, Page, Table, missing, unknown
from harness.reference.rpc import Payload
from harness.reference.station import Station
from harness.reference.variants import CSMS, STATION, Variant
from harness.spec.roles import Role

#: ``B01.FR.01``, ``E01.FR.01-06``, or a place in a part.
_REQUIREMENT = re.compile(r"[A-P]\d\d\.FR\.\d\d\d?(-\d\d)?|Part [1-6], .+|2\.6 TxCtrlr")


def _no_power_switch(station: Station) -> None:
    """Nobody can switch the station's power: the harness resets it instead."""

    async def power_cycle() -> NoReturn:
        raise Unsupported("no way to switch the power")

    station.power_cycle = power_cycle


def _write_only_enabled(station: Station) -> None:
    """One component's Enabled can be set, but not read."""
    variable = station.model.named("ReservationCtrlr.Enabled")
    actual = variable.attribute("Actual") if variable else None
    if actual is None:
        raise LookupError("the embedded station has no ReservationCtrlr.Enabled")
    actual.mutability = "WriteOnly"


def _cable_before_permission(station: Station) -> None:
    """The driver plugs in before the station has taken in that charging is allowed."""
    ask_csms, plug_in = station.authorization.ask_csms, station.plug_in
    cable_in = asyncio.Event()

    async def plug(evse: int, connector: int) -> None:
        await plug_in(evse, connector)
        cable_in.set()

    async def ask(token: Any) -> Payload:
        info = await ask_csms(token)
        if all(evse.plugged is None for evse in station.evses.values()):
            cable_in.clear()
            with suppress(TimeoutError):
                # No time-out of the station is shorter than this in the cases that it is for.
                await asyncio.wait_for(cable_in.wait(), 1.0)
        return info

    station.plug_in = plug
    station.authorization.ask_csms = ask


#: Variants that are needed here alone.
OWN: Mapping[str, Variant] = {
    "notify-event-tx-parking-bay": Variant(
        "both at once",
        {**STATION["notify-event"].config, **STATION["tx-parking-bay"].config},
    ),
    "cable-before-permission": Variant(
        "the cable's event comes without token, whatever the machine does besides",
        {"tx_start_points": ("EVConnected",)},
        alter=_cable_before_permission,
    ),
    "no-power-switch": Variant(
        "a reset in place of a power cycle (state Booted)", alter=_no_power_switch
    ),
    "write-only-enabled": Variant(
        "WriteOnly variables are reported without value (B08.FR.03)", alter=_write_only_enabled
    ),
}
_VARIANTS = {Role.STATION: {**STATION, **OWN}, Role.CSMS: CSMS}


@dataclass(frozen=True)
class Checked:
    """What came of a page: how many obligations a run has to record, and what is wrong."""

    case_id: str
    owed: int
    validations: int
    wrong: tuple[str, ...]


async def check(page: Page, table: Table, certs: Path | None = None) -> Checked:
    """Run the page's case in each variant that its obligations need, and match both ways.

    ``certs``: a folder for keys that no other run uses at the same time.
    """
    outcomes = await _run(page, certs)
    known = [*page.obligations, *page.preparations, *table.preconditions[page.role]]
    wrong: list[str] = []
    for variant, outcome in outcomes.items():
        validations = outcome.result.validations
        if outcome.verdict is not Verdict.PASS:
            wrong.append(f"{outcome.verdict} as {variant or 'plain'}: {outcome.result.reason}")
            continue
        applied = {v.step for v in validations if v.stage is Stage.RULE}
        wrong += [f"rule {name} was not applied" for name in table.rules[page.role] - applied]
        owed = [o for o in page.obligations if o.variant == variant]
        wrong += [f"no validation is about {o}" for o in missing(owed, validations)]
        wrong += [f"no obligation explains {v.sentence()}" for v in unknown(known, validations)]
        wrong += _unknown_sources(validations)
    return Checked(
        page.id,
        len([o for o in page.obligations if o.recorded]),
        len({_told(v) for o in outcomes.values() for v in o.result.validations if _own(v)}),
        tuple(dict.fromkeys(re.sub(r"\[\d+\]", "[*]", text) for text in wrong)),
    )


def _own(validation: Validation) -> bool:
    return validation.stage is not Stage.RULE


def _told(validation: Validation) -> tuple[str, str, str, str]:
    """What tells a validation from others, however often an array repeats it."""
    path = re.sub(r"\[\d+\]", "[*]", validation.path)
    return validation.step, validation.message, path, str(validation.stage)


def _unknown_sources(validations: Sequence[Validation]) -> list[str]:
    return [
        f"{source!r} is no requirement ({v.step} {v.message})"
        for v in validations
        for source in re.split(r"[,;] (?=[A-P]\d\d\.FR|Part)", v.requirement)
        if source and not _REQUIREMENT.fullmatch(source)
    ]


async def _run(page: Page, certs: Path | None) -> Mapping[str, Outcome]:
    async def run(place: int, variant: str) -> Outcome:
        known: Any = _VARIANTS[page.role][variant] if variant else ""
        limits = patient(page.role)
        folder = certs / str(place) if certs else None
        [outcome] = await run_cases(
            page.role, [page.id], variant=known, limits=limits, certs=folder
        )
        return outcome

    variants = sorted(page.variants)
    runs = (run(place, variant) for place, variant in enumerate(variants))
    return dict(zip(variants, await asyncio.gather(*runs), strict=True))


def without_source(obligations: Sequence[Obligation]) -> list[Obligation]:
    """Those that overrule their page or go beyond it without naming what allows that."""
    named = re.compile(r"\.FR\.\d\d|Part \d|erratum|pre-conditions|EnumType")
    return [o for o in obligations for s in (o.beyond, o.overruled) if s and not named.search(s)]
