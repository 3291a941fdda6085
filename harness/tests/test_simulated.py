"""What the fake station says of its transaction: its status, and values that it has signed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from harness.ocppj import schema
from harness.peers.simulated import SimulatedTransaction
from harness.spec.editions import DEFAULT
from harness.steps_csms.readings import signed_reading

AT = "2026-01-01T12:00:00.000Z"


def _transaction(*events: str, queued: int = 0) -> SimulatedTransaction:
    transaction = SimulatedTransaction("t")
    for each in events:
        transaction.told(each, offline=False)
    transaction.queued = queued
    return transaction


@pytest.mark.parametrize(
    ("transaction", "asked", "ongoing", "in_queue"),
    [
        (_transaction(), "t", False, False),  # E14.FR.01
        (_transaction("Started"), "another", False, False),
        (_transaction("Started", queued=1), "another", False, False),
        (_transaction("Started"), "t", True, False),  # E14.FR.02, E14.FR.05
        (_transaction("Started", queued=1), "t", True, True),  # E14.FR.04
        (_transaction("Started", "Ended"), "t", False, False),  # E14.FR.03
        (_transaction("Started", "Ended", queued=2), "t", False, True),
    ],
)
def test_status_of_one(
    transaction: SimulatedTransaction, asked: str, *, ongoing: bool, in_queue: bool
) -> None:
    told = transaction.status({"transactionId": asked})
    assert told == {"ongoingIndicator": ongoing, "messagesInQueue": in_queue}


@pytest.mark.parametrize("queued", [0, 1])
def test_status_of_all_has_no_indicator(queued: int) -> None:
    told = _transaction("Started", queued=queued).status({})
    assert told == {"messagesInQueue": queued > 0}  # E14.FR.06-08


def test_what_comes_late_does_not_undo_the_end() -> None:
    transaction = _transaction("Started", "Ended", queued=1)
    transaction.told("Updated", offline=True)
    assert (transaction.ended, transaction.queued, transaction.seq_no) == (True, 0, 3)


def _signed() -> Any:
    value = signed_reading(AT, "Transaction.Begin")
    request = {
        "eventType": "Started",
        "timestamp": AT,
        "triggerReason": "SignedDataReceived",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "t"},
        "meterValue": [value],
    }
    assert not list(schema.problems(DEFAULT, "TransactionEventRequest", request))
    return value["sampledValue"][0]["signedMeterValue"]


def _verify(signed: Any, data: str) -> None:
    key = load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    _, _, signature = base64.b64decode(signed["signedMeterData"]).decode().split("|")
    given = bytes.fromhex(json.loads(signature)["SD"])
    key.verify(given, data.encode(), ec.ECDSA(hashes.SHA256()))


def test_a_signed_value_verifies_and_no_other_does() -> None:
    signed = _signed()
    form, data, _ = base64.b64decode(signed["signedMeterData"]).decode().split("|")
    assert (form, json.loads(data)["RD"][0]["RV"]) == ("OCMF", 0.0)
    _verify(signed, data)
    with pytest.raises(InvalidSignature):
        _verify(signed, data.replace("0.0", "1.0"))
