"""Faults in signed meter values (J01.FR.21, J02.FR.21)."""

from __future__ import annotations

import base64
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.rpc import Payload
from harness.reference.station.signatures import Signer


def _unsigned(context: str) -> Alter:
    """Values of this context are not signed."""

    @replaces("meter.sample")
    def act(
        _station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        evse: Any,
        name: str,
        of: str,
    ) -> list[Payload]:
        values: list[Payload] = original(evse, name, of)
        for sampled in (s for value in values for s in value["sampledValue"] if of == context):
            if sampled.pop("signedMeterValue", None) is not None:
                mark_triggered()
        return values

    return act


def _keys(key: str) -> Alter:
    """Each signed value comes with this key; "own": with that of its meter."""

    @replaces("meter._signed")
    def act(
        station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, sampled: Payload
    ) -> Payload:
        signed: Payload = original(evse, sampled)
        wanted = station.meter.signer.public_key if key == "own" else key
        if signed["publicKey"] != wanted:
            mark_triggered()
            signed["publicKey"] = wanted
        return signed

    return act


@replaces("meter.signer.sign")
def _by_another_key(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, *values: Any
) -> Payload:
    mark_triggered()
    return Signer().sign(*values)


@replaces("meter.signer.sign")
def _another_value(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    moment: Any,
    context: str,
    value: str,
    unit: str,
) -> Payload:
    mark_triggered()
    return original(moment, context, str(float(value) + 10000), unit)


@replaces("meter._signed")
def _without_format(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, sampled: Payload
) -> Payload:
    mark_triggered()
    return {**original(evse, sampled), "encodingMethod": ""}


FAULTS = (
    Fault(
        "aligned-values-not-signed",
        "Clock-aligned values are never signed.",
        _unsigned("Sample.Clock"),
        requirement="J01.FR.21",
        shows=("TC_J_04_CS", "1"),
    ),
    Fault(
        "values-signed-by-another-key",
        "Values are signed by a key that is not the one that is shown.",
        _by_another_key,
        requirement="J01.FR.21",
        shows=("TC_J_04_CS", "1"),
    ),
    Fault(
        "public-key-unreadable",
        "The public key of signed values is none.",
        _keys(base64.b64encode(b"no key").decode()),
        requirement="J01.FR.21",
        shows=("TC_J_04_CS", "1"),
    ),
    Fault(
        "value-of-the-end-not-signed",
        "The values of the end are not signed.",
        _unsigned("Transaction.End"),
        requirement="J02.FR.21",
        shows=("TC_J_11_CS", "1"),
    ),
    Fault(
        "another-value-signed",
        "What is signed is another value than the one beside it.",
        _another_value,
        requirement="J02.FR.21",
        shows=("TC_J_11_CS", "1"),
    ),
    Fault(
        "public-key-with-every-value",
        "The public key comes with every signed value, though once is set.",
        _keys("own"),
        requirement="Part 2, 2.7.17",
        shows=("TC_J_11_CS", "1"),
    ),
    Fault(
        "public-key-never",
        "The public key never comes, though once is set.",
        _keys(""),
        requirement="Part 2, 2.7.17",
        shows=("TC_J_11_CS", "1"),
    ),
    Fault(
        "encoding-unnamed",
        "What format signed values have is not told.",
        _without_format,
        requirement="Part 2, 2.46",
        shows=("TC_J_11_CS", "1"),
    ),
)
