"""Conforming variants: each passes every case that applies to it, and no other case applies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import Outcome, case_functions, run_cases
from harness.proof.trust.limits import patient
from harness.reference import variants
from harness.reference.variants import Variant
from harness.spec.roles import Role

TABLES: Mapping[Role, Mapping[str, Variant]] = {
    Role.STATION: variants.STATION,
    Role.CSMS: variants.CSMS,
}
#: Rows of cases of a role that has no slow ones.
_ROWS = 8

#: Cases that do not apply: what the plain station has excludes the cases of those that do not.
NOT_APPLICABLE = (
    *("TC_B_15_CS", "TC_B_28_CS", "TC_B_29_CS"),
    *("TC_E_27_CS", "TC_E_38_CS", "TC_E_54_CS"),
)
_DEVICE_MANAGEMENT = "+B_14 +B_16 +B_17 +B_18 +B_54 +B_55 +B_56"
_READER = "+E_03 +E_04 +E_06 +E_07 +E_10 +E_15 +E_05 +E_16 +E_43 +E_44 +E_45 +E_52"
#: By variant, if it is otherwise: what also does not apply (+) and what does after all (-).
DIFFERENT = {
    "no-evse-reset": "+B_25 +B_26 +B_27 -B_28 -B_29",
    "no-summary": f"{_DEVICE_MANAGEMENT} -B_15",
    "core-only": f"{_DEVICE_MANAGEMENT} +B_24 -B_15 +E_52 +A_07 +A_11 +A_14 +A_15 +A_21 +A_23",
    "optional-variables-absent": "+E_52",
    "one-evse": "+B_41",
    "two-connectors": "+B_41",
    "security-profile-1": "+B_47 +B_50",
    "cable-lock": "+E_03",
    "nobody-authorized": "+E_45 +E_52",
    "csr-once": "+A_23",
    "always-stops-on-ev-side": "+E_26",
    "never-stops-on-ev-side": "+E_17 +E_24 +E_25",
    "dc": "-E_54",
    "no-cache-no-list": "+E_45 +E_52",
    "no-offline-authorization": "+E_16 +E_43 +E_45 +E_52",
    "fixed-cable": "+E_14 +E_24 -E_27",
    "unsigned-readings": "+E_11",
    "no-energy-transfer-start": "+E_02 -E_38",
    "no-parking-bay-sensor": "+E_12 +E_19",
    "tx-points-read-only": "+E_01 +E_02 +E_07 +E_08 +E_11 +E_12 +E_14 +E_17 +E_19 +E_22"
    " +E_26 +E_35 +E_37 -E_38",
    "start-button": "+E_16 +E_45 +E_52",
    "start-button-ev-connected": "+E_16 +E_45 +E_52",
    "remote-only": _READER,
    "remote-ev-connected": _READER,
    "remote-power-path-closed": _READER,
    "remote-energy-transfer": _READER,
    "remote-parking-bay": _READER,
    "remote-authorizes": _READER,
}

#: What does not apply to a CSMS: security profiles for which it has no endpoint, or no higher one.
NOT_FOR_CSMS = {
    "security-profile-3": "A_19",
    "only-security-profile-2": "A_07 A_08 A_11 A_14 A_19",
}


@dataclass(frozen=True)
class Row:
    """Cases that run one after the other against one system of a variant ("" is plain)."""

    role: Role
    variant: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A case under a variant; ``wrong`` is "" where it passed or rightly did not apply."""

    case_id: str
    variant: str
    passed: bool
    wrong: str


def excluded(role: Role, variant: str) -> set[str]:
    """Ids of the cases that do not apply to a variant."""
    if role is Role.CSMS:
        return {f"TC_{each}_CSMS" for each in NOT_FOR_CSMS.get(variant, "").split()}
    changes = DIFFERENT.get(variant, "").split()
    found = set(NOT_APPLICABLE)
    found |= {f"TC_{each[1:]}_CS" for each in changes if each[0] == "+"}
    return found - {f"TC_{each[1:]}_CS" for each in changes if each[0] == "-"}


def implemented(role: Role) -> frozenset[str]:
    """Ids of the implemented cases."""
    return frozenset(case_functions(role))


def rows(role: Role, variant: str, ids: Iterable[str]) -> Iterator[Row]:
    """The cases in as many rows as there are long ones, so that no row has two of them."""
    slow = {i for i, function in case_functions(role).items() if function.info.slow}
    chosen = sorted(ids, key=lambda i: (i not in slow, i))
    count = len(slow) or _ROWS
    for start in range(min(count, len(chosen))):
        yield Row(role, variant, tuple(chosen[start::count]))


async def outcomes(row: Row, certs: Path | None = None) -> list[Outcome]:
    """What came of the cases of a row."""
    known = TABLES[row.role][row.variant] if row.variant else ""
    limits = patient(row.role)
    return await run_cases(row.role, row.ids, variant=known, limits=limits, certs=certs)


async def cells(row: Row, certs: Path | None = None) -> tuple[Cell, ...]:
    """The judged row."""
    return judged(row.role, row.variant, await outcomes(row, certs))


def any_wrong(found: Iterable[Cell]) -> bool:
    """Whether a cell is not what a conforming system deserves."""
    return any(cell.wrong for cell in found)


def lost(row: Row, error: str) -> tuple[Cell, ...]:
    """The cells of a row that came to no end."""
    name = row.variant or "plain"
    return tuple(Cell(i, row.variant, False, f"{name} {i}: {error}") for i in row.ids)


def judged(role: Role, variant: str, seen: Sequence[Outcome]) -> tuple[Cell, ...]:
    """Each outcome against what a conforming system deserves."""
    out = excluded(role, variant)
    return tuple(_cell(o, variant, applies=o.result.id not in out) for o in seen)


def _cell(outcome: Outcome, variant: str, *, applies: bool) -> Cell:
    wanted = Verdict.PASS if applies else Verdict.NOT_APPLICABLE
    result = outcome.result
    name = variant or "plain"
    said = f"{name} {result.id} {outcome.verdict}, not {wanted}: {result.reason}"
    fits = outcome.verdict is wanted
    return Cell(result.id, variant, fits and applies, "" if fits else said)
