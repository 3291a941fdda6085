"""How stations show that differ in how drivers are authorized."""

from __future__ import annotations

from datetime import datetime

from harness.evidence.matchers import PRESENT, parse_time
from harness.evidence.verdict import Verdict
from harness.ocppj.frames import FrameKind, Payload
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Holds,
    Sign,
    actions,
    answer,
    both,
    call,
    ended,
    event,
    in_case,
    payloads,
    reads,
    reported,
    some,
    started,
    unreported,
    without,
)

_NOBODY = {"type": "NoAuthorization", "idToken": ""}
_REMOTE = event("RemoteStart")
_BUTTON = event("Authorized", idToken=_NOBODY)


def _token_in_small(payload: Payload) -> bool:
    return str(payload["idToken"]["idToken"]).islower()


def asks_twice(outcome: Outcome) -> bool:
    """About the driver, and about the cable."""
    return actions(outcome).count("Authorize") == 2


def does_not_apply(outcome: Outcome) -> bool:
    """What it forgets is not looked at."""
    return outcome.verdict is Verdict.NOT_APPLICABLE


def asks_about_a_third(outcome: Outcome) -> bool:
    """About two drivers as they come to be known, and about one afterwards."""
    return actions(outcome).count("Authorize") == 3


def starts_elsewhere(outcome: Outcome) -> bool:
    """A second transaction."""
    events = payloads(outcome, FrameKind.CALL, "TransactionEvent")
    return sum(each["eventType"] == "Started" for each in events) > 1


def suspended_within(seconds: float) -> Holds:
    """The energy ends so long after it began at most."""

    def soon(outcome: Outcome) -> bool:
        told: dict[str, datetime] = {}
        for each in payloads(outcome, FrameKind.CALL, "TransactionEvent"):
            moment = parse_time(each["timestamp"])
            if moment is not None:
                told[str(each["transactionInfo"].get("chargingState"))] = moment
        lasted = told["SuspendedEVSE"] - told["Charging"]
        return lasted.total_seconds() < seconds

    return soon


DRIVERS = {
    "remote-only": Sign(_REMOTE),
    "remote-ev-connected": Sign(both(_REMOTE, ended("EVCommunicationLost"))),
    "remote-power-path-closed": Sign(started("RemoteStart", "SuspendedEVSE")),
    "remote-energy-transfer": Sign(started("RemoteStart", "Charging")),
    "remote-parking-bay": Sign(answer("RequestStartTransaction", transactionId=PRESENT)),
    "remote-authorizes": Sign(both(_REMOTE, call("Authorize"))),
    "start-button": Sign(both(_BUTTON, ended("StopAuthorized"))),
    "start-button-ev-connected": Sign(
        both(call("TransactionEvent", idToken=_NOBODY), ended("EVCommunicationLost"))
    ),
    "small-tokens": Sign(some("Authorize", _token_in_small)),
    "auth-enabled-absent": Sign(without("Enabled", "AuthCtrlr")),
    "auth-enabled-read-only": Sign(
        reported("AuthCtrlr", "Enabled", variableAttribute=[{"mutability": "ReadOnly"}])
    ),
    "nobody-authorized": Sign(
        reported("AuthCtrlr", "Enabled", variableAttribute=[{"value": "false"}])
    ),
    "asks-whose-cable-it-is": Sign(in_case("TC_E_25_CS", asks_twice)),
    "cable-lock": Sign(in_case("TC_B_51_CS", call("Authorize"))),
    "cable-lock-ev-connected": Sign(
        in_case("TC_C_05_CS", both(call("Authorize"), reads("TxStartPoint", "EVConnected"))),
        exclusive=False,
    ),
    "one-reader": Sign(in_case("TC_C_04_CS", starts_elsewhere)),
    "asks-afterwards": Sign(in_case("TC_C_41_CS", asks_about_a_third)),
    "counts-from-start": Sign(in_case("TC_C_15_CS", suspended_within(3400.0))),
    "ends-for-refused": Sign(in_case("TC_C_17_CS", ended("Deauthorized"))),
    "no-offline-authorization": Sign(
        both(unreported("AuthCacheCtrlr"), without("OfflineTxForUnknownIdEnabled"))
    ),
    "offline-by-list": Sign(both(unreported("AuthCacheCtrlr"), reported("LocalAuthListCtrlr"))),
    "offline-by-cache": Sign(both(unreported("LocalAuthListCtrlr"), reported("AuthCacheCtrlr"))),
    "volatile-cache": Sign(in_case("TC_C_32_CS", does_not_apply)),
    "cache-always-enabled": Sign(
        both(reported("AuthCacheCtrlr", "Available"), without("Enabled", "AuthCacheCtrlr"))
    ),
    "never-asks-again": Sign(
        reported("AuthCacheCtrlr", "DisablePostAuthorize", variableAttribute=[{"value": "true"}])
    ),
    # To the plain station, that case does not apply.
    "screen": Sign(in_case("TC_C_48_CS", call("Authorize"))),
    "no-cache-no-list": Sign(unreported("AuthCacheCtrlr")),
}
