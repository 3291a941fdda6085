"""Faults in whom a station lets in though the CSMS refuses, and in who may stop (C01, C09, C16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.rpc import Payload
from harness.reference.station.state import Authorization


def _accepts(status: str) -> Alter:
    """A driver of whom the CSMS says this is let in."""

    @replaces("authorization.ask_csms")
    async def _accepted(
        _station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
    ) -> Payload:
        info = await original(token)
        if info["status"] != status:
            return info
        mark_triggered()
        return {**info, "status": "Accepted"}

    return _accepted


def _although_refused(act: Callable[[Any], None]) -> Alter:
    """``act(station)`` happens when the CSMS has refused a driver."""

    @replaces("authorization.ask_csms")
    async def ask(
        station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
    ) -> Payload:
        info: Payload = await original(token)
        if info["status"] != "Accepted":
            mark_triggered()
            act(station)
        return info

    return ask


def _starts(station: Any) -> None:
    station.transactions.start(station.evses[1], "Authorized")


def _charges_elsewhere(station: Any) -> None:
    other = station.evses[max(station.evses)]
    station.transactions.start(other, "CablePluggedIn")
    station.transactions.set_state(other, "Charging")
    station.transactions.update(other, "ChargingStateChanged", changed=True)


def _charging(station: Any) -> Any:
    return next((e for e in station.evses.values() if e.transaction and e.authorization), None)


def _at_a_stranger(act: Callable[[Any, Any, Any], None]) -> Alter:
    """``act(station, evse, token)`` happens to who charges when another driver is let in."""

    @replaces("authorization.choose_evse")
    def choose(
        station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        token: Any,
        group: str,
        evse_id: Any,
        allowed: Any,
    ) -> Any:
        running = _charging(station)
        if running is None:
            return original(token, group, evse_id, allowed)
        mark_triggered()
        act(station, running, token)
        return None

    return choose


@replaces("authorization.session_of_group")
def _knows_no_groups(
    _station: Any, original: Any, mark_triggered: MarkTriggered, group: str, evse_id: Any
) -> Any:
    if original(group, evse_id) is not None:
        mark_triggered()


@replaces("authorization.present")
async def _asks_about_group(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, evse_id: Any
) -> None:
    drivers = station.authorization
    own = drivers.session_of(token, evse_id)
    if own is None and drivers.session_of_known(token, evse_id) is not None:
        mark_triggered()
        await drivers.ask_csms(token)
    await original(token, evse_id)


@replaces("authorization.ask_csms")
async def _stops_for_refused(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> Payload:
    info = await original(token)
    group: Payload = info.get("groupIdToken") or {}
    running = station.authorization.session_of_group(group.get("idToken", ""), None)
    if info["status"] != "Accepted" and running is not None:
        mark_triggered()
        station.authorization.stop(running, token)
    return info


@replaces("authorization.session_of_known")
def _stops_for_known_refused(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, evse_id: Any
) -> Any:
    known = station.authorization.tokens.find(token)
    if known is None or known.status == "Accepted":
        return original(token, evse_id)
    running = station.authorization.session_of_group(known.group, evse_id)
    if running is not None:
        mark_triggered()
    return running


@replaces("authorization.is_master_pass")
def _charges_master(_station: Any, original: Any, mark_triggered: MarkTriggered, info: Any) -> bool:
    if original(info):
        mark_triggered()
    return False


@replaces("authorization.master_pass.presented")
def _keeps_master(station: Any, original: Any, mark_triggered: MarkTriggered, token: Any) -> None:
    original(token)
    connected = station.transactions.connected

    def charge(evse: Any) -> None:
        mark_triggered()
        connected(evse)
        evse.authorization = Authorization(token)
        station.transactions.authorized(evse)

    station.transactions.connected = charge


@replaces("authorization.master_pass.show")
def _does_not_wait(station: Any, original: Any, mark_triggered: MarkTriggered, token: Any) -> None:
    mark_triggered()
    station.authorization.master_pass.stop(list(station.evses.values()), token)
    original(token)


@replaces("authorization.master_pass.stop")
def _stops_first_of_all(
    station: Any, original: Any, mark_triggered: MarkTriggered, evses: list[Any], token: Any
) -> None:
    if len(evses) == len(station.evses):
        mark_triggered()
        evses = evses[:1]
    original(evses, token)


FAULTS = (
    Fault(
        "lets-in-invalid",
        "A driver is let in whom the CSMS calls invalid.",
        _accepts("Invalid"),
        "C01.FR.07",
        ("TC_C_02_CS", "2"),
    ),
    Fault(
        "lets-in-blocked",
        "A driver is let in whom the CSMS calls blocked.",
        _accepts("Blocked"),
        "C01.FR.07",
        ("TC_C_06_CS", "2"),
    ),
    Fault(
        "lets-in-expired",
        "A driver is let in whose idToken has expired.",
        _accepts("Expired"),
        "C01.FR.07",
        ("TC_C_07_CS", "2"),
    ),
    Fault(
        "lets-in-unknown",
        "A driver is let in whom the CSMS does not know.",
        _accepts("Unknown"),
        "C01.FR.07",
        ("TC_C_56_CS", "2"),
    ),
    Fault(
        "starts-for-refused",
        "A transaction begins when the CSMS has refused the driver, and the cable stays locked.",
        _although_refused(_starts),
        "E01.FR.03",
        ("TC_C_05_CS", "2"),
        variant="cable-lock",
    ),
    Fault(
        "charges-refused-elsewhere",
        "A driver whom the CSMS refuses gets energy, at another EVSE and without being named.",
        _although_refused(_charges_elsewhere),
        "C01.FR.01",
        ("TC_C_02_CS", "2"),
    ),
    Fault(
        "stranger-stops",
        "A driver who is accepted stops the transaction of another one.",
        _at_a_stranger(lambda station, evse, token: station.authorization.stop(evse, token)),
        "C01.FR.03",
        ("TC_C_04_CS", "2"),
    ),
    Fault(
        "stranger-pauses",
        "A driver who is accepted takes the energy away from another one.",
        _at_a_stranger(lambda station, evse, _token: station.transactions.withhold(evse)),
        "C01.FR.03",
        ("TC_C_04_CS", "2"),
    ),
    Fault(
        "group-does-not-stop",
        "A driver of the same group does not stop the transaction.",
        _knows_no_groups,
        "C09.FR.03",
        ("TC_C_39_CS", "8"),
    ),
    Fault(
        "asks-before-group-stops",
        "The CSMS is asked about a driver whom the cache knows as one of the group.",
        _asks_about_group,
        "C09.FR.07",
        ("TC_C_41_CS", "4"),
    ),
    Fault(
        "refused-of-group-stops",
        "A driver of the same group stops the transaction though the CSMS refuses him.",
        _stops_for_refused,
        "C09.FR.11",
        ("TC_C_42_CS", "7"),
    ),
    Fault(
        "known-refused-of-group-stops",
        "A driver of the same group stops the transaction though the cache knows him as refused.",
        _stops_for_known_refused,
        "C09.FR.11",
        ("TC_C_44_CS", "4"),
    ),
    Fault(
        "master-pass-charges",
        "A master pass is an idToken like any other.",
        _charges_master,
        "C16.FR.03",
        ("TC_C_45_CS", "2"),
    ),
    Fault(
        "master-pass-charges-later",
        "Who holds a master pass gets energy as soon as he plugs in.",
        _keeps_master,
        "C16.FR.03",
        ("TC_C_45_CS", "4"),
    ),
    Fault(
        "master-pass-does-not-wait",
        "A master pass stops all transactions before it is chosen on the screen which.",
        _does_not_wait,
        "C16.FR.01",
        ("TC_C_47_CS", "2"),
        variant="screen",
    ),
    Fault(
        "master-pass-stops-first-of-all",
        "A master pass stops one transaction where all were chosen on the screen.",
        _stops_first_of_all,
        "C16.FR.01",
        ("TC_C_47_CS", "3"),
        variant="screen",
    ),
)
