"""Which part of a station answers which request, and which variables it measures or acts on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from harness.reference.rpc import Answer, Payload
from harness.reference.station.authorization import Authorizations
from harness.reference.station.availability import Availability
from harness.reference.station.background import AlignedData
from harness.reference.station.certificates import Certificates
from harness.reference.station.context import StationContext
from harness.reference.station.customers import Customers
from harness.reference.station.device_model import Source, Variable
from harness.reference.station.firmware import Firmware
from harness.reference.station.local_data import LocalData
from harness.reference.station.logs import Logs
from harness.reference.station.network import NetworkProfiles
from harness.reference.station.own_certificate import OwnCertificates
from harness.reference.station.registration import Heartbeat
from harness.reference.station.remote import Remote
from harness.reference.station.reports import Reports
from harness.reference.station.reservations import Reservations
from harness.reference.station.resets import Resets
from harness.reference.station.variables import Variables

Action = Callable[[Payload], Awaitable[Answer]]


class Parts(StationContext, Protocol):
    """The parts of a station that answer requests, and that variables belong to."""

    aligned: AlignedData
    authorization: Authorizations
    availability: Availability
    certificates: Certificates
    customers: Customers
    firmware: Firmware
    heartbeat: Heartbeat
    local_data: LocalData
    logs: Logs
    network: NetworkProfiles
    own: OwnCertificates
    remote: Remote
    reports: Reports
    reservations: Reservations
    resets: Resets
    variables: Variables

    def password_changed(self, value: str) -> None:
        """BasicAuthPassword has a new value."""
        ...


def request_handlers(station: Parts) -> dict[str, Action]:
    """The handler of every request that this station supports."""
    return {
        "CancelReservation": station.reservations.cancel,
        "CertificateSigned": station.own.signed,
        "ChangeAvailability": station.availability.change,
        "ClearCache": station.local_data.clear_cache,
        "CustomerInformation": station.customers.information,
        "DataTransfer": station.remote.data_transfer,
        "DeleteCertificate": station.certificates.delete,
        "GetBaseReport": station.reports.get_base,
        "GetInstalledCertificateIds": station.certificates.installed_ids,
        "GetLog": station.logs.get_log,
        "GetLocalListVersion": station.local_data.list_version,
        "GetReport": station.reports.get,
        "GetTransactionStatus": station.remote.transaction_status,
        "GetVariables": station.variables.get,
        "InstallCertificate": station.certificates.install,
        "RequestStartTransaction": station.authorization.request_start,
        "RequestStopTransaction": station.authorization.request_stop,
        "ReserveNow": station.reservations.reserve,
        "Reset": station.resets.reset,
        "SendLocalList": station.local_data.send_list,
        "SetNetworkProfile": station.network.set,
        "SetVariables": station.variables.set,
        "TriggerMessage": station.remote.trigger,
        "UnlockConnector": station.remote.unlock,
        "UpdateFirmware": station.firmware.update,
    }


def wire_variables(station: Parts) -> None:
    """Connect the device model with the parts that know the values or act on them."""
    for variable in station.model:
        variable.source = _source(station, variable)
    variables = station.variables
    priority = "OCPPCommCtrlr.NetworkConfigurationPriority"
    variables.checks[priority] = station.network.check_priority
    variables.effects[priority] = station.network.priority_changed
    if station.config.priority_needs_reboot:
        variables.need_reboot.add(priority)
    variables.effects["OCPPCommCtrlr.HeartbeatInterval"] = lambda value: (
        station.heartbeat.set_interval(int(value))
    )
    for name in ("Enabled", "Interval", "TxEndedInterval"):
        variables.effects[f"AlignedDataCtrlr.{name}"] = station.aligned.interval_changed
    variables.effects["SecurityCtrlr.BasicAuthPassword"] = station.password_changed


def _source(station: Parts, variable: Variable) -> Source | None:
    """How the Actual value of a measured variable is found."""
    if variable.name == "AvailabilityState":
        return _availability_source(station, variable)
    if variable.path == "EVSE.Power":
        evse = station.evses[variable.component.evse or 0]
        return lambda: str(station.config.power if evse.charging_since is not None else 0.0)
    sources: dict[str, Source] = {
        "ClockCtrlr.DateTime": station.now,
        "LocalAuthListCtrlr.Entries": lambda: str(len(station.memory.local_list)),
        "SecurityCtrlr.CertificateEntries": lambda: str(len(station.certificates.held())),
    }
    return sources.get(variable.path)


def _availability_source(station: Parts, variable: Variable) -> Source:
    component = variable.component
    if component.evse is None:
        return station.availability.station_status
    evse = station.evses[component.evse]
    connector = component.connector
    if connector is None:
        return lambda: station.availability.evse_status(evse)
    return lambda: station.availability.connector_status(evse, connector)
