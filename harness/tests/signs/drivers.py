"""How stations show that differ in how drivers are authorized."""

from __future__ import annotations

from harness.evidence.matchers import PRESENT
from harness.evidence.verdict import Verdict
from harness.ocppj.frames import Payload
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Sign,
    actions,
    answer,
    both,
    call,
    ended,
    event,
    in_case,
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
