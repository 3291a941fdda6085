"""The extension that every object of OCPP may have (Part 4, 9)."""

from __future__ import annotations

from typing import Any, cast

from harness.ocppj.frames import Payload

#: CustomDataType: its vendorId, and a field that no schema knows.
CUSTOM_DATA: Payload = {"vendorId": "org.openchargealliance.octt", "session": {"note": "ä"}}


def with_custom_data(payload: Payload) -> Payload:
    """The payload with custom data in it and in every object below."""
    return cast(Payload, _extended(payload))


def _extended(value: Any) -> Any:
    match value:
        case dict():
            named = cast(Payload, value)
            return {**{k: _extended(v) for k, v in named.items()}, "customData": CUSTOM_DATA}
        case list():
            return [_extended(each) for each in cast(list[Any], value)]
        case _:
            return value
