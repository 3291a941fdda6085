"""Signed meter values in the Open Charge Metering Format (SignedMeterValueType)."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.reference.rpc import Payload

METHOD = "ECDSA-secp256r1-SHA256"
#: How the format names the reason of a reading.
_REASONS = {"Transaction.Begin": "B", "Transaction.End": "E"}


class Signer:
    """The part of a meter that signs; its key is made with it and leaves it as a public one."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._counter = 0

    @property
    def public_key(self) -> str:
        """The public key, DER in Base64."""
        public = self._key.public_key()
        return _base64(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def sign(self, moment: datetime, context: str, value: str, unit: str) -> Payload:
        """SignedMeterValueType of an import register, without its key."""
        self._counter += 1
        reading = {
            "TM": f"{moment:%Y-%m-%dT%H:%M:%S},{moment.microsecond // 1000:03}{moment:%z} S",
            "TX": _REASONS.get(context, "C"),
            "RV": float(value),
            "RI": "1-0:1.8.0",
            "RU": unit,
            "ST": "G",
        }
        data = {"FV": "1.0", "GI": "Harness", "PG": f"T{self._counter}", "RD": [reading]}
        text = json.dumps(data)
        signature = self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256())).hex()
        container = f"OCMF|{text}|{json.dumps({'SA': METHOD, 'SD': signature})}"
        return {
            "signedMeterData": _base64(container.encode()),
            "signingMethod": METHOD,
            "encodingMethod": "OCMF",
            "publicKey": "",
        }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
