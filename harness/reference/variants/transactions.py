"""How stations differ in their transactions (block E)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants import station_behaviour as behaviour
from harness.reference.variants import station_choices as choices
from harness.reference.variants import station_remote as remote
from harness.reference.variants import wire
from harness.reference.variants.variant import Variant


def _points(start: str, stop: str, why: str) -> Variant:
    config = {"tx_start_points": start.split(","), "tx_stop_points": stop.split(",")}
    return Variant(why, {name: tuple(points) for name, points in config.items()})


TRANSACTIONS: Mapping[str, Variant] = {
    "tx-ev-connected": _points("EVConnected", "EVConnected", "E01.FR.02, E06.FR.02"),
    "tx-authorized": _points("Authorized", "Authorized", "E01.FR.03, E06.FR.03"),
    "tx-power-path-closed": _points("PowerPathClosed", "PowerPathClosed", "E01.FR.05, E06.FR.06"),
    "tx-energy-transfer": _points("EnergyTransfer", "EnergyTransfer", "E01.FR.06, E06.FR.07"),
    "tx-parking-bay": _points("ParkingBayOccupancy", "ParkingBayOccupancy", "E01.FR.01, E06.FR.01"),
    "tx-data-signed": Variant(
        "starts with the first signed meter value (E01.FR.04)",
        {
            "tx_start_points": ("DataSigned",),
            "tx_stop_points": ("EVConnected",),
        },
    ),
    "tx-data-signed-or-energy": Variant(
        "whichever comes first: the first signed meter value (E01.FR.04)",
        {
            "tx_start_points": ("EnergyTransfer", "DataSigned"),
            "tx_stop_points": ("EVConnected",),
        },
    ),
    "tx-energy-or-data-signed": Variant(
        "whichever comes first: energy (E01.FR.06)",
        {
            "tx_start_points": ("DataSigned", "EnergyTransfer"),
            "tx_stop_points": ("EVConnected",),
        },
        alter=choices.signs_after_energy,
    ),
    "little-power": Variant("a vehicle takes what it likes (F01.FR.12)", {"power": 4000.0}),
    "unsigned-readings": Variant(
        "signed meter values are optional (E01.FR.04)", removes=frozenset({"C-09.3", "C-42"})
    ),
    "tx-start-authorized-stop-ev-connected": _points("Authorized", "EVConnected", "E01, E06"),
    "tx-start-energy-stop-parking-bay": _points(
        "EnergyTransfer", "ParkingBayOccupancy", "E01, E06"
    ),
    "tx-all-points": _points(
        "ParkingBayOccupancy,EVConnected,Authorized,PowerPathClosed,EnergyTransfer",
        "EnergyTransfer,Authorized,EVConnected,ParkingBayOccupancy,PowerPathClosed",
        "the points are lists of any length (2.6.6)",
    ),
    "tx-points-read-only": Variant(
        "the points may be fixed (2.6.6)",
        {"tx_points_read_only": True},
        removes=frozenset(
            {
                "C-51",
                "C-52",
                "C-42",
                "C-09.3",
                "C-09.4",
                "C-09.5",
                "C-09.6",
                "C-10.3",
                "C-10.4",
                "C-10.5",
            }
        ),
    ),
    "no-parking-bay-sensor": Variant(
        "a sensor in the parking bay is optional",
        {"parking_bay_sensor": False},
        {"parking_bay_sensor": False},
        removes=frozenset({"C-09.6", "C-10.5"}),
    ),
    "no-energy-transfer-start": Variant(
        "which points there are is the station's choice (2.6.6)", removes=frozenset({"C-09.5"})
    ),
    "power-path-by-charging-state": Variant(
        "the event that closes the power path may name either reason (E02.FR.17)",
        {
            "tx_start_points": ("PowerPathClosed",),
            "tx_stop_points": ("EVConnected",),
            "power_path_trigger": "ChargingStateChanged",
        },
        # Only where the cable is in first there is anything to choose.
        alter=behaviour.slow_to_unlock,
    ),
    "stop-in-two-events": Variant(
        "StopAuthorized and the end may be two events (E07)",
        {"tx_stop_points": ("Authorized",), "stop_in_two_events": True},
    ),
    "always-stops-on-ev-side": Variant(
        "StopTxOnEVSideDisconnect may be fixed (2.6.2): true",
        {"read_only": frozenset({"TxCtrlr.StopTxOnEVSideDisconnect"})},
        removes=frozenset({"C-06.1"}),
    ),
    "never-stops-on-ev-side": Variant(
        "StopTxOnEVSideDisconnect may be fixed (2.6.2): false",
        {
            "read_only": frozenset({"TxCtrlr.StopTxOnEVSideDisconnect"}),
            "values": {"TxCtrlr.StopTxOnEVSideDisconnect": "false"},
        },
        removes=frozenset({"C-06.2"}),
    ),
    "some-energy-for-refused": Variant(
        "a refused driver may get some energy (2.6.7, E05.FR.03)",
        {"values": {"TxCtrlr.MaxEnergyOnInvalidId": "500"}},
    ),
    "no-energy-for-refused": Variant(
        "MaxEnergyOnInvalidId is optional (2.6.7, E05.FR.02)", removes=frozenset({"C-03"})
    ),
    "slow-to-unlock": Variant(
        "time passes between the answer to Authorize and the permission",
        {"tx_start_points": ("EVConnected",)},
        alter=behaviour.slow_to_unlock,
    ),
    "slow-to-unlock-power-path": Variant(
        "the same, where the transaction starts with the power path",
        {"tx_start_points": ("PowerPathClosed",)},
        alter=behaviour.slow_to_unlock,
    ),
    "slow-to-charge": Variant(
        "time passes between authorization and energy", alter=behaviour.slow_to_charge
    ),
    "slow-to-charge-data-signed": Variant(
        "the same, where the transaction starts with signed data",
        {"tx_start_points": ("DataSigned",), "tx_stop_points": ("EVConnected",)},
        alter=behaviour.slow_to_charge,
    ),
    "cable-told-apart": Variant(
        "two happenings may be two events (notes of E02.FR.17, E03.FR.12)",
        alter=behaviour.cable_told_apart,
    ),
    "cable-told-apart-power-path": Variant(
        "the same, where the transaction starts with the power path",
        {"tx_start_points": ("PowerPathClosed",), "tx_stop_points": ("EVConnected",)},
        alter=behaviour.cable_told_apart,
    ),
    "tells-more": Variant(
        "additional events beside those that are due (E02.FR.16)",
        {"tx_stop_points": ("EVConnected",)},
        alter=choices.tells_more,
    ),
    "tells-more-authorized": Variant(
        "the same, where drivers start and end transactions",
        {"tx_start_points": ("Authorized",), "tx_stop_points": ("Authorized",)},
        alter=choices.tells_more,
    ),
    "tells-more-power-path": Variant(
        "the same, with the power path",
        {"tx_start_points": ("PowerPathClosed",), "tx_stop_points": ("PowerPathClosed",)},
        alter=choices.tells_more,
    ),
    "suspended-at-first": Variant(
        "SuspendedEVSE before Charging (E02.FR.13)", alter=behaviour.suspended_at_first
    ),
    "metering": Variant("meter values all the time (J02.FR.11)", alter=behaviour.metering),
    "kilowatt-hours": Variant("registers in kWh (UnitOfMeasureType)", alter=choices.kilowatt_hours),
    "splits-triggered-values": Variant(
        "values may be too many for one message (J01.FR.15)",
        alter=remote.splits_triggered_values,
    ),
    "splits-triggered-events": Variant(
        "values may be too many for one event (E02.FR.11)",
        alter=remote.splits_triggered_events,
    ),
    "main-meter-triggered": Variant(
        "a trigger for all EVSEs is one for the main meter too (F06.FR.11, MeterValuesRequest)",
        alter=remote.main_meter_triggered,
    ),
    "failed-update-before": Variant(
        "the last update came to nothing (L01.FR.26)", alter=remote.failed_update_before
    ),
    "continuous-numbers": Variant(
        "seqNo need not begin with 0 (Part 2 E, 1.3.2.1)", alter=behaviour.continuous_numbers
    ),
    "evse-in-every-event": Variant(
        "the evse repeated (E01.FR.16)", alter=behaviour.evse_in_every_event
    ),
    "state-in-every-event": Variant(
        "the chargingState repeated (E02.FR.13)",
        {"tx_stop_points": ("EVConnected",)},
        alter=behaviour.state_in_every_event,
    ),
    "silent-stop": Variant(
        "a local stop without stoppedReason and token (E06.FR.09, E07.FR.02)",
        alter=wire.together(behaviour.no_stopped_reason, behaviour.no_token_at_stop),
    ),
    "short-transaction-ids": Variant(
        "transaction ids that are no UUIDs (E01.FR.08)", alter=wire.short_transaction_ids
    ),
}
