"""How CSMSs show that differ."""

from __future__ import annotations

from collections.abc import Callable

from harness.evidence.matchers import ABSENT, PRESENT, Contains
from harness.evidence.verdict import Verdict
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Refused
from harness.peers.fake_station import FakeStation
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Holds,
    Sign,
    answer,
    answers_take,
    call,
    frames,
    in_case,
    payloads,
    some,
    url_begins,
)


def tls(field: str, value: str) -> Holds:
    """Some handshake of the station's connections came to this."""

    def holds(outcome: Outcome) -> bool:
        peer = outcome.peer
        return isinstance(peer, FakeStation) and any(h[field] == value for h in peer.handshakes)

    return holds


def refused(test: Callable[[list[str]], bool]) -> Holds:
    """What the station's attempts to connect came to passes a test."""

    def holds(outcome: Outcome) -> bool:
        return test([e.reason for e in outcome.peer.inbox.events if isinstance(e, Refused)])

    return holds


def certificates(count: int) -> Holds:
    """A chain of so many certificates was sent."""
    return some(
        "CertificateSigned", lambda p: p["certificateChain"].count("BEGIN CERTIFICATE") == count
    )


def _second_is_password(payload: Payload) -> bool:
    names = [item["variable"]["name"] for item in payload["setVariableData"]]
    return names[1:] == ["BasicAuthPassword"]


def _blank_in_password(payload: Payload) -> bool:
    return any(each["attributeValue"].startswith(" ") for each in payload["setVariableData"])


def _own_password(payload: Payload) -> bool:
    return any(item["attributeValue"].startswith("own-") for item in payload["setVariableData"])


def _signed_later(outcome: Outcome) -> bool:
    answers = [f.t for f in frames(outcome, FrameKind.CALLRESULT, "SignCertificate")]
    signed = [f.t for f in frames(outcome, FrameKind.CALL, "CertificateSigned")]
    return any(b - a >= 9.9 for a, b in zip(answers, signed, strict=False))


def _pending_twice(outcome: Outcome) -> bool:
    boots = payloads(outcome, FrameKind.CALLRESULT, "BootNotification")
    return [each["status"] for each in boots] == ["Pending", "Pending", "Accepted"]


_CSMS_SECURITY = {
    "security-profile-1": Sign(url_begins("ws:")),
    "security-profile-3": Sign(
        in_case("TC_B_42_CSMS", call("SetNetworkProfile", connectionData={"securityProfile": 3}))
    ),
    "only-security-profile-2": Sign(
        in_case("TC_A_07_CSMS", lambda o: o.verdict is Verdict.NOT_APPLICABLE)
    ),
    "one-endpoint-for-tls": Sign(lambda o: o.peer.sut.urls[2] == o.peer.sut.urls[3]),
    "tls-1.2-alone": Sign(in_case("TC_A_01_CSMS", tls("version", "TLSv1.2"))),
    "prefers-rsa": Sign(in_case("TC_A_01_CSMS", tls("cipher", "AES128-GCM-SHA256"))),
    "closes-on-wrong-credentials": Sign(
        in_case("TC_A_03_CSMS", refused(lambda told: "HTTP 401" not in " ".join(told)))
    ),
    "forbids-wrong-credentials": Sign(
        in_case("TC_A_03_CSMS", refused(lambda told: "HTTP 403" in " ".join(told)))
    ),
    "sub-ca": Sign(certificates(2)),
    "chain-in-any-order": Sign(certificates(3)),
    "no-certificate-type": Sign(call("CertificateSigned", certificateType=ABSENT)),
    "signs-later": Sign(_signed_later),
    "password-of-its-own": Sign(some("SetVariables", _own_password)),
    "password-with-blank": Sign(some("SetVariables", _blank_in_password)),
    "password-among-others": Sign(some("SetVariables", _second_is_password)),
    # What is wrong is refused five times by every CSMS.
    "slow-to-take-over": Sign(in_case("TC_A_09_CSMS", refused(lambda told: len(told) > 5))),
    "restricts-after-refusal": Sign(
        in_case("TC_A_10_CSMS", answer("BootNotification", status="Pending"))
    ),
    "serial-number-at-boot": Sign(
        in_case("TC_A_08_CSMS", answer("BootNotification", status="Rejected"))
    ),
    "serial-number-of-its-own": Sign(lambda o: o.peer.sut.serial == "SN-0077"),
}


def _tells_unasked(outcome: Outcome) -> bool:
    told = frames(outcome, FrameKind.CALLRESULT, "TransactionEvent")
    return any(
        "idTokenInfo" in f.frame.payload
        and f.answers is not None
        and "idToken" not in f.answers.frame.payload
        for f in told
    )


def _refuses_key_code(outcome: Outcome) -> bool:
    asked = (frame.answers for frame in frames(outcome, FrameKind.CALLRESULT, "Authorize"))
    return any(each and each.frame.payload["idToken"]["type"] == "KeyCode" for each in asked)


def _set_up(payload: Payload) -> bool:
    return any(item["attributeValue"] == "777" for item in payload["setVariableData"])


def _count(outcome: Outcome, action: str) -> int:
    return sum(1 for _ in payloads(outcome, FrameKind.CALL, action))


CSMS = {
    "strange": Sign(answer("BootNotification", customData={"vendorId": "org.example.☃"})),
    "provisions-after-boot": Sign(some("SetVariables", _set_up)),
    "looks-first": Sign(some("SetVariables", _set_up)),
    "reports-beside": Sign(
        in_case("TC_B_12_CSMS", call("GetBaseReport", reportBase="FullInventory"))
    ),
    "orders-twice": Sign(in_case("TC_B_20_CSMS", lambda o: _count(o, "Reset") == 2)),
    "fetches-other-log": Sign(in_case("TC_N_25_CSMS", call("GetLog", logType="SecurityLog"))),
    "one-variable-more": Sign(
        call("GetVariables", getVariableData=Contains({"variable": {"name": "TimeSource"}}))
    ),
    "stops-without-credit": Sign(
        in_case("TC_E_03_CSMS", call("RequestStopTransaction", transactionId=PRESENT))
    ),
    "empty-instances": Sign(
        call("GetVariables", getVariableData=Contains({"variable": {"instance": ""}}))
    ),
    "asks-between-events": Sign(call("GetTransactionStatus", transactionId=PRESENT)),
    "tells-of-driver-each-time": Sign(_tells_unasked),
    "inventory-after-boot": Sign(in_case("TC_B_01_CSMS", call("GetBaseReport"))),
    "inventory-while-pending": Sign(in_case("TC_B_02_CSMS", call("GetBaseReport"))),
    "pending-at-first": Sign(in_case("TC_B_01_CSMS", answer("BootNotification", status="Pending"))),
    "pending-twice": Sign(in_case("TC_B_02_CSMS", _pending_twice)),
    "slow-to-store": Sign(in_case("TC_B_20_CSMS", answers_take(4.9, "NotifyReport"))),
    "curious": Sign(call("GetLocalListVersion")),
    "triggers-after-boot": Sign(call("TriggerMessage", requestedMessage="Heartbeat")),
    "extra-fields": Sign(answer("BootNotification", customData=PRESENT)),
    "generous": Sign(answer("Authorize", idTokenInfo={"personalMessage": PRESENT})),
    "short-intervals": Sign(answer("BootNotification", interval=1, status="Accepted")),
    "long-heartbeat": Sign(answer("BootNotification", interval=86400)),
    "interval-0": Sign(answer("BootNotification", interval=0, status="Accepted")),
    "pending-interval-0": Sign(answer("BootNotification", interval=0, status="Pending")),
    "explicit-attributes": Sign(
        call("GetVariables", getVariableData=Contains({"attributeType": "Actual"}))
    ),
    "lower-case-names": Sign(
        call("GetVariables", getVariableData=Contains({"component": {"name": "ocppcommctrlr"}}))
    ),
    "backwards": Sign(
        in_case(
            "TC_B_07_CSMS",
            call("GetVariables", getVariableData=[{"component": {"name": "AuthCtrlr"}}, {}]),
        )
    ),
    "strangers-are-unknown": Sign(answer("Authorize", idTokenInfo={"status": "Unknown"})),
    "one-reason-to-refuse": Sign(
        in_case("TC_C_06_CSMS", answer("Authorize", idTokenInfo={"status": "Invalid"}))
    ),
    "key-codes": Sign(_refuses_key_code),
    "small-tokens": Sign(call("RequestStartTransaction", idToken={"idToken": "aabbccdd"})),
    "tells-more-of-a-start": Sign(call("RequestStartTransaction", chargingProfile=PRESENT)),
    "updates-its-own-way": Sign(call("UpdateFirmware", retries=3)),
    "evse-left-to-station": Sign(call("RequestStartTransaction", evseId=ABSENT)),
    "place-in-every-trigger": Sign(
        call("TriggerMessage", requestedMessage="Heartbeat", evse=PRESENT)
    ),
    "one-evse": Sign(
        in_case(
            "TC_F_12_CSMS", lambda o: len([*frames(o, FrameKind.CALLRESULT, "MeterValues")]) == 1
        )
    ),
    "other-evse": Sign(call("UnlockConnector", evseId=2, connectorId=2)),
    **_CSMS_SECURITY,
}
