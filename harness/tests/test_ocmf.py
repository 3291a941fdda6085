"""Signed meter values: what a meter signed is verified, and nothing else."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from harness.ocppj import ocmf
from harness.ocppj.frames import Payload
from harness.reference.station.signatures import METHOD, Signer

_AT = datetime(2025, 1, 1, 12, tzinfo=UTC)


def _signed(signer: Signer, value: str = "1234.5") -> Payload:
    return signer.sign(_AT, "Transaction.End", value, "Wh")


def _container(text: str) -> Payload:
    return {"signedMeterData": base64.b64encode(text.encode()).decode()}


def test_a_signature_holds_by_its_own_key_alone() -> None:
    signer, other = Signer(), Signer()
    container = ocmf.read(_signed(signer))
    assert ocmf.holds(container, ocmf.public_key(signer.public_key, METHOD))
    assert not ocmf.holds(container, ocmf.public_key(other.public_key, METHOD))
    assert container.readings == (Decimal("1234.5"),)


def test_a_changed_text_is_not_signed() -> None:
    signer = Signer()
    data = base64.b64decode(_signed(signer)["signedMeterData"]).decode()
    changed = ocmf.read(_container(data.replace("1234.5", "1234.6")))
    assert not ocmf.holds(changed, ocmf.public_key(signer.public_key, METHOD))


def test_a_key_is_read_in_each_of_its_forms() -> None:
    text = Signer().public_key
    der = base64.b64decode(text)
    point = load_der_public_key(der).public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    forms = [der, der.hex().encode(), b"oca:base16:asn1:" + der.hex().encode(), point]
    keys = {
        ocmf.public_key(base64.b64encode(form).decode(), METHOD).public_numbers() for form in forms
    }
    assert len(keys) == 1
    with pytest.raises(ocmf.UNREADABLE):
        ocmf.public_key(base64.b64encode(b"no key").decode(), METHOD)


def test_a_reading_takes_over_what_it_leaves_out() -> None:
    readings = [
        {"RV": 1.5, "RU": "kWh", "RI": "1-b:1.8.0"},
        {"RV": 2.5},
        {"RV": 3, "RI": "1-b:2.8.0"},
    ]
    text = f"OCMF|{json.dumps({'RD': readings})}|{json.dumps({'SD': 'ab'})}"
    assert ocmf.read(_container(text)).readings == (Decimal(1500), Decimal(2500))


@pytest.mark.parametrize("text", ["", "OCMF|{}", "OCMF|[]|[]", "XXXX|{}|{}", 'OCMF|{}|{"SD": "x"}'])
def test_what_is_no_container_is_refused(text: str) -> None:
    with pytest.raises(ocmf.UNREADABLE):
        ocmf.read(_container(text))


def test_methods_that_are_not_known_are_not_verified() -> None:
    assert ocmf.curve_of(METHOD) is not None
    assert ocmf.curve_of("ECDSA-secp192k1-SHA256") is None
    assert ocmf.curve_of("RSA-2048-SHA256") is None
