"""How stations show that differ in booting, resets and their network."""

from __future__ import annotations

import re

from harness.evidence.matchers import PRESENT
from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.inbox import Closed, Opened, Refused, Traffic
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Sign,
    actions,
    answer,
    call,
    gap_after,
    in_case,
    reported,
    reset_waits,
)


def _security_first(outcome: Outcome) -> bool:
    sent = actions(outcome)
    after = sent[sent.index("BootNotification") + 1 :]
    return after.index("SecurityEventNotification") < after.index("StatusNotification")


def _comes_back_to_all(outcome: Outcome) -> bool:
    """Refused at one endpoint, at the other one, and at the first again."""
    tried = "".join(e.endpoint for e in outcome.peer.inbox.events if isinstance(e, Refused))
    return re.search(r"121|212", tried) is not None


def _hangs_up_again(outcome: Outcome) -> bool:
    return sum(isinstance(e, Opened) for e in outcome.peer.inbox.events) > 2


def _ends_without_word(outcome: Outcome) -> bool:
    ends = [e.end for e in outcome.peer.inbox.events if isinstance(e, Closed)]
    return any(end.by is ClosedBy.NOBODY for end in ends)


def _no_reset(outcome: Outcome) -> bool:
    return not any(
        isinstance(e, Traffic) and e.sent and e.frame.action == "Reset"
        for e in outcome.peer.inbox.events
    )


def _back_at_once(outcome: Outcome) -> bool:
    events = outcome.peer.inbox.events
    reset = next(e.t for e in events if isinstance(e, Traffic) and e.frame.action == "Reset")
    lost = next(e.t for e in events if isinstance(e, Closed) and e.t >= reset)
    return any(isinstance(e, Opened) and 0 < e.t - lost < 1 for e in events)


_UNAVAILABLE = call("StatusNotification", connectorStatus="Unavailable")
_REBOOT_REQUIRED = answer("SetVariables", setVariableResult=[{"attributeStatus": "RebootRequired"}])

BOOT = {
    "introduced": Sign(call("BootNotification", chargingStation={"modem": PRESENT})),
    "no-evse-reset": Sign(answer("Reset", status="Rejected")),
    "unavailable-first": Sign(in_case("TC_B_01_CS", _UNAVAILABLE)),
    "unavailable-before-reset": Sign(in_case("TC_B_20_CS", _UNAVAILABLE)),
    "unavailable-during-evse-reset": Sign(in_case("TC_B_25_CS", _UNAVAILABLE)),
    "unavailable-while-reset-waits": Sign(in_case("TC_B_21_CS", _UNAVAILABLE)),
    "unavailable-as-it-becomes-free": Sign(in_case("TC_B_41_CS", _UNAVAILABLE)),
    "unavailable-after-cable-while-reset-waits": Sign(in_case("TC_B_41_CS", _UNAVAILABLE)),
    "boots-at-reconnection": Sign(
        in_case("TC_E_29_CS", call("BootNotification", reason="Unknown"))
    ),
    "security-event-first": Sign(in_case("TC_B_01_CS", _security_first)),
    "closes-while-rejected": Sign(in_case("TC_B_30_CS", _hangs_up_again)),
    "refuses-trigger": Sign(answer("TriggerMessage", status="NotImplemented")),
    "drops-connections": Sign(in_case("TC_B_20_CS", _ends_without_word)),
    "slow-boot": Sign(in_case("TC_B_20_CS", gap_after(Closed, Opened, 59))),
    "resets-later": Sign(in_case("TC_B_20_CS", reset_waits(5.0))),
    "reboot-required": Sign(_REBOOT_REQUIRED),
    "takes-over-at-boot": Sign(
        answer(
            "SetVariables",
            setVariableResult=[
                {
                    "variable": {"name": "RetryBackOffWaitMinimum"},
                    "attributeStatus": "RebootRequired",
                }
            ],
        )
    ),
    "reboots-on-priority": Sign(in_case("TC_B_45_CS", _no_reset)),
    "reconnects-to-all": Sign(_comes_back_to_all),
    "short-intervals": Sign(in_case("TC_B_20_CS", _back_at_once)),
    "security-profile-1": Sign(
        reported(name="SecurityProfile", variableAttribute=[{"value": "1"}])
    ),
    "security-profile-3": Sign(
        reported(name="SecurityProfile", variableAttribute=[{"value": "3"}])
    ),
}
