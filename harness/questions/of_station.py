"""The questions to a charging station."""

from __future__ import annotations

from harness.evidence.matchers import Check, compare, fact
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.variables import asked
from harness.peers.fake_csms import FakeCSMS
from harness.questions.of_both import of_both
from harness.questions.question import Question

_INVALID = "N09.FR.09"
#: Of a certificate that nobody has.
_HASH = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "0" * 64,
    "issuerKeyHash": "0" * 64,
    "serialNumber": "1",
}
_ANY_VARIABLE = asked("OCPPCommCtrlr.HeartbeatInterval", "Actual")


async def ask_customers(csms: FakeCSMS) -> None:
    """A customer is named in one way, neither in none nor in two."""
    token = csms.sut.tokens.valid.as_json()
    wrong: tuple[tuple[str, Payload], ...] = (
        ("no customer", {}),
        ("two ways", {"idToken": token, "customerIdentifier": "harness"}),
        ("two other ways", {"customerCertificate": _HASH, "customerIdentifier": "harness"}),
    )
    for step, (what, named) in enumerate(wrong, start=1):
        request = {"requestId": 900 + step, "report": True, "clear": False, **named}
        sent = await csms.send(step, "CustomerInformation", **request)
        answer = await sent.settled()
        if answer is not None and answer.frame.kind is FrameKind.CALLERROR:
            if answer.frame.code in ("NotImplemented", "NotSupported"):
                reason = f"the station does not do this: CALLERROR {answer.frame.code}"
                raise CaseStopped(StopKind.NOT_APPLICABLE, reason)
            check = Check(what, "Invalid", f"CALLERROR {answer.frame.code}", False, "Invalid")
            csms.judge(step, "CustomerInformationResponse", [check], _INVALID, frame=sent.id)
        if answer is None:
            limit = csms.sut.limits.response
            text, wanted = f"none within {limit:g} s", fact("answered")
            message = "CustomerInformationResponse"
            csms.fail(step, message, what, "an answer", text, "Part 4, 4.1.1", matcher=wanted)
        checks = compare({"status": "Invalid"}, answer.frame.payload)
        csms.judge(step, "CustomerInformationResponse", checks, _INVALID, frame=sent.id)


STATION: tuple[Question, ...] = (
    *of_both("GetVariables", {"getVariableData": [_ANY_VARIABLE]}),
    Question(
        "customer-information",
        "CustomerInformation about nobody, and about somebody in two ways",
        _INVALID,
        "CustomerInformationRequest without an identifier, and twice with two",
        "a status other than Invalid",
        ask_customers,
    ),
)
