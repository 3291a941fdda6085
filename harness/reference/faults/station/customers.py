"""Faults of a station in what it has stored of customers (block N)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered
from harness.reference.faults.station.words import nothing
from harness.reference.rpc import Payload
from harness.reference.station.state import Token


def _tells(text: Callable[[str], str]) -> Alter:
    """What is told of a customer of whom something is stored is changed."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        told = station.customers.told

        def changed(request: Payload) -> str:
            if station.customers.stored(request):
                mark_triggered()
                return text(told(request))
            return told(request)

        station.customers.told = changed

    return alter


def _says_nothing(what: Callable[[Payload], bool]) -> Alter:
    """No notification follows such a request."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        told, parts = station.customers.told, station.customers.parts
        silent: list[int] = []

        def asked(request: Payload) -> str:
            if what(request):
                silent.append(request["requestId"])
            return told(request)

        def sent(request_id: int, text: str) -> list[Payload]:
            if request_id not in silent:
                return parts(request_id, text)
            mark_triggered()
            return []

        station.customers.told, station.customers.parts = asked, sent

    return alter


def _says_it_twice(station: Any, mark_triggered: MarkTriggered) -> None:
    parts = station.customers.parts

    def sent(request_id: int, text: str) -> list[Payload]:
        if text == station.config.nobody_text:
            mark_triggered()
            return parts(request_id, text) * 2
        return parts(request_id, text)

    station.customers.parts = sent


def _announces_more(station: Any, mark_triggered: MarkTriggered) -> None:
    parts = station.customers.parts

    def sent(request_id: int, text: str) -> list[Payload]:
        [*former, last] = parts(request_id, text)
        if text == station.config.nobody_text:
            mark_triggered()
            more = {**last, "data": "", "seqNo": last["seqNo"] + 1}
            return [*former, {**last, "tbc": True}, more]
        return [*former, last]

    station.customers.parts = sent


def _clears_the_list(station: Any, mark_triggered: MarkTriggered) -> None:
    clear = station.customers.clear

    def cleared(request: Payload) -> None:
        clear(request)
        token = Token.of(request["idToken"]) if "idToken" in request else None
        if token in station.memory.local_list:
            mark_triggered()
            del station.memory.local_list[token]

    station.customers.clear = cleared


def _clears_everybody_listed(station: Any, mark_triggered: MarkTriggered) -> None:
    clear = station.customers.clear

    def cleared(request: Payload) -> None:
        clear(request)
        if not request["report"] and station.memory.local_list:
            mark_triggered()
            station.memory.local_list.clear()

    station.customers.clear = cleared


def _clears_everybody(station: Any, mark_triggered: MarkTriggered) -> None:
    clear = station.customers.clear

    def cleared(request: Payload) -> None:
        clear(request)
        if station.memory.cache:
            mark_triggered()
            station.memory.cache.clear()

    station.customers.clear = cleared


def _keeps_identified(station: Any, mark_triggered: MarkTriggered) -> None:
    clear = station.customers.clear

    def cleared(request: Payload) -> None:
        if "customerIdentifier" in request:
            mark_triggered()
            return
        clear(request)

    station.customers.clear = cleared


def _names_and_keeps(station: Any, mark_triggered: MarkTriggered) -> None:
    _keeps_identified(station, mark_triggered)
    told = station.customers.told

    def named(request: Payload) -> str:
        return f"{request.get('customerIdentifier', '')}: {told(request)}"

    station.customers.told = named


def _hides(how_long: Callable[[Any, list[bool]], None]) -> Alter:
    """What is to be cleared is hidden; ``how_long``: what brings it back, if not a question."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        stored, hidden = station.customers.stored, list[bool]()

        def cleared(_request: Payload) -> None:
            mark_triggered()
            hidden.append(True)

        def found(request: Payload) -> Payload:
            return {} if hidden else stored(request)

        station.customers.clear, station.customers.stored = cleared, found
        how_long(station, hidden)

    return alter


def _from_one_question(station: Any, hidden: list[bool]) -> None:
    parts = station.customers.parts

    def told(request_id: int, text: str) -> list[Payload]:
        if text == station.config.nobody_text:
            hidden.clear()
        sent: list[Payload] = parts(request_id, text)
        return sent

    station.customers.parts = told


def _until_a_reboot(station: Any, hidden: list[bool]) -> None:
    request = station.registration.boot_request

    def booted(*arguments: Any) -> Payload:
        hidden.clear()
        payload: Payload = request(*arguments)
        return payload

    station.registration.boot_request = booted


def _reports_unasked(station: Any, mark_triggered: MarkTriggered) -> None:
    told = station.customers.told

    def reported(request: Payload) -> str:
        if not request["report"] and station.customers.stored(request):
            mark_triggered()
        return told({**request, "report": True})

    station.customers.told = reported


def _mistakes_strangers(station: Any, mark_triggered: MarkTriggered) -> None:
    stored, last = station.customers.stored, list[Payload]()

    def somebody(request: Payload) -> Payload:
        found = stored(request)
        if found:
            last[:] = [request]
        elif last:
            mark_triggered()
            return stored(last[0])
        return found

    station.customers.stored = somebody


def _tells_after_clearing(station: Any, mark_triggered: MarkTriggered) -> None:
    told = station.customers.told

    def cleared_first(request: Payload) -> str:
        if request["clear"] and request["report"]:
            mark_triggered()
            station.customers.clear(request)
        return told(request)

    station.customers.told = cleared_first


FAULTS = (
    Fault(
        "customers-are-strangers",
        "Of every customer it is said that no data was found.",
        _tells(lambda _text: "No data found"),
        "N09.FR.05",
        ("TC_N_27_CS", "3"),
    ),
    Fault(
        "customer-data-left-out",
        "What is stored of a customer is told in an empty message.",
        _tells(lambda _text: ""),
        "N09.FR.05",
        ("TC_N_27_CS", "3"),
    ),
    Fault(
        "unknown-customer-not-told",
        "Nobody is told that nothing was found of a customer.",
        _says_nothing(lambda request: request["report"] and not request["clear"]),
        "N09.FR.06",
        ("TC_N_28_CS", "3"),
    ),
    Fault(
        "unknown-customer-told-twice",
        "That nothing was found of a customer is told in two messages.",
        _says_it_twice,
        "N09.FR.06",
        ("TC_N_28_CS", "no_unexpected_message"),
    ),
    Fault(
        "unknown-customer-in-parts",
        "That nothing was found to be cleared is told in two parts.",
        _announces_more,
        "N10.FR.04",
        ("TC_N_31_CS", "3"),
    ),
    Fault(
        "customer-cleared-then-told",
        "What is to be told and cleared is cleared first.",
        _tells_after_clearing,
        "N10.FR.03",
        ("TC_N_62_CS", "3"),
    ),
    Fault(
        "customer-not-cleared",
        "What is stored of a customer stays when it is to be cleared.",
        nothing("customers.clear"),
        "N10.FR.03",
        ("TC_N_30_CS", "7"),
    ),
    Fault(
        "customer-hidden-once",
        "What is to be cleared is kept from one question.",
        _hides(_from_one_question),
        "N10.FR.03",
        ("TC_N_30_CS", "post"),
    ),
    Fault(
        "customer-hidden-until-reboot",
        "What is to be cleared is there again after a reboot.",
        _hides(_until_a_reboot),
        "N10.FR.03",
        ("TC_N_62_CS", "post"),
    ),
    Fault(
        "customer-taken-off-the-list",
        "A customer who is cleared is taken out of the local list.",
        _clears_the_list,
        "N10.FR.03",
        ("TC_N_30_CS", "4"),
    ),
    Fault(
        "list-emptied-with-customer",
        "With a customer who is cleared, the local list is emptied.",
        _clears_everybody_listed,
        "N10.FR.06",
        ("TC_N_32_CS", "post"),
    ),
    Fault(
        "cache-cleared-with-customer",
        "With a customer who is cleared, everybody is cleared from the cache.",
        _clears_everybody,
        "N10.FR.06",
        ("TC_N_32_CS", "post"),
    ),
    Fault(
        "customer-clearing-not-told",
        "Nobody is told that a customer was cleared without a report.",
        _says_nothing(lambda request: not request["report"]),
        "N10.FR.06",
        ("TC_N_32_CS", "3"),
    ),
    Fault(
        "customer-told-when-cleared",
        "What is to be cleared without a report is told.",
        _reports_unasked,
        "N10.FR.06",
        ("TC_N_32_CS", "3"),
    ),
    Fault(
        "strangers-are-customers",
        "Of a stranger it is told what is stored of the customer before him.",
        _mistakes_strangers,
        "N09.FR.06",
        ("TC_N_27_CS", "3"),
    ),
    Fault(
        "identified-customer-not-cleared",
        "What is stored under a customerIdentifier stays when it is to be cleared.",
        _keeps_identified,
        "N10.FR.03",
        ("TC_N_62_CS", "7"),
    ),
    Fault(
        "named-customer-not-cleared",
        "The same, and what is told has his name in it.",
        _names_and_keeps,
        "N10.FR.03",
        ("TC_N_62_CS", "7"),
    ),
)
