"""Which part of a station answers which request, and which variables it measures or acts on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from harness.reference.rpc import Answer, Payload
from harness.reference.station.device_model import Source, Variable
from harness.reference.station.meter import POWER_W

if TYPE_CHECKING:
    from harness.reference.station.station import Station

Action = Callable[[Payload], Awaitable[Answer]]


def request_handlers(station: Station) -> dict[str, Action]:
    """The handler of every request that this station supports."""
    return {
        "CancelReservation": station.reservations.cancel,
        "CertificateSigned": station.own.signed,
        "ChangeAvailability": station.availability.change,
        "ClearCache": station.local_data.clear_cache,
        "DataTransfer": station.remote.data_transfer,
        "DeleteCertificate": station.certificates.delete,
        "GetBaseReport": station.reports.get_base,
        "GetInstalledCertificateIds": station.certificates.installed_ids,
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
    }


def wire_variables(station: Station) -> None:
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
    variables.effects["AlignedDataCtrlr.Interval"] = station.aligned.interval_changed
    variables.effects["SecurityCtrlr.BasicAuthPassword"] = station.password_changed


def _source(station: Station, variable: Variable) -> Source | None:
    """How the Actual value of a measured variable is found."""
    if variable.name == "AvailabilityState":
        return _availability_source(station, variable)
    if variable.path == "EVSE.Power":
        evse = station.evses[variable.component.evse or 0]
        return lambda: str(POWER_W if evse.charging_since is not None else 0.0)
    sources: dict[str, Source] = {
        "ClockCtrlr.DateTime": station.now,
        "LocalAuthListCtrlr.Entries": lambda: str(len(station.memory.local_list)),
        "SecurityCtrlr.CertificateEntries": lambda: str(len(station.certificates.held())),
    }
    return sources.get(variable.path)


def _availability_source(station: Station, variable: Variable) -> Source:
    component = variable.component
    if component.evse is None:
        return station.availability.station_status
    evse = station.evses[component.evse]
    connector = component.connector
    if connector is None:
        return lambda: station.availability.evse_status(evse)
    return lambda: station.availability.connector_status(evse, connector)
