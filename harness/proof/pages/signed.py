"""Whether a signed meter value can be verified by the public key that comes with it."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

_METHOD = "ECDSA-secp256r1-SHA256"


def is_signed(value: Any) -> bool:
    """Whether this is a SignedMeterValueType in the Open Charge Metering Format that holds."""
    try:
        return _holds(value)
    except (KeyError, TypeError, ValueError, InvalidSignature):
        return False


def _holds(value: Any) -> bool:
    form, data, signature = base64.b64decode(value["signedMeterData"], validate=True).split(b"|")
    key = load_der_public_key(base64.b64decode(value["publicKey"], validate=True))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    said = json.loads(signature)
    key.verify(bytes.fromhex(said["SD"]), data, ec.ECDSA(hashes.SHA256()))
    formats = (form.decode(), value["encodingMethod"])
    return formats == ("OCMF", "OCMF") and (said["SA"], value["signingMethod"]) == (
        _METHOD,
        _METHOD,
    )
