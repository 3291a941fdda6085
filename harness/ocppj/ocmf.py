"""Signed meter values in the Open Charge Metering Format (OCMF 1.0), as far as they are verified.

A container is ``OCMF|payload|signature``, two JSON objects; the signature is of the payload's text.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from harness.ocppj.frames import Payload

FORMAT = "OCMF"
#: What reading a container or a key raises that is none.
UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    ArithmeticError,
    RecursionError,
    UnsupportedAlgorithm,
)
_PREFIX = b"oca:base16:asn1:"
_DEFAULT = "ECDSA-secp256r1-SHA256"
#: Curves by their names in the format.
_CURVES: dict[str, ec.EllipticCurve] = {
    "secp256r1": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
    "secp256k1": ec.SECP256K1(),
    "brainpool256r1": ec.BrainpoolP256R1(),
    "brainpool384r1": ec.BrainpoolP384R1(),
}
#: OBIS codes of import registers hold one of these.
_IMPORT = ("1.8.0", "1.08.0")


@dataclass(frozen=True)
class Container:
    """What was signed, the signature, and how; ``readings`` are of import registers, in Wh."""

    text: bytes
    method: str
    signature: bytes
    readings: tuple[Decimal, ...]


def read(signed: Payload) -> Container:
    """The container in a SignedMeterValueType.

    Raises:
        ValueError: it is none.
    """
    data = base64.b64decode(str(signed["signedMeterData"]), validate=True)
    form, text, signature = data.split(b"|")
    said = json.loads(signature, parse_float=Decimal)
    payload = json.loads(text, parse_float=Decimal)
    if form.decode() != FORMAT or not isinstance(said, dict) or not isinstance(payload, dict):
        raise ValueError("no OCMF")
    fields, told = cast(Payload, said), cast(Payload, payload)
    method = str(fields.get("SA", _DEFAULT))
    raw = str(fields["SD"])
    signature = base64.b64decode(raw) if fields.get("SE") == "base64" else bytes.fromhex(raw)
    return Container(text, method, signature, tuple(_registers(told.get("RD"))))


def _registers(readings: Any) -> list[Decimal]:
    """A reading takes over what it leaves out from the one before it."""
    found: list[Decimal] = []
    unit, code = "", ""
    for reading in cast(list[Any], readings) if isinstance(readings, list) else []:
        fields = cast(Payload, reading) if isinstance(reading, dict) else {}
        unit, code = str(fields.get("RU", unit)), str(fields.get("RI", code))
        value = fields.get("RV")
        if isinstance(value, int | Decimal) and any(each in code for each in _IMPORT):
            found.append(Decimal(value).scaleb(3 if unit == "kWh" else 0))
    return found


def public_key(text: str, method: str) -> ec.EllipticCurvePublicKey:
    """The key in a publicKey: Base64 of DER, of its hexadecimal form, or of a point of the curve.

    Raises:
        ValueError: it is none of these.
    """
    data = base64.b64decode(text, validate=True)
    if data.startswith(_PREFIX):
        data = bytes.fromhex(data.removeprefix(_PREFIX).decode())
    with suppress(ValueError):  # where it is no text
        data = bytes.fromhex(data.decode())
    try:
        key = load_der_public_key(data)
    except ValueError:
        curve = curve_of(method)
        if curve is None:
            raise
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, data)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("no key of an elliptic curve")
    return key


def curve_of(method: str) -> ec.EllipticCurve | None:
    """The curve of a signing method; None where it is not verified here."""
    parts = method.split("-")
    known = parts[:1] == ["ECDSA"] and parts[-1:] == ["SHA256"] and len(parts) == 3
    return _CURVES.get(parts[1]) if known else None


def holds(container: Container, key: ec.EllipticCurvePublicKey) -> bool:
    """Whether the signature is of that text and by that key."""
    try:
        key.verify(container.signature, container.text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
