"""What an operator can see of a station in the CSMS."""

from __future__ import annotations

from typing import Any

from harness.reference.csms.stations import Station
from harness.reference.csms.variables import VariableKey
from harness.reference.rpc import Payload


class NotOffered(Exception):
    """The CSMS has no such button or view; the message says which."""


class Holdings:
    """The views; every method may be replaced on the instance."""

    def look(self, station: Station, what: str, **facts: Any) -> Any:
        """One view by name.

        Raises:
            NotOffered: there is none of this name, or the facts do not fit it.
        """
        views = {
            "variable": self.variable,
            "report": self.report,
            "transactions": self.transactions,
            "connectors": self.connectors,
            "network_profile": self.network_profile,
            "station": self.station,
            "received": self.received,
        }
        if what not in views:
            raise NotOffered(f"this CSMS has no view {what!r}")
        try:
            return views[what](station, **facts)
        except TypeError as error:
            raise NotOffered(f"look {what!r}: {error}") from error

    def variable(
        self,
        station: Station,
        component: str,
        variable: str,
        instance: str = "",
        attribute_type: str = "Actual",
        component_instance: str = "",
        evse: int | None = None,
        connector: int | None = None,
    ) -> str | None:
        """The value last read, reported or set; None if unknown."""
        key = VariableKey(
            component.lower(),
            variable.lower(),
            (component_instance or "").lower(),
            evse,
            connector,
            (instance or "").lower(),
        )
        return station.variables.value(key, attribute_type)

    def report(self, station: Station, request_id: int | None = None) -> Payload | None:
        """``{"request_id", "complete", "parts", "data"}``, by default of the last one asked for."""
        number = request_id
        if number is None:
            number = next(reversed(station.reports), None)
        if number is None or number not in station.reports:
            return None
        report = station.reports[number]
        return {
            "request_id": number,
            "complete": report.complete,
            "parts": len(report.parts),
            "data": report.data,
        }

    def transactions(self, station: Station) -> list[Payload]:
        """A summary per transaction, values from the latest event that has them."""
        return [
            {
                "transaction_id": transaction.id,
                "ongoing": not transaction.ended,
                "seq_nos": sorted(transaction.events),
                "complete": transaction.started
                and transaction.ended
                and sorted(transaction.events) == list(range(max(transaction.events) + 1)),
                "evse": transaction.latest("evse"),
                "id_token": transaction.latest("idToken"),
                "charging_state": transaction.latest("transactionInfo", "chargingState"),
                "stopped_reason": transaction.latest("transactionInfo", "stoppedReason"),
                "remote_start_id": transaction.latest("transactionInfo", "remoteStartId"),
            }
            for transaction in station.transactions.values()
        ]

    def connectors(self, station: Station) -> list[Payload]:
        """``[{"evse", "connector", "status"}]``."""
        return [
            {"evse": evse, "connector": connector, "status": status}
            for (evse, connector), status in sorted(station.connectors.items())
        ]

    def network_profile(self, station: Station, slot: int) -> Payload | None:
        """``{"status", "profile"}`` of the last SetNetworkProfile for the slot, None if none."""
        return station.network_profiles.get(slot)

    def station(self, station: Station) -> Payload:
        """``{"identity", "connected", "registration", "boot"}``."""
        return {
            "identity": station.identity,
            "connected": station.rpc is not None,
            "registration": station.registration,
            "boot": station.boot,
        }

    def received(self, station: Station, action: str) -> list[Payload]:
        """Payloads of the recent requests of this action, oldest first."""
        return [payload for name, payload in station.received if name == action]
