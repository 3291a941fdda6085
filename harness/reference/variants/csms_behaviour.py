"""Conforming ways of a CSMS that differ in what it does and when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from websockets.asyncio.server import ServerConnection

from harness import clock
from harness.reference.csms import Csms
from harness.reference.csms.stations import BootPlan, Station
from harness.reference.rpc import CALL, RESULT, Payload
from harness.reference.variants.wire import edited, together


def inventory_while_pending(csms: Csms) -> None:
    """A station that is Pending is asked for its inventory at once (B02.FR.01)."""
    after_boot = csms.requests.after_boot

    async def ask(station: Station, *, trigger: bool) -> None:
        if station.registration == "Pending":
            await csms.requests.quietly(station, "GetBaseReport", {"reportBase": "FullInventory"})
        await after_boot(station, trigger=trigger)

    csms.requests.after_boot = ask


def arranged_for_one_boot(csms: Csms) -> None:
    """Who lets a station wait lets it wait once."""

    async def arrange(
        station: str, status: str, interval: int | None = None, trigger: bool = False
    ) -> None:
        plans = csms.stations[station].boot_plans
        plans.clear()
        plans.append(BootPlan(status, interval, trigger))

    csms.arrange_boot_status = arrange


def pending_twice(csms: Csms) -> None:
    """What it has to find out about a station that waits takes it two intervals."""
    original = csms.arrange_boot_status

    async def arrange(
        station: str, status: str, interval: int | None = None, trigger: bool = False
    ) -> None:
        waiting = csms.stations[station].registration == "Pending"
        await original(station, status, interval, trigger)
        if waiting and status == "Accepted":
            csms.stations[station].boot_plans.append(BootPlan("Pending"))

    csms.arrange_boot_status = arrange


def _at_connection(csms: Csms, settle: Callable[[Station], None]) -> None:
    """Have something settled for a station as it connects."""
    connected = csms.connected

    async def with_it(connection: ServerConnection) -> None:
        request = connection.request
        known = csms.stations.get(csms.access.identity(request.path)) if request else None
        if known is not None:
            settle(known)
        await connected(connection)

    csms.connected = with_it


def decides_at_connection(csms: Csms) -> None:
    """How the first boot on a connection is answered is settled as the station connects."""

    def settle(station: Station) -> None:
        if not station.boot_plans:
            station.boot_plans.append(station.boot_plan)

    _at_connection(csms, settle)


def pending_at_first(csms: Csms) -> None:
    """The first boot on a connection is answered Pending."""

    def settle(station: Station) -> None:
        # A connection on which nobody booted leaves it for the next one.
        if not station.boot_plans:
            station.boot_plans.append(BootPlan("Pending"))

    _at_connection(csms, settle)


#: Seconds that a product may take to notice something, and in which no person acts.
_NOTICING = 0.2


def slow_to_notice(csms: Csms) -> None:
    """What is asked of a station that connected just now is lost: it has no queue yet."""
    since: dict[str, float] = {}
    ask = csms.ask
    _at_connection(csms, lambda station: since.update({station.identity: clock.monotonic()}))

    async def heard(station: str, action: str, payload: Payload) -> Payload:
        if clock.monotonic() - since.get(station, 0) < _NOTICING:
            return {}
        return await ask(station, action, payload)

    csms.ask = heard


def slow_to_forget(csms: Csms) -> None:
    """The end of a connection is dealt with a moment later, whatever has come in its place."""
    connected = csms.connected

    async def with_rest(connection: ServerConnection) -> None:
        request = connection.request
        known = csms.stations.get(csms.access.identity(request.path)) if request else None
        await connected(connection)
        await clock.sleep(_NOTICING)
        if known is not None and known.connection is not None:
            known.rpc = known.connection = None

    csms.connected = with_rest


def loses_hasty_clicks(csms: Csms) -> None:
    """Of two buttons that are pressed at once the second is lost."""
    ask, pressed = csms.ask, [0.0]

    async def heard(station: str, action: str, payload: Payload) -> Payload:
        hasty = clock.monotonic() - pressed[0] < _NOTICING
        pressed[0] = clock.monotonic()
        return {} if hasty else await ask(station, action, payload)

    csms.ask = heard


def slow_to_store(csms: Csms) -> None:
    """Each part of a report is stored before it is answered."""
    answer = csms.answers.answer

    async def store(station: Station, action: str, payload: Payload) -> Payload:
        if action == "NotifyReport":
            await clock.sleep(5)
        return await answer(station, action, payload)

    csms.answers.answer = store


def curious(csms: Csms) -> None:
    """After an accepted boot the CSMS asks for many things that no case is about."""
    questions: list[tuple[str, Payload]] = [
        ("GetVariables", {"getVariableData": [_DATE_TIME]}),
        ("GetLocalListVersion", {}),
        ("GetInstalledCertificateIds", {}),
        ("GetTransactionStatus", {}),
    ]
    after_boot = csms.requests.after_boot

    async def ask(station: Station, *, trigger: bool) -> None:
        await after_boot(station, trigger=trigger)
        if station.registration == "Accepted":
            for action, payload in questions:
                await csms.requests.quietly(station, action, payload)

    csms.requests.after_boot = ask


_DATE_TIME = {"component": {"name": "ClockCtrlr"}, "variable": {"name": "DateTime"}}


def triggers_after_boot(csms: Csms) -> None:
    """After an accepted boot the CSMS triggers a heartbeat (F06)."""
    after_boot = csms.requests.after_boot

    async def ask(station: Station, *, trigger: bool) -> None:
        await after_boot(station, trigger=trigger)
        if station.registration == "Accepted":
            request = {"requestedMessage": "Heartbeat"}
            await csms.requests.quietly(station, "TriggerMessage", request)

    csms.requests.after_boot = ask


def _tell_of_token(payload: Payload) -> None:
    if "idTokenInfo" not in payload:
        return
    expiry = clock.now() + timedelta(days=1)
    payload["idTokenInfo"] = {
        "cacheExpiryDateTime": expiry.isoformat(timespec="seconds"),
        "chargingPriority": -3,
        "groupIdToken": {"idToken": "GROUP-1", "type": "Central"},
        "language1": "fr",
        "language2": "de-CH",
        "personalMessage": {"format": "UTF8", "language": "fr", "content": "Bonne charge ⚡"},
        **payload["idTokenInfo"],
    }


def _tell_of_transaction(payload: Payload) -> None:
    _tell_of_token(payload)
    payload |= {
        "totalCost": 1.25,
        "chargingPriority": 4,
        "updatedPersonalMessage": {"format": "ASCII", "content": "1.25 so far"},
    }


#: All that Authorize and TransactionEvent may be answered with.
generous = together(
    edited(RESULT, "Authorize", _tell_of_token),
    edited(RESULT, "TransactionEvent", _tell_of_transaction),
)


def asks_between_events(csms: Csms) -> None:
    """Whatever it hears of a transaction, it asks for its status; the CALL crosses the answer."""
    answer, asking = csms.answers.answer, set[asyncio.Task[None]]()

    async def ask(station: Station, action: str, payload: Payload) -> Payload:
        if action == "TransactionEvent":
            this = {"transactionId": payload["transactionInfo"]["transactionId"]}
            question = csms.requests.quietly(station, "GetTransactionStatus", this)
            task = asyncio.create_task(question)
            asking.add(task)
            task.add_done_callback(asking.discard)
        return await answer(station, action, payload)

    csms.answers.answer = ask


def asks_about_gaps(csms: Csms) -> None:
    """An end that comes before other events makes it ask at once, and nobody can have it twice."""
    answer, ask_at_all = csms.answers.answer, csms.ask
    asked: set[str] = set()

    async def ask_first(station: Station, action: str, payload: Payload) -> Payload:
        if action == "TransactionEvent" and payload["eventType"] == "Ended":
            this: str = payload["transactionInfo"]["transactionId"]
            known = station.transactions.get(this)
            if known is not None and payload["seqNo"] > max(known.events, default=-1) + 1:
                asked.add(this)
                status = {"transactionId": this}
                await csms.requests.quietly(station, "GetTransactionStatus", status)
        return await answer(station, action, payload)

    async def ask(station: str, action: str, payload: Payload) -> Payload:
        if action == "GetTransactionStatus" and payload.get("transactionId") in asked:
            return {}
        return await ask_at_all(station, action, payload)

    csms.answers.answer, csms.ask = ask_first, ask


def tells_of_driver_each_time(csms: Csms) -> None:
    """Once the driver of a transaction is known, every answer to its events says so."""
    told = csms.answers.transaction_event

    def tell(station: Station, payload: Payload) -> Payload:
        response = told(station, payload)
        transaction = station.transactions[payload["transactionInfo"]["transactionId"]]
        driver = transaction.latest("idToken")
        if driver is None:
            return response
        return {"idTokenInfo": csms.answers.id_token_info(driver), **response}

    csms.answers.transaction_event = tell


def _each(payload: Payload) -> list[Payload]:
    return [*payload.get("getVariableData", []), *payload.get("setVariableData", [])]


def _explicit(payload: Payload) -> None:
    for item in _each(payload):
        item.setdefault("attributeType", "Actual")


#: attributeType Actual is named, not left to the default.
explicit_attributes = together(
    edited(CALL, "GetVariables", _explicit), edited(CALL, "SetVariables", _explicit)
)


def _reversed(payload: Payload) -> None:
    for value in payload.values():
        if isinstance(value, list):
            cast("list[Any]", value).reverse()


#: Lists in requests in the reverse order.
backwards = edited(CALL, "", _reversed)
