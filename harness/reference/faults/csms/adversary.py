"""CSMSs that do everything by the letter and nothing in deed, which each case about one sees."""

from __future__ import annotations

from typing import Any

from harness.reference.csms.stations import Report
from harness.reference.csms.variables import key_of
from harness.reference.faults.base import Alter, Fault, MarkTriggered, all_of, replaces
from harness.reference.rpc import Payload

# What it answers: whatever is asked, whoever asks, it is accepted and forgotten.


@replaces("access.decide")
def _lets_everybody_in(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> None:
    mark_triggered()


@replaces("answers.boot_status")
def _accepts_every_boot(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> str:
    mark_triggered()
    return "Accepted"


@replaces("answers.id_token_status")
def _accepts_every_driver(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any
) -> str:
    mark_triggered()
    return "Accepted"


@replaces("answers.check_accepted")
def _serves_everybody(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> None:
    mark_triggered()


@replaces("answers.notify_report")
def _keeps_no_report(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, _station: Any, _payload: Payload
) -> Payload:
    mark_triggered()
    return {}


@replaces("requests.after_csr")
async def _sends_no_certificate(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, _station: Any
) -> None:
    mark_triggered()


# What it is told to do: the operator is shown success, and what was wished for.


@replaces("requests.ask")
async def _sends_nothing(
    _csms: Any,
    _original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    mark_triggered()
    for item in payload.get("setVariableData", []):
        key = key_of(item["component"], item["variable"])
        station.variables.store(key, "Actual", item["attributeValue"])
    if "requestId" in payload:
        station.reports[payload["requestId"]] = Report({0: []}, last=0)
    return {"status": "Accepted"} if action else {}


@replaces("arrange_token")
async def _learns_no_driver(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, **_: Any
) -> None:
    mark_triggered()


@replaces("requests.learn")
def _shows_what_was_wished(
    _csms: Any,
    _original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
    _answer: Payload,
) -> None:
    mark_triggered()
    if action == "SetVariables":
        for item in payload["setVariableData"]:
            key = key_of(item["component"], item["variable"])
            station.variables.store(key, "Actual", item["attributeValue"])


@replaces("holdings.variable")
def _shows_something(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, **facts: Any
) -> str:
    known: str | None = original(station, **facts)
    mark_triggered()
    return known or ("300" if "threshold" in facts["variable"].lower() else "false")


_WORD_ALONE: Alter = all_of(
    _lets_everybody_in,
    _accepts_every_boot,
    _accepts_every_driver,
    _serves_everybody,
    _keeps_no_report,
    _sends_no_certificate,
    _sends_nothing,
    _learns_no_driver,
    _shows_something,
)
_DEAF: Alter = all_of(_keeps_no_report, _shows_what_was_wished, _shows_something)

FAULTS = (
    Fault(
        "in-word-alone",
        "Accepts everything and everybody, shows its operator success, and sends nothing.",
        _WORD_ALONE,
        requirement="B06.FR.01-04",
        shows=("TC_B_06_CSMS", "1"),
    ),
    Fault(
        "deaf-to-answers",
        "Sends what it is told to, and shows its operator what was wished, whatever the answer.",
        _DEAF,
        requirement="B06.FR.10",
        shows=("TC_B_06_CSMS", "post"),
    ),
)
