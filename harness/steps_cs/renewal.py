"""A station under test renews its certificate: what the cases say of it (Part 2, A02)."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.evidence.matchers import Check, Place, fact
from harness.evidence.verdict import Severity
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Opened, Traffic
from harness.peers.fake_csms import FakeCSMS
from harness.pki.certificate_hash import hash_data
from harness.pki.keys import Flaw
from harness.states_cs.certificates import expect_csr, send_certificate
from harness.steps_cs.reconnect import expect_reconnect

_WAIT = "SecurityCtrlr.CertSigningWaitMinimum"
_REPEAT = "SecurityCtrlr.CertSigningRepeatTimes"


async def expect_certificate_refused(
    csms: FakeCSMS, step: int, answer_step: int, request: Arrival, flaw: Flaw
) -> None:
    """Send a certificate with this flaw, which has to be refused."""
    sent = await send_certificate(csms, step, request, flaw)
    answer = await sent.response(answer_step)
    path, status = f"$.status (certificate: {flaw})", answer["status"]
    check = Check(path, "Rejected", status, status == "Rejected", "Rejected")
    message, source = "CertificateSignedResponse", "A02.FR.06, A02.FR.07"
    csms.judge(answer_step, message, [check], source, frame=sent.id)


def judge_one_taken(csms: FakeCSMS, step: str, statuses: Sequence[str]) -> None:
    """Of several certificates that were sent, one at least was taken."""
    told, ok = ", ".join(statuses), "Accepted" in statuses
    answers = (e for e in csms.inbox.events if isinstance(e, Traffic) and e.answers)
    taken = [
        e.frame.id
        for e in answers
        if e.name == "CertificateSignedResponse" and e.frame.payload.get("status") == "Accepted"
    ]
    # Where several were taken, no single answer decides.
    where = tuple(Place(each, "$.status" if len(taken) == 1 else "$") for each in taken)
    check = Check("$.status", "Accepted at least once", told, ok, "Accepted", where)
    csms.judge(step, "CertificateSignedResponse", [check], "A02.FR.08")


async def expect_switch(csms: FakeCSMS, step: int, *, since: int) -> None:
    """The station reconnects with the certificate that it asked for since then.

    It has to do so by itself (A02.FR.08); an erratum of the state (2025-02) has one that does not
    be made to, and judges what it shows then.
    """
    by_itself = await csms.hangs_up(csms.sut.limits.event)
    said = "reconnects" if by_itself else "stays connected"
    itself = Check("by itself", "reconnects", said, by_itself, fact("reconnects"))
    csms.judge(step, "connection", [itself], "A02.FR.08", Severity.WARNING)
    if not by_itself:
        await csms.disconnect(step)
    opened = await expect_reconnect(csms, step, since=since)
    shown = opened.attempt.parsed_certificate
    csms.judge(step, "connection", [_is_renewed(csms, shown)], "A02.FR.08")
    csms.judge(step, "connection", [_has_new_key(csms, shown, since)], "A02.FR.02")


async def expect_accepted_kept(csms: FakeCSMS, step: str, *, since: int) -> None:
    """At a later connection, too, it shows a certificate that it has accepted since then."""
    shown = await _shown_next(csms, step)
    ok = shown in _accepted(csms, since)
    said = "none" if shown is None else "an accepted one" if ok else "another one"
    check = Check("client certificate", "one it has accepted", said, ok, fact("accepted"))
    csms.judge(step, "connection", [check], "A02.FR.08, A02.FR.10")
    csms.judge(step, "connection", [_has_new_key(csms, shown, since)], "A02.FR.02")


async def expect_certificate_kept(csms: FakeCSMS, step: str, *, since: int) -> None:
    """What was refused is not used: the station shows the certificate that it had then."""
    shown, before = await _shown_next(csms, step), _shown_before(csms, since)
    ok = shown is not None and shown == before
    said = "none" if shown is None else "that of before" if ok else "another one"
    check = Check("client certificate", "that of before", said, ok, fact("kept"))
    csms.judge(step, "connection", [check], "A02.FR.06")


async def _shown_next(csms: FakeCSMS, step: str) -> x509.Certificate | None:
    """What the station shows after the loss of its connection."""
    mark = csms.mark()
    if csms.wire is not None:  # It may be leaving by itself, to boot.
        await csms.disconnect(step)
    return (await expect_reconnect(csms, step, since=mark)).attempt.parsed_certificate


def _shown_before(csms: FakeCSMS, since: int) -> x509.Certificate | None:
    opened = [e for e in csms.inbox.events[:since] if isinstance(e, Opened)]
    return opened[-1].attempt.parsed_certificate


def _accepted(csms: FakeCSMS, since: int) -> list[x509.Certificate]:
    """The certificates that the station has accepted since then."""
    answers = (e for e in csms.inbox.events[since:] if isinstance(e, Traffic) and e.answers)
    return [
        _leaf(e.answers.frame.payload)
        for e in answers
        if e.name == "CertificateSignedResponse" and e.frame.payload.get("status") == "Accepted"
        if e.answers is not None
    ]


def own_hash_data(csms: FakeCSMS, algorithm: str) -> dict[str, str]:
    """CertificateHashDataType of the certificate that the station was sent last (A00.FR.506)."""
    return hash_data(_last_sent(csms), csms.link.keys.old_root.parsed, algorithm)


def _last_sent(csms: FakeCSMS) -> x509.Certificate:
    sent = [e for e in csms.inbox.events if isinstance(e, Traffic) and e.sent]
    return _leaf([e.frame.payload for e in sent if e.name == "CertificateSignedRequest"][-1])


def _leaf(payload: Payload) -> x509.Certificate:
    """The certificate of the station in a CertificateSignedRequest."""
    return x509.load_pem_x509_certificates(payload["certificateChain"].encode())[0]


def _is_renewed(csms: FakeCSMS, shown: x509.Certificate | None) -> Check:
    """It is the very certificate that was sent last: an older one may have the same key."""
    leaf = _last_sent(csms)
    said = "none" if shown is None else "the renewed one" if shown == leaf else "another one"
    return Check("client certificate", "the renewed one", said, shown == leaf, fact("renewed"))


def _has_new_key(csms: FakeCSMS, shown: x509.Certificate | None, since: int) -> Check:
    """Its key is not that of the certificate by which the station was known before."""
    before = _shown_before(csms, since)
    new = shown is not None and before is not None and _encoded(shown) != _encoded(before)
    said = "a new one" if new else "that of the certificate before"
    return Check("key of the client certificate", "a new one", said, new, fact("new key"))


def _encoded(certificate: x509.Certificate) -> bytes:
    """Its public key."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate.public_key().public_bytes(*form)


async def set_signing_wait(csms: FakeCSMS, *, repeat_times: int) -> int:
    """Set how often a CSR is repeated (A02.FR.17-18); the seconds before the first time."""
    minimum = csms.sut.configured.cert_signing_wait_minimum
    await csms.configure({_WAIT: str(minimum), _REPEAT: str(repeat_times)})
    return minimum


async def expect_no_further_csr(csms: FakeCSMS, step: int, last: Arrival, seconds: int) -> None:
    """The wait has been doubled as often as it may be: nothing more is asked for (A02.FR.19)."""
    await csms.silence(
        step,
        "SignCertificate",
        seconds=seconds + csms.sut.deviation,
        since=last.mark + 1,
        requirement="A02.FR.19",
    )


async def expect_csr_again(
    csms: FakeCSMS, watch: int, step: int, before: Arrival, seconds: int
) -> Arrival:
    """Nothing is signed, so the CSR comes again, not earlier than that (A02.FR.17, A02.FR.18)."""
    again = await expect_csr(csms, step, since=before.mark + 1, after=before.left(seconds))
    passed = again.traffic.t - before.traffic.t
    # Its clock may tick in seconds only.
    early = passed < seconds - min(csms.sut.deviation, seconds / 4)
    wanted, actual = f"{seconds} s later at the earliest", f"{passed:.1f} s later"
    check = Check("", wanted, actual, not early, fact("later", seconds_at_least=seconds))
    source = "A02.FR.17, A02.FR.18"
    csms.judge(watch, "SignCertificateRequest", [check], source, frame=again.id)
    return again
