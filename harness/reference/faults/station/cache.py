"""Faults in the authorization cache: what it holds, for how long, and what it is used for (C10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, put, replaces, response
from harness.reference.faults.station.words import handles
from harness.reference.rpc import Answer, Payload
from harness.reference.station.state import Known

_ACCEPTED = {"status": "Accepted"}


def _status_before(station: Any, token: Any) -> str:
    """What the cache says of an idToken, "" where it says nothing or decides by itself."""
    known = station.authorization.tokens.cached(token)
    return known.status if known is not None and station.online else ""


def _refused_before(station: Any, token: Any) -> bool:
    return _status_before(station, token) not in ("", "Accepted")


def _accepted_before(station: Any, token: Any) -> bool:
    return _status_before(station, token) == "Accepted"


def _lets_in(known: Callable[[Any, Any], bool]) -> Alter:
    """A driver whom the CSMS refuses is let in if he is known like that."""

    @replaces("authorization.check")
    async def check(
        station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
    ) -> Payload:
        before = known(station, token)
        info: Payload = await original(token)
        if not before or info["status"] == "Accepted":
            return info
        mark_triggered()
        return _ACCEPTED

    return check


@handles("ClearCache")
async def _clears_list(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if station.memory.local_list:
        mark_triggered()
        station.memory.local_list.clear()
    answer: Answer = await original(asked)
    return answer


@replaces("authorization.check")
async def _refuses_for_good(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> Payload:
    before = _refused_before(station, token)
    info: Payload = await original(token)
    if not before or info["status"] != "Accepted":
        return info
    mark_triggered()
    return {"status": "Invalid"}


@replaces("authorization.check")
async def _refuses_expired(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> Payload:
    known = station.authorization.tokens.cached(token)
    if known is None or known.status != "Expired":
        return await original(token)
    mark_triggered()
    return known.info


@replaces("authorization.check")
async def _uses_cache_always(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> Payload:
    preferred = station.model.flag("AuthCtrlr.LocalPreAuthorize")
    if preferred or not _accepted_before(station, token):
        return await original(token)
    mark_triggered()
    return _ACCEPTED


@replaces("authorization.check")
async def _asks_without_cable(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> Payload:
    plugged = any(evse.plugged is not None for evse in station.evses.values())
    if plugged or not _accepted_before(station, token):
        return await original(token)
    mark_triggered()
    return await station.authorization.ask_csms(token)


@replaces("authorization.tokens.remember")
def _keeps_all_as_accepted(
    _station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, info: Payload
) -> None:
    if info["status"] != "Accepted":
        mark_triggered()
    original(token, {**info, **_ACCEPTED})


@replaces("authorization.tokens.remember")
def _keeps_nobody(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _token: Any, _info: Payload
) -> None:
    mark_triggered()


@replaces("authorization.tokens.remember")
def _keeps_accepted_alone(
    _station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, info: Payload
) -> None:
    if info["status"] == "Accepted":
        original(token, info)
    else:
        mark_triggered()


@replaces("authorization.tokens.remember")
def _keeps_first_word(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, info: Payload
) -> None:
    known = station.authorization.tokens.cached(token)
    if known is None:
        original(token, info)
    elif known.status != info["status"]:
        mark_triggered()


@replaces("power_up")
def _empties_at_boot(
    station: Any, original: Any, mark_triggered: MarkTriggered, reason: str
) -> None:
    if station.memory.cache:
        mark_triggered()
    station.memory.cache.clear()
    original(reason)


def _clears_in_words(station: Any, mark_triggered: MarkTriggered) -> None:
    async def clear_cache(_request: Payload) -> Answer:
        if station.memory.cache:
            mark_triggered()
        return Answer({"status": "Accepted"})

    station.actions["ClearCache"] = clear_cache


def _clears_last_entry(station: Any, mark_triggered: MarkTriggered) -> None:
    async def clear_cache(_request: Payload) -> Answer:
        if len(station.memory.cache) > 1:
            mark_triggered()
        if station.memory.cache:
            station.memory.cache.popitem()
        return Answer({"status": "Accepted"})

    station.actions["ClearCache"] = clear_cache


@replaces("authorization.tokens.cached")
def _never_outlived(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> Known | None:
    entry: Known | None = station.memory.cache.get(token)
    found: Known | None = original(token)
    if found is entry or not station.authorization.tokens.caches:
        return found
    mark_triggered()
    if entry is not None:
        station.memory.cache[token] = entry
    return entry


@replaces("authorization.tokens.asks_again")
def _asks_all_the_same(
    _station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> bool:
    if not original(token):
        mark_triggered()
    return True


FAULTS = (
    Fault(
        "admits-refused-again",
        "A driver whom the cache knows as refused is asked about, and let in whatever is answered.",
        _lets_in(_refused_before),
        "C01.FR.07",
        ("TC_C_09_CS", "2"),
    ),
    Fault(
        "admits-refused-again-remotely",
        "The same where the CSMS asks for the start.",
        _lets_in(_refused_before),
        "C01.FR.07, F01.FR.01",
        ("TC_C_09_CS", "2"),
        variant="remote-only",
    ),
    Fault(
        "caches-all-as-accepted",
        "Whatever the CSMS says of a driver, the cache has him as accepted.",
        _keeps_all_as_accepted,
        "C10.FR.01",
        ("TC_C_10_CS", "1>Authorized 1"),
    ),
    Fault(
        "refuses-expired-by-itself",
        "A driver whom the cache knows as expired is refused, and nobody is asked about him.",
        _refuses_expired,
        "C12.FR.05, C10.FR.03",
        ("TC_C_11_CS", "1>Authorized 1"),
    ),
    Fault(
        "refuses-for-good",
        "A driver who was refused once is refused again, though the CSMS accepts him now.",
        _refuses_for_good,
        "C12.FR.06, C01.FR.02",
        ("TC_C_12_CS", "1>Authorized 3"),
    ),
    Fault(
        "asks-without-cable",
        "The CSMS is asked about a driver whom the cache knows while no cable is in.",
        _asks_without_cable,
        "C12.FR.02",
        ("TC_C_13_CS", "1>Authorized 3"),
    ),
    Fault(
        "cache-emptied-at-boot",
        "The cache is empty after a boot, though it is said to last.",
        _empties_at_boot,
        "C10.FR.02",
        ("TC_C_32_CS", "2>Authorized 3"),
    ),
    Fault(
        "caches-nobody",
        "There is a cache in name; nothing is ever kept in it.",
        _keeps_nobody,
        "C10.FR.01, C10.FR.04",
        ("TC_C_33_CS", "8>Authorized 3"),
    ),
    Fault(
        "caches-first-word",
        "What the CSMS says of a driver later does not overwrite what the cache has of him.",
        _keeps_first_word,
        "C10.FR.05, C12.FR.06",
        ("TC_C_34_CS", "6>Authorized 1"),
    ),
    Fault(
        "pre-authorizes-always",
        "A driver whom the cache knows is let in by it though LocalPreAuthorize is false.",
        _uses_cache_always,
        "Part 2, 2.3.6",
        ("TC_C_36_CS", "1>Authorized 1"),
    ),
    Fault(
        "trusts-cache-more",
        "A driver whom the CSMS refuses is let in because the cache has him as accepted.",
        _lets_in(_accepted_before),
        "C01.FR.07",
        ("TC_C_36_CS", "2"),
    ),
    Fault(
        "cleared-in-words",
        "ClearCache is accepted, and the cache knows everybody as before.",
        _clears_in_words,
        "C11.FR.01, C11.FR.03",
        ("TC_C_37_CS", "5>Authorized 1"),
    ),
    Fault(
        "clears-last-entry-alone",
        "ClearCache is accepted, and the cache forgets nobody but the last driver.",
        _clears_last_entry,
        "C11.FR.01, C11.FR.03",
        ("TC_C_37_CS", "post"),
    ),
    Fault(
        "clears-list-with-cache",
        "ClearCache empties the local authorization list, too.",
        _clears_list,
        "C11.FR.01",
        ("TC_C_37_CS", "2"),
    ),
    Fault(
        "clears-disabled-cache",
        "ClearCache is accepted while the cache is disabled.",
        response("ClearCache", put(status="Accepted")),
        "C11.FR.04",
        ("TC_C_38_CS", "2"),
    ),
    Fault(
        "entries-live-for-ever",
        "LifeTime is set, and entries of the cache do not outlive themselves.",
        _never_outlived,
        "C10.FR.08, C10.FR.10",
        ("TC_C_46_CS", "2>Authorized 1"),
    ),
    Fault(
        "asks-again-all-the-same",
        "DisablePostAuthorize is true, and the CSMS is asked about a refused driver.",
        _asks_all_the_same,
        "Part 2, 2.4.6",
        ("TC_C_57_CS", "1"),
    ),
    Fault(
        "caches-accepted-alone",
        "The cache keeps nobody whom the CSMS refused.",
        _keeps_accepted_alone,
        "C10.FR.01",
        ("TC_C_57_CS", "1"),
    ),
)
