"""Which cases apply to a variant: what its features say, and what a case finds out as it runs."""

from __future__ import annotations

from functools import cache

from harness.proof.embedded_run import case_functions
from harness.spec.roles import Role
from harness.sut import pics
from harness.sut.model import Sut
from harness.testbed.bringup import described
from harness.testbed.kits import KITS, embedded_sut

#: Cases that say only as they run, by ``not_applicable``, that they do not apply to a variant.
AT_RUN_TIME: dict[tuple[Role, str], frozenset[str]] = {
    # AuthCtrlr.Enabled is false for good: there is no driver to authorize.
    (Role.STATION, "nobody-authorized"): frozenset(
        {
            *(f"TC_C_{n}_CS" for n in ("02", "04", "06", "07", "08", "09", "10", "11", "12", "13")),
            *(f"TC_C_{n}_CS" for n in ("15", "16", "17", "18", "26", "32", "33", "34", "36", "37")),
            *(f"TC_C_{n}_CS" for n in ("38", "39", "41", "42", "44", "45", "46", "49", "56", "57")),
            *("TC_E_45_CS", "TC_E_52_CS", "TC_F_02_CS", "TC_N_27_CS", "TC_N_30_CS"),
        }
    ),
    # It keeps roots that it may keep (M04.FR.03).
    (Role.STATION, "keeps-last-roots"): frozenset({"TC_A_20_CS", "TC_M_19_CS", "TC_M_20_CS"}),
    # They install two roots beside the one that is there.
    (Role.STATION, "store-of-two-certificates"): frozenset({"TC_M_17_CS", "TC_M_18_CS"}),
    (Role.STATION, "volatile-cache"): frozenset({"TC_C_32_CS"}),
    (Role.STATION, "cache-always-enabled"): frozenset({"TC_C_38_CS"}),
    (Role.STATION, "never-asks-again"): frozenset(
        f"TC_C_{n}_CS" for n in ("09", "10", "11", "12", "34", "44", "46")
    ),
    # About roots of TLS.
    (Role.STATION, "security-profile-1"): frozenset({"TC_B_47_CS", "TC_B_50_CS"}),
    # There is no higher security profile to go to.
    (Role.CSMS, "security-profile-3"): frozenset({"TC_A_19_CSMS"}),
    # About security profiles for which it has no endpoint.
    (Role.CSMS, "only-security-profile-2"): frozenset(
        f"TC_A_{number}_CSMS" for number in ("07", "08", "11", "14", "19")
    ),
}

#: Cases whose prerequisites leave out systems with a feature that Part 5 allows (AS-2: M05.FR.10).
_WITHOUT: dict[str, str] = {"TC_M_07_CS": "AS-2"}


def excluded(role: Role, variant: str) -> frozenset[str]:
    """Ids of the implemented cases that do not apply to a variant ("" is the plain system)."""
    return excluded_by_features(role, variant) | excluded_at_run_time(role, variant)


def excluded_at_run_time(role: Role, variant: str) -> frozenset[str]:
    """Those that find out as they run."""
    features = _described(role, variant).features
    left_out = {case_id for case_id, feature in _WITHOUT.items() if feature in features}
    return AT_RUN_TIME.get((role, variant), frozenset()) | left_out


def _described(role: Role, variant: str) -> Sut:
    plain = embedded_sut(role)
    return described(plain, KITS[role].variants[variant]) if variant else plain


@cache
def excluded_by_features(role: Role, variant: str) -> frozenset[str]:
    """Those that Part 5 excludes, by the features that are declared."""
    sut = _described(role, variant)
    return frozenset(
        case_id
        for case_id, function in case_functions(role).items()
        if pics.applicability(function.info.row, sut)
    )
