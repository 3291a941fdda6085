"""A station and a CSMS that do nothing wrong and everything otherwise, all at once."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection
from websockets.typing import Subprotocol

from harness import clock
from harness.reference.csms import Csms
from harness.reference.csms.stations import Station as KnownStation
from harness.reference.rpc import CALL, RESULT, Filter, Message, Payload
from harness.reference.station import Station
from harness.reference.variants import csms_asides as asides
from harness.reference.variants import csms_behaviour, csms_security, station_behaviour, wire
from harness.reference.variants import station_choices as choices
from harness.reference.variants.variant import Variant

_Sent = str | bytes | Iterable[str | bytes] | AsyncIterable[str | bytes]
#: Characters of the first fragment of a message.
_FRAGMENT = 7


def _in_fragments(message: _Sent) -> _Sent:
    if not isinstance(message, str) or len(message) < 3 * _FRAGMENT:
        return message
    return [message[:_FRAGMENT], message[_FRAGMENT : 2 * _FRAGMENT], message[2 * _FRAGMENT :]]


class _FromStation(ClientConnection):
    """Every text leaves in three frames (RFC 6455, 5.4)."""

    async def send(self, message: Any, *, text: bool | None = None) -> None:
        await super().send(cast("Any", _in_fragments(message)), text=text)


class _FromCsms(ServerConnection):
    """Every text leaves in three frames (RFC 6455, 5.4)."""

    async def send(self, message: Any, *, text: bool | None = None) -> None:
        await super().send(cast("Any", _in_fragments(message)), text=text)


# How JSON, times and ids look


def _written(value: Any) -> str:
    """JSON as few write it: keys backwards, numbers with exponents or needless digits."""
    if isinstance(value, dict):
        fields = reversed(list(cast(Payload, value).items()))
        inside = " ,\n".join(f"{json.dumps(key)} :\t{_written(each)}" for key, each in fields)
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[\n{', '.join(map(_written, cast('list[Any]', value)))} ]"
    if isinstance(value, float):
        return f"{value!r}0"
    if type(value) is int and value and value % 10 == 0:
        return f"{value // 10}e1"
    return json.dumps(value, ensure_ascii=False)


def _writes_oddly(system: Any) -> None:
    """The type, id and action stay as they are: what they are is not for numbers to say."""

    def encode(message: Message) -> list[Message | str | bytes]:
        *head, last = json.loads(message.encode())
        parts = [json.dumps(each, ensure_ascii=False) for each in head]
        return [f" [ {' , '.join([*parts, _written(last)])}\n]\n"]

    filters: list[Filter] = system.filters
    filters.append(encode)


def _elsewhere(moment: datetime) -> str:
    """With nine digits, in a zone that is ahead by three quarters of an hour more than most."""
    there = moment.astimezone(timezone(timedelta(hours=5, minutes=45)))
    return there.strftime("%Y-%m-%dT%H:%M:%S.%f") + "789+05:45"


def _long_ids(system: Any) -> None:
    """Message ids of exactly 36 characters that are no UUIDs (Part 4, 4.1.4)."""
    numbers = itertools.count(1)
    start = f"№{id(system):x}/"
    system.new_message_id = lambda: f"{start}{next(numbers)}".ljust(36, "·")


def _more_custom_data(payload: Any) -> None:
    """A customData in every object of a message (Part 2, 1.2)."""
    if isinstance(payload, dict):
        fields = cast(Payload, payload)
        for inside in fields.values():
            _more_custom_data(inside)
        fields["customData"] = {"vendorId": "org.example.☃", "instance": "", "seqNo": -1}
    elif isinstance(payload, list):
        for inside in cast("list[Any]", payload):
            _more_custom_data(inside)


_FORM = wire.together(
    wire.names(str.swapcase),
    wire.empty_instances,
    wire.edited(CALL, "", _more_custom_data),
    wire.edited(RESULT, "", _more_custom_data),
    wire.times(_elsewhere),
    wire.error_details,
    _long_ids,
    _writes_oddly,
)


# What is said and done


def _talks(station: Station) -> None:
    """Whatever a station may say at any time, it says (general background of Part 2)."""
    say = station.chatter.say
    more: list[tuple[str, Payload]] = [
        ("DataTransfer", {"vendorId": "org.example", "messageId": "", "data": {"é": [None]}}),
        ("ClearedChargingLimit", {"chargingLimitSource": "SO"}),
        ("NotifyChargingLimit", {"chargingLimit": {"chargingLimitSource": "EMS"}}),
    ]

    def all_of_it(turn: int) -> None:
        say(turn)
        action, payload = more[turn % len(more)]
        station.outbox.send(action, payload)

    station.chatter.say = all_of_it


def _shows_itself_oddly(station: Station) -> None:
    """Headers in another case, more of them, and more sub-protocols than one (RFC 9110, 5.1)."""
    credentials = station.link.credentials

    def headers(profile: Payload) -> dict[str, str]:
        shown = {"X-Model": "odd", "Accept-Language": "de, en;q=0.5"}
        for basic in credentials(profile).values():
            shown["aUTHORIZATION"] = f"bASIC {basic.split()[1]}"
        return shown

    station.link.credentials = headers
    offered = [Subprotocol("ocpp1.6"), *station.link.subprotocols, Subprotocol("x-ocpp")]
    station.link.subprotocols = offered
    station.link.connection_type = _FromStation


def _starts_with_silence(csms: Csms) -> None:
    """Fragments, and pings whenever they like."""
    csms.connection_type = _FromCsms


def _transfers(csms: Csms) -> None:
    """After each boot, vendor data for which no station has a use (P01)."""
    after_boot = csms.requests.after_boot

    async def transfer(station: KnownStation, *, trigger: bool) -> None:
        await after_boot(station, trigger=trigger)
        await clock.sleep(0.01)
        if station.registration == "Accepted":
            data = {"vendorId": "org.example", "data": "☃"}
            await csms.requests.quietly(station, "DataTransfer", data)

    csms.requests.after_boot = transfer


_EVSES = {1: (1, 2), 2: (1, 2), 3: (1, 2)}

STRANGE_STATION: Mapping[str, Variant] = {
    "strange": Variant(
        "everything that is legal and rare at once (Part 2, Part 4)",
        {
            "evses": _EVSES,
            "connector_events": "both",
            "background_traffic": True,
            "report_parts": 20,
            "unavailable_first": True,
            "report_evse_reset": True,
            "tx_start_points": ("EVConnected", "Authorized"),
            "tx_stop_points": ("EVConnected", "Authorized"),
            "values": {
                "OCPPCommCtrlr.WebSocketPingInterval": "3",
                "AlignedDataCtrlr.Interval": "7",
            },
        },
        {"evses": _EVSES},
        alter=wire.together(
            choices.tells_more,
            choices.others_are("Unavailable"),
            choices.unavailable_as_it_becomes_free,
            choices.boots_at_reconnection,
            choices.asks_whose_cable_it_is,
            station_behaviour.evse_in_every_event,
            station_behaviour.metering,
            station_behaviour.continuous_numbers,
            station_behaviour.empty_last_part,
            station_behaviour.interrupted_reports,
            station_behaviour.unavailable_before_reset,
            station_behaviour.security_event_first,
            _talks,
            _shows_itself_oddly,
            wire.introduced,
            wire.explained,
            wire.backwards,
            wire.by_default,
            wire.small_tokens,
            _FORM,
        ),
    ),
}

STRANGE_CSMS: Mapping[str, Variant] = {
    "strange": Variant(
        "everything that is legal and rare at once (Part 2, Part 4)",
        {"extra_fields": True, "response_delay": 0.05, "heartbeat_interval": 7},
        alter=wire.together(
            asides.orders_twice,
            asides.one_variable_more,
            asides.provisions_after_boot,
            csms_behaviour.curious,
            csms_behaviour.triggers_after_boot,
            csms_behaviour.asks_between_events,
            csms_behaviour.tells_of_driver_each_time,
            csms_behaviour.slow_to_store,
            csms_behaviour.explicit_attributes,
            csms_behaviour.backwards,
            csms_behaviour.generous,
            csms_security.chain_backwards,
            csms_security.no_certificate_type,
            csms_security.signs_later,
            csms_security.password_of_its_own,
            _transfers,
            _starts_with_silence,
            _FORM,
        ),
    ),
}
