"""Faults in what a driver gets whom the CSMS refuses while he charges (C15, E05)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.rpc import Payload


def _allows(share: float) -> Alter:
    """So much of MaxEnergyOnInvalidId."""

    @replaces("transactions.refused")
    def _other_limit(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
        before = evse.energy_limit
        original(evse)
        if before is None and evse.energy_limit is not None:
            mark_triggered()
            register = station.meter.register(evse)
            evse.energy_limit = register + share * (evse.energy_limit - register)
            station.transactions.set_state(evse, evse.charging_state)

    return _other_limit


@replaces("transactions._spend")
def _never_used_up(_station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    if evse.energy_limit is not None:
        mark_triggered()


@replaces("transactions.refused")
def _at_once(station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    if evse.authorization is not None and not evse.withheld:
        mark_triggered()
        station.transactions.withhold(evse)


@replaces("transactions.withhold")
def _in_words(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    flowed = evse.charging_since is not None
    original(evse)
    if flowed:
        mark_triggered()
        station.meter.set_charging(evse, charging=True)


@replaces("transactions.refused")
def _deauthorizes(station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    if evse.authorization is None:
        return
    mark_triggered()
    station.transactions.set_state(evse, "EVConnected")
    evse.authorization = None
    station.transactions.update(evse, "Deauthorized", changed=True)


@replaces("transactions.refused")
def _lets_spend_first(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    if station.model.number("TxCtrlr.MaxEnergyOnInvalidId") > 0:
        mark_triggered()
        station.later(60.0, lambda: original(evse))
    else:
        original(evse)


@replaces("authorization.check_offline")
def _admits_known_alone(
    _station: Any, original: Any, mark_triggered: MarkTriggered, known: Any
) -> Payload:
    info: Payload = original(known)
    if known is None and info["status"] == "Accepted":
        mark_triggered()
        return {"status": "Unknown"}
    return info


@replaces("authorization.session_of")
def _refused_cannot_stop(
    _station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, evse_id: Any
) -> Any:
    running = original(token, evse_id)
    if running is not None and running.withheld:
        mark_triggered()
        return None
    return running


FAULTS = (
    Fault(
        "refused-never-used-up",
        "A refused driver gets more than MaxEnergyOnInvalidId allows, for as long as he likes.",
        _never_used_up,
        "E05.FR.02",
        ("TC_C_15_CS", "3"),
    ),
    Fault(
        "refused-gets-too-much",
        "A refused driver gets a fifth more than MaxEnergyOnInvalidId allows.",
        _allows(1.2),
        "E05.FR.02",
        ("TC_C_15_CS", "3"),
    ),
    Fault(
        "refused-gets-too-little",
        "A refused driver gets half of what MaxEnergyOnInvalidId allows.",
        _allows(0.5),
        "E05.FR.03",
        ("TC_C_15_CS", "3"),
    ),
    Fault(
        "refused-gets-nothing",
        "A refused driver gets nothing, whatever MaxEnergyOnInvalidId allows.",
        _at_once,
        "E05.FR.03",
        ("TC_C_15_CS", "3"),
    ),
    Fault(
        "suspends-in-words",
        "The energy of a refused driver flows on while it is told to be suspended.",
        _in_words,
        "E05.FR.02",
        ("TC_C_17_CS", "5"),
    ),
    Fault(
        "deauthorizes-refused",
        "A refused driver is no longer authorized, though StopTxOnInvalidId is false.",
        _deauthorizes,
        "C15.FR.06",
        ("TC_C_17_CS", "5"),
    ),
    Fault(
        "refused-spends-first",
        "A refused driver gets energy for a minute, though StopTxOnInvalidId is true.",
        _lets_spend_first,
        "C15.FR.04",
        ("TC_C_18_CS", "5"),
    ),
    Fault(
        "admits-known-alone",
        "Offline a driver whom the station does not know is turned away, whatever is configured.",
        _admits_known_alone,
        "C15.FR.08",
        ("TC_C_26_CS", "1"),
    ),
    Fault(
        "refused-cannot-stop",
        "A driver whom the CSMS has refused cannot stop the transaction that he began.",
        _refused_cannot_stop,
        "E07.FR.01",
        ("TC_C_26_CS", "3>StopAuthorized 1"),
    ),
)
