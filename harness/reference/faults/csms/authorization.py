"""Faults in what a CSMS says of idTokens (block C)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    all_of,
    inside,
    replaces,
    response,
    without,
)
from harness.reference.faults.csms.words import (
    after_boot_sends,
    dead_button,
    hangs_up,
    judges,
    never_sends,
)
from harness.reference.rpc import CallError, Payload

_TX = "TransactionEvent"
_CACHE = "ClearCache"


def _group_once() -> Alter:
    def alter(csms: Any, mark_triggered: MarkTriggered) -> None:
        told: list[str] = []
        id_token_info = csms.answers.id_token_info

        def info(id_token: Any) -> Any:
            found = id_token_info(id_token)
            if "groupIdToken" in found and id_token["idToken"] in told:
                mark_triggered()
                del found["groupIdToken"]
            told.append(id_token["idToken"])
            return found

        csms.answers.id_token_info = info

    return alter


def _blocks_strangers(_action: str, _payload: Payload, right: str, _before: int) -> str:
    return "Blocked" if right in ("Invalid", "Unknown") else right


def _one_reason(_action: str, _payload: Payload, right: str, _before: int) -> str:
    return right if right == "Accepted" else "Unknown"


def _not_blocked_in_events(action: str, _payload: Payload, right: str, _before: int) -> str:
    return "Accepted" if right == "Blocked" and action == _TX else right


def _no_expiry(_action: str, _payload: Payload, right: str, _before: int) -> str:
    return "Accepted" if right == "Expired" else right


def _asks_first(action: str, _payload: Payload, right: str, before: int) -> str:
    return "Invalid" if action == _TX and not before else right


def _believes_the_cache(action: str, _payload: Payload, right: str, before: int) -> str:
    return "Accepted" if action == _TX and not before else right


def _key_codes_too(_action: str, payload: Payload, right: str, _before: int) -> str:
    refused = right == "Invalid" and payload["idToken"]["type"] == "KeyCode"
    return "Unknown" if refused else right


def _by_master_pass(event: Payload) -> bool:
    return event["transactionInfo"].get("stoppedReason") == "MasterPass"


@replaces("answers.transaction_event")
def _one_end_for_a_token(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
) -> Payload:
    this = event["transactionInfo"]["transactionId"]
    ended = [
        each
        for known in station.transactions.values()
        for each in known.events.values()
        if each["eventType"] == "Ended" and known.id != this
    ]
    again = any(each.get("idToken") == event.get("idToken") for each in ended)
    if event["eventType"] == "Ended" and "idToken" in event and again:
        mark_triggered()
        return {"idTokenInfo": {"status": "ConcurrentTx"}}
    return original(station, event)


@replaces("answers.transaction_event")
def _all_ended_by_one(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
) -> Payload:
    known = [each for one in station.transactions.values() for each in one.events.values()]
    if any(map(_by_master_pass, known)) and not _by_master_pass(event):
        mark_triggered()
        raise CallError("InternalError")
    return original(station, event)


@replaces("answers.transaction_event")
def _judges_who_started(
    csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
) -> Payload:
    known = station.transactions.get(event["transactionInfo"]["transactionId"])
    drivers = [e["idToken"] for e in known.events.values() if "idToken" in e] if known else []
    response: Payload = original(station, event)
    if "idToken" in event and drivers and drivers[0] != event["idToken"]:
        mark_triggered()
        return {**response, "idTokenInfo": csms.answers.id_token_info(drivers[0])}
    return response


@replaces("answers.id_token_status")
def _knows_beginnings(
    csms: Any, original: Any, mark_triggered: MarkTriggered, id_token: Payload
) -> str:
    status: str = original(id_token)
    known = [text for (text, _), said in csms.answers.tokens.items() if said == "Accepted"]
    if status == "Unknown" and id_token["idToken"].upper().startswith(tuple(known)):
        mark_triggered()
        return "Accepted"
    return status


FAULTS = (
    Fault(
        "beginning-of-token-enough",
        "Of an idToken the first characters alone are compared.",
        _knows_beginnings,
        "C01.FR.07",
        ("TC_C_02_CSMS", "post"),
    ),
    Fault(
        "group-told-at-first",
        "The group of an idToken is told in the first answer about it alone.",
        _group_once(),
        "C09.FR.12",
        ("TC_C_39_CSMS", "4"),
    ),
    Fault(
        "group-untold-before",
        "AuthorizeResponses say nothing of a group.",
        response("Authorize", inside("idTokenInfo", without("groupIdToken"))),
        "C01.FR.06",
        ("TC_C_39_CSMS", "2"),
    ),
    Fault(
        "stranger-called-blocked",
        "An idToken that it does not know is called Blocked.",
        judges(_blocks_strangers),
        "C01.FR.07",
        ("TC_C_02_CSMS", "2"),
    ),
    Fault(
        "key-code-called-unknown",
        "A key code that may not charge is called Unknown.",
        judges(_key_codes_too),
        "C04.FR.01",
        ("TC_C_02_CSMS", "2"),
        variant="key-codes",
    ),
    Fault(
        "refused-for-one-reason",
        "Whoever may not charge is called Unknown, whatever the reason.",
        judges(_one_reason),
        "C01.FR.07",
        ("TC_C_06_CSMS", "2"),
    ),
    Fault(
        "blocked-not-in-events",
        "A blocked idToken is refused by Authorize, and accepted in a transaction.",
        judges(_not_blocked_in_events),
        "E01.FR.11, E02.FR.04",
        ("TC_C_06_CSMS", "post"),
    ),
    Fault(
        "expiry-not-looked-at",
        "An idToken that has expired is accepted.",
        judges(_no_expiry),
        "C01.FR.07",
        ("TC_C_07_CSMS", "2"),
    ),
    Fault(
        "driver-not-asked-about-refused",
        "A driver about whom no Authorize has asked is refused in a transaction.",
        judges(_asks_first),
        "C12.FR.03",
        ("TC_C_08_CSMS", "2"),
    ),
    Fault(
        "cache-of-station-believed",
        "A driver about whom no Authorize has asked is accepted in a transaction, unseen.",
        judges(_believes_the_cache),
        "C12.FR.03, E05.FR.01",
        ("TC_C_20_CSMS", "2"),
    ),
    Fault(
        "cache-never-cleared",
        "The button for ClearCache does nothing.",
        never_sends(_CACHE),
        "C11.FR.01",
        ("TC_C_37_CSMS", "1"),
    ),
    Fault(
        "cache-cleared-at-boot-alone",
        "The cache is cleared after each boot, and not when somebody wants it.",
        all_of(after_boot_sends("Accepted", _CACHE, {}), dead_button(_CACHE)),
        "C11.FR.01",
        ("TC_C_37_CSMS", "1"),
    ),
    Fault(
        "hangs-up-on-full-cache",
        "A station that could not clear its cache loses its connection.",
        hangs_up(_CACHE, "Rejected"),
        "C11.FR.05",
        ("TC_C_38_CSMS", "post"),
    ),
    Fault(
        "token-ends-one-transaction",
        "An idToken that has ended one transaction is refused as it ends another one.",
        _one_end_for_a_token,
        "E01.FR.12, C09.FR.12",
        ("TC_C_47_CSMS", "4"),
    ),
    Fault(
        "others-end-with-the-first",
        "Once a master pass has ended a transaction, events of others are refused.",
        _all_ended_by_one,
        "Part 4, 4.2.2",
        ("TC_C_48_CSMS", "post"),
    ),
    Fault(
        "stopper-judged-as-starter",
        "Whoever stops a transaction, the answer is about the driver who started it.",
        _judges_who_started,
        "C09.FR.12, E01.FR.12",
        ("TC_C_49_CSMS", "4"),
    ),
)
