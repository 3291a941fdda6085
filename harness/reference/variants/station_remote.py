"""What stations may do when the CSMS asks for messages and locks (F05, F06)."""

from __future__ import annotations

from typing import Any

from harness.reference.rpc import Answer, Payload
from harness.reference.station import Station
from harness.reference.station.state import Evse


def _by_phase(samples: list[Payload]) -> list[Payload]:
    """The voltage of each phase in place of one for all."""
    phases = ("L1-N", "L2-N", "L3-N")
    return [
        {**sample, "phase": phase} if phase else sample
        for sample in samples
        for phase in (phases if sample["measurand"] == "Voltage" else ("",))
    ]


def splits_triggered_values(station: Station) -> None:
    """Triggered meter values come in a message for each sample (J01.FR.15)."""
    measurands = "Energy.Active.Import.Register,Current.Import,Voltage"
    station.model.write("AlignedDataCtrlr.Measurands", measurands)
    instructed = station.instructed

    def split(action: str, payload: Payload) -> None:
        values: list[Payload] = payload["meterValue"] if action == "MeterValues" else []
        for value in values:
            for sample in _by_phase(value["sampledValue"]):
                part: Payload = {**value, "sampledValue": [sample]}
                instructed(action, {**payload, "meterValue": [part]})
        if not values:
            instructed(action, payload)

    station.instructed = split


def splits_triggered_events(station: Station) -> None:
    """Triggered values of a transaction come in an event for each sample (E02.FR.11)."""
    measurands = "Energy.Active.Import.Register,Current.Import,Voltage"
    station.model.write("SampledDataCtrlr.TxUpdatedMeasurands", measurands)
    update = station.transactions.update

    def split(evse: Evse, trigger: str, **fields: Any) -> None:
        if trigger != "Trigger":
            update(evse, trigger, **fields)
            return
        for value in fields.pop("values"):
            for sample in _by_phase(value["sampledValue"]):
                update(evse, trigger, values=[{**value, "sampledValue": [sample]}], **fields)
                fields["changed"] = False

    station.transactions.update = split


def main_meter_triggered(station: Station) -> None:
    """Who asks for the meter values of all EVSEs gets those of the main meter as well."""
    trigger = station.remote.trigger_meter_values

    async def and_main(evse: Payload) -> None:
        await trigger(evse)
        if not evse:
            values = station.remote.meter_values(None, "Trigger")
            station.instructed("MeterValues", values)

    station.remote.triggers["MeterValues"] = and_main


def failed_update_before(station: Station) -> None:
    """A trigger has the station repeat how its last update ended (L01.FR.26)."""
    station.firmware.last = {"status": "DownloadFailed", "requestId": 3}


def lock_rests_closed(station: Station) -> None:
    """Without a plug its lock stays closed, and it says so (F05.FR.05, F05.FR.06)."""
    unlock, look = station.actions["UnlockConnector"], station.look

    async def unlock_plug(request: Payload) -> Answer:
        answer = await unlock(request)
        evse = station.evses.get(request["evseId"])
        if answer.payload["status"] == "Unlocked" and evse is not None and evse.plugged is None:
            return Answer({"status": "UnlockFailed"})
        return answer

    async def look_at(what: str, evse: int, connector: int) -> bool:
        seen = await look(what, evse, connector)
        return seen or station.evses[evse].plugged is None

    station.actions["UnlockConnector"] = unlock_plug
    station.look = look_at
