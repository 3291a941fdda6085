"""A station under test renews its certificate: the verbs and the memory state (Part 2, A02)."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.evidence.matchers import ABSENT, Check, one_of
from harness.evidence.verdict import Severity
from harness.ocppj.connection_attempt import Attempt
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import Sent
from harness.pki import csr
from harness.pki.keys import Flaw
from harness.steps_cs.reconnect import expect_reconnect

KIND = "ChargingStationCertificate"
_WAIT = "SecurityCtrlr.CertSigningWaitMinimum"
_REPEAT = "SecurityCtrlr.CertSigningRepeatTimes"


async def trigger(csms: FakeCSMS) -> int:
    """Steps 1 and 2: ask for a CSR; the place from which on it comes."""
    mark = csms.inbox.mark
    sent = await csms.send(1, "TriggerMessage", requestedMessage="SignChargingStationCertificate")
    await sent.response(2, status="Accepted", requirement="F06.FR.04, F06.FR.05")
    return mark


async def expect_csr(csms: FakeCSMS, step: int, *, since: int, after: float = 0) -> Arrival:
    """The station asks to have a certificate signed; a key takes a small one as long as a boot."""
    request = await csms.expect(
        step,
        "SignCertificate",
        since=since,
        within=after + csms.sut.limits.boot,
        certificateType=one_of(KIND, ABSENT),
        requirement="A02.FR.02, A02.FR.13",
    )
    checks = csr.judged(request.payload.get("csr"))
    csms.judge(step, "SignCertificateRequest", checks, "A02.FR.03, A00.FR.502, A00.FR.503")
    # A certification authority may write the subject by itself: a warning.
    subject = csr.named(request.payload.get("csr"), known_serial(csms))
    source = "A00.FR.509, A00.FR.511"
    csms.judge(step, "SignCertificateRequest", subject, source, Severity.WARNING)
    return request


def known_serial(csms: FakeCSMS) -> str:
    """The station's serial number as described, or as it says at its boot; "" if neither tells."""
    boots = (a.payload for a in csms.inbox.arrivals if a.action == "BootNotification")
    told = (inner(boot, "chargingStation").get("serialNumber") for boot in boots)
    return csms.sut.serial_number or next((str(each) for each in told if each), "")


async def sign(
    csms: FakeCSMS, step: int, answer_step: int, request: Arrival, *, status: Any = "Accepted"
) -> str:
    """Send a certificate for that CSR, and judge the answer; its status."""
    sent = await _send(csms, step, request, None)
    answer = await sent.response(answer_step, status=status, requirement="A02.FR.06, A02.FR.08")
    return str(answer["status"])


async def refuses_certificate(
    csms: FakeCSMS, step: int, answer_step: int, request: Arrival, flaw: Flaw
) -> None:
    """Send a certificate with this flaw, which has to be refused."""
    answer = await (await _send(csms, step, request, flaw)).response(answer_step)
    path, status = f"$.status (certificate: {flaw})", answer["status"]
    check = Check(path, "Rejected", status, status == "Rejected")
    csms.judge(answer_step, "CertificateSignedResponse", [check], "A02.FR.06, A02.FR.07")


async def _send(csms: FakeCSMS, step: int, request: Arrival, flaw: Flaw | None) -> Sent:
    keys = csms.link.keys
    root = keys.unknown_root if flaw is Flaw.UNKNOWN_ROOT else keys.old_root
    return await csms.send(
        step,
        "CertificateSigned",
        certificateChain=csr.sign(root, str(request.payload["csr"]), flaw),
        certificateType=KIND,
    )


async def renew(csms: FakeCSMS, step: int | str) -> bytes:
    """Execute the memory state RenewChargingStationCertificate; the new public key, in DER."""
    async with csms.within(step, "RenewChargingStationCertificate"):
        request = await expect_csr(csms, 3, since=await trigger(csms))
        await sign(csms, 5, 6, request)
    return _encoded(csr.read(request.payload["csr"]))


async def switches(csms: FakeCSMS, step: int, key: bytes, since: int) -> None:
    """The station reconnects with the certificate of this key (A02.FR.08, erratum 2025-01)."""
    opened = await expect_reconnect(csms, step, since=since)
    csms.judge(step, "connection", [_shows(opened.attempt, key)], "A02.FR.08")


def _shows(attempt: Attempt, key: bytes) -> Check:
    shown = attempt.parsed_certificate
    renewed = shown is not None and _encoded(shown) == key
    said = "none" if shown is None else "the renewed one" if renewed else "another one"
    return Check("client certificate", "the renewed one", said, renewed)


def _encoded(holder: Any) -> bytes:
    """The public key of a certificate or CSR."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    encoded: bytes = holder.public_key().public_bytes(*form)
    return encoded


async def wait_minimum(csms: FakeCSMS, repeat_times: int) -> int:
    """Set how often a CSR is repeated and after how many seconds first (A02.FR.17-18)."""
    minimum = csms.sut.configured.cert_signing_wait_minimum
    await csms.configure({_WAIT: str(minimum), _REPEAT: str(repeat_times)})
    return minimum


async def expect_csr_again(
    csms: FakeCSMS, watch: int, step: int, before: Arrival, seconds: int
) -> Arrival:
    """Nothing is signed, so the CSR comes again, not earlier than that (A02.FR.17, A02.FR.18)."""
    again = await expect_csr(csms, step, since=before.mark + 1, after=before.left(seconds))
    passed = again.traffic.t - before.traffic.t
    # Its clock may tick in seconds only.
    early = passed < seconds - min(csms.sut.deviation, seconds / 4)
    check = Check("", f"{seconds} s later at the earliest", f"{passed:.1f} s later", not early)
    csms.judge(watch, "SignCertificateRequest", [check], "A02.FR.17, A02.FR.18")
    return again
