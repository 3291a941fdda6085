"""How stations show that differ in their transactions."""

from __future__ import annotations

from itertools import pairwise

from harness.evidence.matchers import ABSENT, PRESENT
from harness.ocppj.frames import FrameKind
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Sign,
    both,
    call,
    charges_later,
    ended,
    event,
    in_case,
    mutability,
    payloads,
    reads,
    reported,
    some,
    started,
    text,
    without,
)

_TWO_EVENTS = ended("ChargingStateChanged", transactionInfo={"stoppedReason": "Local"})


def _values_in_parts(outcome: Outcome) -> bool:
    """More than one message for one trigger."""
    return len(list(payloads(outcome, FrameKind.CALL, "MeterValues"))) > 1


def _events_in_parts(outcome: Outcome) -> bool:
    """More than one event for one trigger."""
    events = payloads(outcome, FrameKind.CALL, "TransactionEvent")
    return sum(each["triggerReason"] == "Trigger" for each in events) > 1


def _cable_after_its_state(outcome: Outcome) -> bool:
    """A cable is told right after an event that already had the state which it brings."""
    events = list(payloads(outcome, FrameKind.CALL, "TransactionEvent"))
    return any(
        later["triggerReason"] == "CablePluggedIn"
        and earlier["transactionInfo"].get("chargingState") == "EVConnected"
        and earlier["transactionInfo"]["transactionId"] == later["transactionInfo"]["transactionId"]
        for earlier, later in pairwise(events)
    )


def _charged_twice(outcome: Outcome) -> bool:
    """Two transactions to see what a vehicle takes."""
    events = payloads(outcome, FrameKind.CALL, "TransactionEvent")
    return sum(each["eventType"] == "Started" for each in events) == 2


_LOST_TOO = event("EVCommunicationLost", eventType="Updated")

TRANSACTIONS = {
    "little-power": Sign(in_case("TC_K_38_CS", _charged_twice)),
    "kilowatt-hours": Sign(lambda outcome: "'kWh'" in text(outcome)),
    "tells-more": Sign(both(_LOST_TOO, ended("EVCommunicationLost"))),
    "tells-more-authorized": Sign(
        both(event("StopAuthorized", eventType="Updated"), ended("StopAuthorized"))
    ),
    "tells-more-power-path": Sign(
        both(started("ChargingStateChanged"), event("StopAuthorized", eventType="Updated")),
        exclusive=False,
    ),
    "cable-told-apart": Sign(_cable_after_its_state),
    "cable-told-apart-power-path": Sign(_cable_after_its_state, exclusive=False),
    "tx-ev-connected": Sign(both(started("CablePluggedIn"), ended("EVCommunicationLost"))),
    "tx-authorized": Sign(reads("TxStartPoint", "Authorized")),
    "tx-power-path-closed": Sign(started("ChargingStateChanged", "SuspendedEVSE")),
    "tx-energy-transfer": Sign(started("ChargingStateChanged", "Charging")),
    "tx-parking-bay": Sign(both(started("EVDetected"), ended("EVDeparted"))),
    "tx-data-signed": Sign(started("SignedDataReceived")),
    "tx-data-signed-or-energy": Sign(
        both(started("SignedDataReceived"), reads("TxStartPoint", "EnergyTransfer,DataSigned"))
    ),
    "tx-energy-or-data-signed": Sign(
        both(started("ChargingStateChanged"), reads("TxStartPoint", "DataSigned,EnergyTransfer"))
    ),
    "unsigned-readings": Sign(without("SignReadings")),
    "tx-start-authorized-stop-ev-connected": Sign(
        both(started("Authorized"), ended("EVCommunicationLost"))
    ),
    "tx-start-energy-stop-parking-bay": Sign(
        both(started("ChargingStateChanged"), ended("EVDeparted"))
    ),
    "tx-all-points": Sign(both(started("EVDetected"), ended("StopAuthorized"))),
    "tx-points-read-only": Sign(mutability("TxStartPoint", "ReadOnly")),
    "no-parking-bay-sensor": Sign(
        reported(
            name="TxStartPoint",
            variableCharacteristics={
                "valuesList": "EVConnected,Authorized,PowerPathClosed,EnergyTransfer,DataSigned"
            },
        )
    ),
    "power-path-by-charging-state": Sign(
        started("ChargingStateChanged", "SuspendedEVSE", idToken=PRESENT)
    ),
    "stop-in-two-events": Sign(both(event("StopAuthorized", eventType="Updated"), _TWO_EVENTS)),
    "always-stops-on-ev-side": Sign(mutability("StopTxOnEVSideDisconnect", "ReadOnly")),
    "never-stops-on-ev-side": Sign(
        reported(name="StopTxOnEVSideDisconnect", variableAttribute=[{"value": "false"}])
    ),
    "some-energy-for-refused": Sign(
        reported(name="MaxEnergyOnInvalidId", variableAttribute=[{"value": "500"}])
    ),
    "no-energy-for-refused": Sign(without("MaxEnergyOnInvalidId")),
    "slow-to-unlock": Sign(event("Authorized", eventType="Updated", idToken=PRESENT)),
    "slow-to-unlock-power-path": Sign(started("Authorized", "SuspendedEVSE")),
    "slow-to-charge": Sign(charges_later),
    "slow-to-charge-data-signed": Sign(both(charges_later, event("SignedDataReceived"))),
    "suspended-at-first": Sign(
        event("ChargingStateChanged", transactionInfo={"chargingState": "SuspendedEVSE"})
    ),
    "metering": Sign(event("MeterValuePeriodic")),
    "splits-triggered-values": Sign(in_case("TC_F_11_CS", _values_in_parts)),
    "splits-triggered-events": Sign(in_case("TC_F_13_CS", _events_in_parts)),
    "main-meter-triggered": Sign(in_case("TC_F_12_CS", call("MeterValues", evseId=0))),
    "failed-update-before": Sign(call("FirmwareStatusNotification", status="DownloadFailed")),
    "continuous-numbers": Sign(
        some("TransactionEvent", lambda p: p["eventType"] == "Started" and p["seqNo"] > 0)
    ),
    "evse-in-every-event": Sign(event("ChargingStateChanged", evse=PRESENT)),
    "state-in-every-event": Sign(
        event("StopAuthorized", eventType="Updated", transactionInfo={"chargingState": PRESENT})
    ),
    "silent-stop": Sign(
        ended("StopAuthorized", idToken=ABSENT, transactionInfo={"stoppedReason": ABSENT})
    ),
    "short-transaction-ids": Sign(
        some("TransactionEvent", lambda p: ":" in p["transactionInfo"]["transactionId"])
    ),
}
