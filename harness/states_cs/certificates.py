"""Memory states of Part 6 for a charging station under test: the certificates that it holds.

The steps of a renewal are there for the cases that go another way (Part 2, A02).
"""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT, one_of
from harness.evidence.verdict import Severity
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.sent import Sent, result_of
from harness.peers.session import Session
from harness.pki import csr
from harness.pki.keys import Flaw
from harness.states_cs.full_store import leave_if_full

CSMS_ROOT = "CSMSRootCertificate"
MANUFACTURER_ROOT = "ManufacturerRootCertificate"
_KIND = "ChargingStationCertificate"


def CertificateInstalled(  # noqa: N802  # a state of Part 6, under its name
    certificate_type: str, certificate: str
) -> State:
    """A certificate (PEM) is installed for this use (InstallCertificateUseEnumType)."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        sent = await csms.send(
            1, "InstallCertificate", certificateType=certificate_type, certificate=certificate
        )
        if result_of(await sent.settled()).get("status") == "Rejected":
            await leave_if_full(csms)
        await sent.response(2, status="Accepted", requirement="M05.FR.01, M05.FR.02")

    return State("CertificateInstalled", steps)


async def _renewed(csms: FakeCSMS, _session: Session) -> None:
    mark = await trigger_csr(csms, 1, 2)
    request = await expect_csr(csms, 3, since=mark)
    await sign(csms, 5, 6, request)


#: The station has been given a new certificate of its own, which it is to use from then on.
RenewChargingStationCertificate = State("RenewChargingStationCertificate", _renewed)


async def trigger_csr(csms: FakeCSMS, step: int, answer_step: int) -> int:
    """Ask for a CSR; the mark from which on it comes."""
    mark = csms.mark()
    sent = await csms.send(
        step, "TriggerMessage", requestedMessage="SignChargingStationCertificate"
    )
    await sent.response(answer_step, status="Accepted", requirement="F06.FR.04, F06.FR.05")
    return mark


async def expect_csr(csms: FakeCSMS, step: int, *, since: int, after: float = 0) -> Arrival:
    """The station asks to have a certificate signed; a key takes a small one as long as a boot."""
    request = await csms.expect(
        step,
        "SignCertificate",
        since=since,
        within=after + csms.sut.limits.boot,
        certificateType=one_of(_KIND, ABSENT),
        requirement="A02.FR.02, A02.FR.13",
    )
    checks = csr.judged(request.payload.get("csr"))
    source = "A02.FR.03, A00.FR.502, A00.FR.503"
    csms.judge(step, "SignCertificateRequest", checks, source, frame=request.id)
    # A certification authority may write the subject by itself: a warning.
    subject = csr.named(request.payload.get("csr"), known_serial(csms))
    source = "A00.FR.509, A00.FR.511"
    message, warning = "SignCertificateRequest", Severity.WARNING
    csms.judge(step, message, subject, source, warning, frame=request.id)
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
    sent = await send_certificate(csms, step, request)
    answer = await sent.response(answer_step, status=status, requirement="A02.FR.06, A02.FR.08")
    return str(answer["status"])


async def send_certificate(
    csms: FakeCSMS, step: int, request: Arrival, flaw: Flaw | None = None
) -> Sent:
    """Send a certificate for that CSR, which has this flaw."""
    keys = csms.link.keys
    root = keys.unknown_root if flaw is Flaw.UNKNOWN_ROOT else keys.old_root
    return await csms.send(
        step,
        "CertificateSigned",
        certificateChain=csr.sign(root, str(request.payload["csr"]), flaw),
        certificateType=_KIND,
    )
