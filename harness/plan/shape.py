"""The embedded system in the shape of the one that a description is of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.reference.variants import Variant
from harness.spec.roles import Role
from harness.sut import pics
from harness.sut.conditions import Declared
from harness.sut.model import Image, OperatorSpec, Sut

#: What a station can do by its features, by the field of its configuration.
_BY_FEATURE = {
    "cable_lock": "AQ-2",
    "cancels_updates": "C-60",
    "downloads_while_charging": "AQ-7",
    "installs_while_charging": "C-43",
    "activates_while_charging": "C-43",
    "supports_evse_reset": "C-13",
    "supports_summary_inventory": "C-56",
    "cache": "C-49",
    "offline_unknown": "C-02",
    "reserve": "R-2",
}
_LISTS = "Local Authorization List Management"
#: Seconds: time is simulated, and the embedded systems have the intervals of real ones.
_LONG = 14400.0


def stand_in(sut: Sut) -> Sut:
    """The description, for an embedded system on this machine."""
    return replace(
        sut,
        operator=OperatorSpec("embedded"),
        listen=replace(sut.listen, bind="127.0.0.1", port=0, port_2=0, port_files=0),
        endpoints=dict.fromkeys(sut.endpoints, ""),
        limits=replace(sut.limits, case=max(_LONG, sut.limits.case)),
        firmware=Image(),
        defective_firmware=Image(),
        ca_file="",
        station_ca_file="",
    )


def shape(sut: Sut) -> Variant:
    """How an embedded system must differ from the plain one."""
    config = _station(sut, pics.declared(sut)) if sut.role is Role.STATION else {}
    return Variant("as described", config)


def _station(sut: Sut, declared: Declared) -> dict[str, Any]:
    able = {name: declared.supports(feature) for name, feature in _BY_FEATURE.items()}
    return {
        **able,
        "tx_start_points": _points(
            sut.configured.tx_start_point, sut.edition.features.start_points, declared
        ),
        "tx_stop_points": _points(
            sut.configured.tx_stop_point, sut.edition.features.stop_points, declared
        ),
        "reboots_to_activate": "never" if declared.supports("C-43") else "announced",
        "start_button": sut.start_button,
        "remote_only": sut.authorization == "remote" and not sut.start_button,
        "local_list": declared.in_profile(_LISTS) or declared.supports("C-01"),
    }


def _points(told: str, known: Any, declared: Declared) -> tuple[str, ...]:
    """Those that it is told to have; else, of the usual ones, those that are declared."""
    if told:
        return tuple(each.strip() for each in told.split(","))
    able = [point for feature, point in known.items() if declared.supports(feature)]
    usual = [point for point in ("EVConnected", "Authorized") if point in able]
    return tuple(usual or able[:1] or ("EVConnected", "Authorized"))
