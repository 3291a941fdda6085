"""Meter values of the fake station, and their signatures."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.ocppj.frames import Payload

_METHOD = "ECDSA-secp256r1-SHA256"


def reading(at: str, context: str = "Sample.Periodic", **more: Payload) -> Payload:
    """MeterValueType: 0 Wh at this time (RFC 3339); ``more`` goes into the sampled value."""
    return {"timestamp": at, "sampledValue": [{"value": 0.0, "context": context, **more}]}


def signed_reading(at: str, context: str) -> Payload:
    """A reading with a signature that can be verified by the public key beside it."""
    return reading(at, context, signedMeterValue=_signed(at))


def _signed(at: str) -> Payload:
    """SignedMeterValueType in the Open Charge Metering Format, by a key made for it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    value = {"TM": f"{at} S", "TX": "B", "RV": 0.0, "RI": "1-0:1.8.0", "RU": "Wh", "ST": "G"}
    data = json.dumps({"FV": "1.0", "GI": "Harness", "PG": "T1", "MS": "1", "RD": [value]})
    signature = key.sign(data.encode(), ec.ECDSA(hashes.SHA256())).hex()
    container = f"OCMF|{data}|{json.dumps({'SA': _METHOD, 'SD': signature})}"
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "signedMeterData": _base64(container.encode()),
        "signingMethod": _METHOD,
        "encodingMethod": "OCMF",
        "publicKey": _base64(public),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
