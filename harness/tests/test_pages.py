"""Pages and records agree, both ways; a wrong stimulus is noticed; the engine that tells."""

from __future__ import annotations

from collections.abc import Mapping
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
from harness.evidence.verdict import Stage, Validation
from harness.pki import csr
from harness.pki import keys as pki
from harness.pki.keys import Flaw
from harness.proof.embedded_run import case_functions, embedded_sut
from harness.proof.pages.check import check
from harness.proof.pages.load import general, page, page_file, unsourced
from harness.proof.pages.match import differences
from harness.proof.pages.model import Act, General, Judged, Page, Stimulus
from harness.proof.pages.record import Done, Record, Sent, record
from harness.proof.pages.stimuli import try_all
from harness.proof.pages.values import Scope, UnknownName, agrees, fits
from harness.proof.trust import choice
from harness.rules.rulebook import RULEBOOK
from harness.spec.roles import Role
from harness.steps_csms.readings import signed_reading

CASES = [case_id for role in Role for case_id in case_functions(role)]
#: Wrong stimuli that are tried of a case that the change at hand does not touch.
DRAWN = 2

each_case = pytest.mark.parametrize("case_id", CASES)


@each_case
def test_a_page_agrees_with_its_record(case_id: str) -> None:
    checked = clock.run(check(page(case_id)), simulated=True)
    assert not checked.wrong, "\n".join(checked.wrong)


@each_case
def test_a_wrong_stimulus_is_noticed(case_id: str) -> None:
    most = None if case_id in choice.touched().cases else DRAWN
    tried = clock.run(try_all(page(case_id), seed=choice.seed(), most=most), simulated=True)
    unnoticed = [str(each.wrong) for each in tried if not each.how]
    assert not unnoticed, f"seed {choice.seed()}: " + "\n".join(unnoticed)


@each_case
def test_what_goes_beyond_a_page_or_against_it_has_a_source(case_id: str) -> None:
    found = unsourced(page(case_id))
    assert not found, f"{page_file(case_id).name}: give each its source: {found}"


@each_case
def test_a_rule_that_judges_in_place_of_the_case_is_a_standing_one(case_id: str) -> None:
    rules = {row.rule for row in page(case_id).judged if row.rule}
    role = Role.CSMS if case_id.endswith("CSMS") else Role.STATION
    unknown = rules - general(role).rules
    assert not unknown, f"{page_file(case_id).name}: no standing rules (harness/rules): {unknown}"


@pytest.mark.parametrize("role", list(Role))
def test_every_standing_rule_stands_in_the_general_page(role: Role) -> None:
    differ = general(role).rules ^ {rule.__name__ for rule in RULEBOOK[role]}
    assert not differ, (
        f"rules in one of harness/proof/pages/general.yaml and harness/rules/rulebook.py: {differ}"
    )


# -- what a page says of a value

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EARLIER = {
    "ResetRequest.evseId": 1,
    "configured.offline_threshold": 60,
    "connectors": [(1, 1), (1, 2), (2, 1)],
    "reported.Some": [{"a": 1}, {"a": 2}],
}


def _scope(known: Mapping[str, Any] = EARLIER, used: str = "") -> Scope:
    return Scope(lambda name: known.get(name, MISSING), lambda value: str(value) == used, NOW)


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
        ("<new>", 7),
        ("<new uuid>", "2d0edac1-9f5c-4d01-bc47-ec05126d7261"),
        ("<text>", "x"),
        ({"near": "<now>", "seconds": "<configured.offline_threshold>"}, "2025-12-31T23:59:01Z"),
        ({"part_of": "<reported.Some>"}, [{"a": 2}]),
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
        ("<number>", True),
        ({"contains": {"a": 1}}, [{"a": 2}]),
        ({"each": {"a": 1}}, [{"a": 1}, {"a": 2}]),
        (True, False),
    ],
    ids=str,
)
def test_a_value_does_not_fit(said: Any, value: Any) -> None:
    assert not fits(said, value, _scope(used="5"))


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


# -- a page against a record

JUDGED = Judged("2", message="ResetResponse", field="status", said="Accepted")
RESET = Stimulus("1", message="ResetRequest", fields={"type": "OnIdle", "evseId": "absent"})
PLUG = Act("", by="hands", act="plug_in", facts={"evse": 1})
PAGE = Page("TC_B_20_CS", "", (JUDGED,), (RESET,), (PLUG,))
GENERAL = General(frozenset({"frames_are_ocpp"}), (), {}, (), (), {"plug_in": {"connector": 1}})
RULE = Validation("frames_are_ocpp", "all", "", "", "", ok=True, stage=Stage.RULE)
SEEN = replace(RULE, step="2", message="ResetResponse", path="$.status", stage=Stage.MAIN)
VALIDATION = replace(SEEN, matcher="Accepted")
SENT = Sent("1", Stage.MAIN, "ResetRequest", {"type": "OnIdle"}, _scope())
DONE = Done("", Stage.MAIN, "hands", "plug_in", {"evse": 1, "connector": 1}, _scope())
RECORD = Record((RULE, VALIDATION), (SENT,), (DONE,), _scope())


def _differences(record: Record) -> list[str]:
    return list(differences(PAGE, GENERAL, record, ""))


def test_a_record_as_the_page_says_differs_in_nothing() -> None:
    assert _differences(RECORD) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"judged": (RULE,)}, "nothing was judged for step 2: ResetResponse status: Accepted"),
        ({"judged": (VALIDATION,)}, "rule frames_are_ocpp was not applied"),
        ({"judged": (RULE, replace(VALIDATION, step="3"))}, "no row explains step 3"),
        ({"judged": (RULE, replace(VALIDATION, matcher="Rejected"))}, "no row explains step 2"),
        ({"judged": (RULE, VALIDATION, replace(VALIDATION, path="$.x"))}, "no row explains"),
        ({"sent": ()}, "not sent: step 1: ResetRequest"),
        ({"sent": (SENT, SENT)}, "sent 2 times: step 1: ResetRequest"),
        ({"sent": (replace(SENT, payload={"type": "Immediate"}),)}, "type is Immediate"),
        ({"sent": (replace(SENT, payload={"type": "OnIdle", "evseId": 1}),)}, "evseId is 1"),
        ({"sent": (SENT, replace(SENT, step="2"))}, "step 2: ResetRequest"),
        ({"sent": (replace(SENT, payload={"type": "OnIdle", "x": 1}),)}, "x is 1, which no row"),
        ({"done": ()}, "not done: step : hands plug_in"),
        ({"done": (replace(DONE, facts={"evse": 2, "connector": 1}),)}, "no row explains what"),
        ({"done": (replace(DONE, facts={"evse": 1}),)}, "no row explains what was done"),
        ({"done": (DONE, replace(DONE, act="unplug"))}, "hands unplug"),
    ],
)
def test_every_difference_is_told(changed: dict[str, Any], said: str) -> None:
    found = _differences(replace(RECORD, **changed))
    assert any(said in each for each in found), found


# -- a row about several connectors


def _status(evse: Any, connector: Any, status: str) -> dict[str, Any]:
    return {"evseId": evse, "connectorId": connector, "connectorStatus": status}


REPORTS = (_status(1, 1, "Occupied"), _status(1, 2, "Available"), _status(2, 1, "Available"))


def _reported(*payloads: dict[str, Any]) -> list[str]:
    said = (_status("1", "1", "Occupied"), _status("*", "*", "Available"))
    message = "StatusNotificationRequest"
    rows = tuple(Stimulus("5", message=message, fields=fields) for fields in said)
    sent = tuple(Sent("5", Stage.MAIN, message, payload, _scope()) for payload in payloads)
    page = Page("TC_B_22_CSMS", "", stimuli=rows)
    return list(differences(page, GENERAL, replace(RECORD, judged=(RULE,), sent=sent, done=()), ""))


def test_a_row_about_several_connectors_is_about_each_that_no_other_row_names() -> None:
    assert _reported(*REPORTS) == []


@pytest.mark.parametrize(
    ("payloads", "said"),
    [
        (REPORTS[:2], "not sent: step 5"),
        ((*REPORTS, REPORTS[2]), "sent 2 times"),
        ((*REPORTS, _status(1, 1, "Available")), "no row explains"),
        ((*REPORTS, _status(3, 1, "Available")), "no row explains"),
    ],
    ids=["left out", "sent twice", "named by another row", "of no connector"],
)
def test_each_connector_is_told_of_once(payloads: tuple[dict[str, Any], ...], said: str) -> None:
    found = _reported(*payloads)
    assert any(said in each for each in found), found


@pytest.mark.parametrize("sent", [2, 4])
def test_a_stimulus_is_sent_as_often_as_the_page_says(sent: int) -> None:
    page = replace(PAGE, stimuli=(replace(RESET, repeated=True, times=3),))
    found = list(differences(page, GENERAL, replace(RECORD, sent=(SENT,) * sent), ""))
    assert any(f"sent {sent} times" in each for each in found)
    assert not list(differences(page, GENERAL, replace(RECORD, sent=(SENT,) * 3), ""))
