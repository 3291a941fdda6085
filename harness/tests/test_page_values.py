"""What a page says of a value, and what its names stand for in a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from harness import clock
from harness.evidence.matchers import ABSENT, MISSING, as_data, near, one_of, same_text
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Validation
from harness.pki import csr
from harness.pki import keys as pki
from harness.pki.keys import Flaw
from harness.proof.pages.record import Record, record
from harness.proof.pages.values import Scope, UnknownName, agrees, fits
from harness.spec.roles import Role
from harness.steps_csms.readings import signed_reading
from harness.testbed.kits import embedded_sut

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EARLIER = {
    "ResetRequest.evseId": 1,
    "configured.offline_threshold": 60,
    "reported.Some": [{"a": 1}, {"a": 2}],
}


def _scope(known: Mapping[str, Any] = EARLIER, used: Sequence[str] = ()) -> Scope:
    return Scope(lambda name: known.get(name, MISSING), lambda value: str(value) in used, NOW)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Accepted", "Accepted"),
        ("absent", MISSING),
        ("present", 0),
        ("any", MISSING),
        ({"one_of": ["A", "absent"]}, "A"),
        ({"not": "A"}, "B"),
        ({"length": 3}, "abc"),
        ({"one_of": ["A", "absent"]}, MISSING),
        ("<ResetRequest.evseId>", 1),
        ("<configured.offline_threshold + 60>", "120"),
        ("<configured.offline_threshold - 2>", 58),
        ("<max(configured.offline_threshold, 3 * ResetRequest.evseId) + 2>", "62"),
        ("<0.5 * ResetRequest.evseId>", 0.5),
        ("<ResetRequest.evseId>,<configured.offline_threshold>", "1,60"),
        ({"length": 2}, [1, 2]),
        ("<now>", "2026-01-01T00:00:01Z"),
        ("<now - 7200>", "2025-12-31T22:00:01Z"),
        ("<new>", 7),
        ("<new uuid>", "2d0edac1-9f5c-4d01-bc47-ec05126d7261"),
        ("<text>", "x"),
        ({"near": "<now>", "seconds": "<configured.offline_threshold>"}, "2025-12-31T23:59:01Z"),
        ({"part_of": "<reported.Some>"}, [{"a": 2}]),
        ({"part_of": "<reported.Some>", "length": 1}, [{"a": 2}]),
        ({"rest_of": "<reported.Some>"}, [{"a": 2}]),
        ("<number>", 3),
        ({"contains": {"a": 1}}, [{"a": 2}, {"a": 1, "b": 3}]),
        ({"each": {"a": 1}}, [{"a": 1}]),
        (True, True),
        (0, "0"),
    ],
    ids=str,
)
def test_a_value_fits(said: Any, value: Any) -> None:
    assert fits(said, value, _scope())


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Accepted", "Rejected"),
        ("Accepted", MISSING),
        ("absent", None),
        ("present", MISSING),
        ({"one_of": ["A", "B"]}, "C"),
        ({"not": "A"}, "A"),
        ({"length": 3}, "ab"),
        ({"length": 3}, MISSING),
        ("<ResetRequest.evseId>", 2),
        ("<ResetRequest.type>", "OnIdle"),
        ("<configured.offline_threshold + 60>", 60),
        ("<configured.offline_threshold + ResetRequest.seconds>", 60),
        ("<ResetRequest.evseId>,<configured.offline_threshold>", "60,1"),
        ("<ResetRequest.evseId>Invalid", MISSING),
        ({"length": 2}, [1]),
        ("<now>", "2026-01-01T00:00:09Z"),
        ("<now - 7200>", "2026-01-01T00:00:01Z"),
        ("<now>", MISSING),
        ("<new>", 5),
        ("<new>", MISSING),
        ("<new uuid>", "2d0edac1-9f5c-4d01-bc47-ec05126d726X"),
        ("<new uuid>", MISSING),
        ("<text>", ""),
        ("<signed reading>", {"signedMeterData": "", "publicKey": ""}),
        ({"near": "<now>", "seconds": "<configured.offline_threshold>"}, "2025-12-31T23:58:01Z"),
        ({"part_of": "<reported.Some>"}, [{"a": 2}, {"a": 4}]),
        ({"part_of": "<reported.Some>"}, MISSING),
        ({"part_of": "<reported.Some>"}, [{"a": 2}, {"a": 2}]),
        ({"part_of": "<reported.Some>", "length": 2}, [{"a": 2}]),
        ({"rest_of": "<reported.Some>"}, [{"a": 1}]),
        ({"rest_of": "<reported.Some>"}, MISSING),
        ("<number>", True),
        ({"contains": {"a": 1}}, [{"a": 2}]),
        ({"each": {"a": 1}}, [{"a": 1}, {"a": 2}]),
        (True, False),
    ],
    ids=str,
)
def test_a_value_does_not_fit(said: Any, value: Any) -> None:
    assert not fits(said, value, _scope(used=("5", "{'a': 1}")))


@pytest.fixture
def renewal(tmp_path: Path) -> tuple[str, str]:
    """A request, and a certificate for it that has expired."""
    root = pki.make_root(tmp_path, "root", "Owner")
    key = ec.generate_private_key(ec.SECP256R1())
    name = pki.distinguished_name("SN-1", "Owner")
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    text = request.public_bytes(Encoding.PEM).decode()
    return text, csr.sign(root, text, Flaw.EXPIRED)


@pytest.mark.parametrize(
    ("said", "ok"),
    [
        ({"subject": "SN-1", "issuer": "Owner root", "valid": "expired", "key": "<Q.csr>"}, True),
        ({"subject": "SN-2"}, False),
        ({"issuer": "Owner"}, False),
        ({"valid": "now"}, False),
        ({"key": "<Q.other>"}, False),
    ],
    ids=str,
)
def test_a_certificate_fits_what_is_said_of_it(
    renewal: tuple[str, str], said: dict[str, str], *, ok: bool
) -> None:
    request, certificate = renewal
    scope = replace(_scope({"Q.csr": request, "Q.other": "none"}), at=clock.now())
    assert fits({"pem": said}, certificate, scope) is ok
    assert not fits({"pem": said}, "no certificate", scope)


def test_a_request_fits_what_is_said_of_it(renewal: tuple[str, str]) -> None:
    request, certificate = renewal
    scope = _scope({"Q.csr": request})
    assert fits({"pem": {"subject": "SN-1", "issuer": "absent"}}, request, scope)
    assert not fits({"pem": {"subject": "SN-1", "issuer": "absent"}}, certificate, scope)


def test_a_signed_reading_fits_as_long_as_nothing_in_it_is_changed() -> None:
    meter_value = signed_reading("2026-01-01T00:00:00Z", "Transaction.Begin")
    signed = meter_value["sampledValue"][0]["signedMeterValue"]
    assert fits("<signed reading>", signed, _scope())
    for name, value in signed.items():
        changed = {**signed, name: value[:-8] + "AAAAAAAA"}
        assert not fits("<signed reading>", changed, _scope()), name
        without = {key: each for key, each in signed.items() if key != name}
        assert not fits("<signed reading>", without, _scope()), name


def test_a_name_that_nothing_stands_for_is_a_mistake() -> None:
    with pytest.raises(UnknownName, match="other slot"):
        fits("<the other slot>", 1, _scope())


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Accepted", "Accepted"),
        ("aabb", same_text("AABB")),
        ("absent", ABSENT),
        ({"one_of": ["B", "absent", "A"]}, one_of("A", "B", ABSENT)),
        ("A", one_of("A")),
        ({"near": "<now>", "seconds": 4}, near(NOW, 4)),
        ({"a": 1, "b": "absent"}, {"a": 1, "b": ABSENT}),
        ("<ResetRequest.evseId>", 1),
        ("<ResetRequest.evseId>,2", "1,2"),
        ("<new>", "any text"),
        ({"fact": "connects", "endpoint": 2}, None),
        ({"fact": "connects", "endpoint": None}, None),
        ({"fact": "suites", "one_of": [["A", "B"]]}, None),
    ],
    ids=str,
)
def test_a_page_agrees_with_a_matcher(said: Any, wanted: Any) -> None:
    data = said if wanted is None else as_data(wanted)
    assert agrees(said, data, _scope())


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Accepted", one_of("Accepted", "Rejected")),
        ({"one_of": ["A", "B"]}, one_of("A", "B", ABSENT)),
        ({"one_of": ["A", "B", "absent"]}, one_of("A", "B")),
        ("absent", "absent"),
        ({"near": "<now>", "seconds": 4}, near(NOW, 40)),
        ({"a": 1}, {"a": 1, "b": 2}),
        ("<ResetRequest.evseId>", 2),
        ("<ResetRequest.type>", "OnIdle"),
        ("<new>", ABSENT),
    ],
    ids=str,
)
def test_a_page_does_not_agree_with_another_matcher(said: Any, wanted: Any) -> None:
    assert not agrees(said, as_data(wanted), _scope())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SignCertificateRequest.csr", "B"),
        ("SignCertificateRequest[0].csr", "A"),
        ("SignCertificateRequest[2].csr", MISSING),
        ("ResetRequest.type", MISSING),
        ("identity", "CS001"),
        ("evses.2", (1,)),
        ("evses.9", MISSING),
    ],
    ids=str,
)
def test_a_name_looks_back_or_into_the_description(name: str, value: Any) -> None:
    asked = {"type": 2, "id": "1", "action": "SignCertificate"}
    entries = [Entry(NOW, 0, Kind.RECEIVED, {**asked, "payload": {"csr": x}}) for x in "AB"]
    waits = {"act": "waits", "facts": {}, "step": "3", "stage": "main"}
    entries.append(Entry(NOW, 1, Kind.ACT, waits))
    found = record(embedded_sut(Role.STATION), entries, [], {}, {})
    assert found.done[0].scope.look_up(name) == value


def _request(id: str, request_id: int) -> Entry:
    payload = {"requestId": request_id}
    data = {"type": 2, "id": id, "action": "GetReport", "payload": payload}
    return Entry(NOW, 0, Kind.SENT, {**data, "step": "1", "stage": "main"})


def _report(id: str) -> Entry:
    data = {"type": 2, "id": id, "action": "NotifyReport", "payload": {"requestId": 7, "seqNo": 8}}
    return Entry(NOW, 0, Kind.RECEIVED, data)


def _recorded(*entries: Entry) -> Record:
    return record(embedded_sut(Role.STATION), entries, [], {}, {})


def test_a_name_looks_back_from_the_judged_message() -> None:
    recorded = _recorded(_request("1", 7), _report("2"), _request("3", 8), _report("4"))
    seen = Validation("3", "NotifyReportRequest", "$.requestId", "", "", ok=True)
    scopes = [recorded.scope_of(replace(seen, frame=frame)) for frame in ("2", "4", "")]
    assert [scope.look_up("GetReportRequest.requestId") for scope in scopes] == [7, 8, 8]


def test_new_is_what_no_such_message_held_before() -> None:
    first, second, third = _recorded(
        _request("1", 7), _report("2"), _request("3", 8), _request("4", 7)
    ).sent
    assert fits("<new>", 7, first.scope)
    assert fits("<new>", 8, second.scope)
    assert not fits("<new>", 7, third.scope)
