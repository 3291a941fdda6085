"""How a station under test does TLS, and whom it trusts: the verbs of the security cases (A00)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.connection.station_link import Serving
from harness.evidence.matchers import Check, fact
from harness.evidence.values import literal
from harness.evidence.verdict import Severity
from harness.ocppj.cipher_suites import unsuitable
from harness.ocppj.connection_attempt import NOTHING_SHOWN, TLS_1_2, Attempt, Offer
from harness.ocppj.inbox import Arrival, Opened, Refused
from harness.ocppj.variables import Variable
from harness.peers.fake_csms import FakeCSMS
from harness.peers.peer import SENT
from harness.pki import csr
from harness.pki.keys import Flaw
from harness.states_cs.certificates import known_serial
from harness.steps_cs.migration import PRIORITY
from harness.steps_cs.reconnect import let_leave

#: A00.FR.319: the suites of one line, with TLS 1.2.
_PAIRS = (
    ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    ("TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
)
#: What they are to a station that offers TLS 1.3 alone, the successor of A00.FR.317.
_SUCCESSORS = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")
#: TLS as security profiles 2 and 3 want it.
_OFFERS = "A00.FR.313, A00.FR.319-321, A00.FR.416, A00.FR.422-424"
_BAD_SERVER = "A00.FR.309, A00.FR.311, A00.FR.412, A00.FR.414"
_OLD_SERVER = "A00.FR.314, A00.FR.316, A00.FR.417, A00.FR.419"
_TOO_OLD = "InvalidTLSVersion"
_WILDCARDS = "SecurityCtrlr.AllowCSMSTLSWildcards"


async def expect_hello(csms: FakeCSMS, step: int, since: int, limit: float) -> Attempt:
    """Wait for the next ClientHello, whatever came of it."""

    def attempted() -> Attempt | None:
        found = (e for e in csms.inbox.events[since:] if isinstance(e, (Opened, Refused)))
        return next((e.attempt for e in found if e.attempt.offer), None)

    attempt = await csms.inbox.wait(attempted, limit)
    said = "sent" if attempt else f"none within {limit:g} s{csms.connection_note()}"
    check = Check("", "to be sent", said, attempt is not None, SENT)
    csms.judge(step, "ClientHello", [check], "A00.FR.312, A00.FR.415, B01.FR.03")
    return attempt or NOTHING_SHOWN


async def expect_good_hello(csms: FakeCSMS, step: int, judged: int) -> None:
    """After a reboot: TLS 1.2 or later, the suites of A00.FR.319, no compression.

    ``judged``: the step at which the page lists that.
    """
    attempt = await expect_hello(csms, step, csms.reboot_mark, csms.sut.limits.boot)
    if attempt.offer is not None:
        csms.judge(judged, "ClientHello", _offered(attempt.offer), _OFFERS)


def _offered(offer: Offer) -> Iterator[Check]:
    newest = f"{offer.newest:#06x}"
    version = fact("TLS version", at_least=TLS_1_2)
    yield Check("version", "TLS 1.2 or later (0x0303)", newest, offer.newest >= TLS_1_2, version)
    alone = min(offer.versions) > TLS_1_2
    pairs = (_SUCCESSORS,) if alone else _PAIRS
    wanted = ", or ".join(" and ".join(pair) for pair in pairs)
    has = any(offer.has(*pair) for pair in pairs)
    suites = fact("suites", one_of=[list(pair) for pair in pairs])
    yield Check("cipher_suites", wanted, offer.suite_names, has, suites)
    # Without the list, nobody can tell an older version that is offered from one that is not.
    old = [f"{each:#06x}" for each in sorted(offer.versions) if each < TLS_1_2 and offer.listed]
    seen = ", ".join(old) or "none"
    yield Check("supported_versions", "none below 0x0303", seen, not old, fact("no old version"))
    weak = ", ".join(unsuitable(offer.suites)) or "none"
    fine, suitable = weak == "none", fact("no unsuitable suite")
    yield Check("cipher_suites unsuitable for legacy use", "none", weak, fine, suitable)
    # RFC 5246, 7.4.1.2: null is always there; with more, TLS might compress.
    more = sorted(offer.compressions - {0})
    seen = f"{more} too" if more else "null"
    yield Check("compression_methods", "null alone", seen, not more, fact("no compression"))


async def judge_client_certificate(csms: FakeCSMS, step: int, attempt: Attempt) -> None:
    """The station's own certificate: key, serial number and common name (A00.FR.5xx).

    Only after the boot it is known which serial number the station says it has.

    TLS carries certificates in DER (A00.FR.415), whatever the page says of PEM.
    """
    shown = attempt.parsed_certificate
    if shown is None:
        source = "A00.FR.401, A00.FR.402"
        shown_at_all = fact("certificate")
        csms.fail(
            step, "client certificate", "", "a certificate", "none", source, matcher=shown_at_all
        )
    key = csr.key_length("public key", shown.public_key())
    csms.judge(step, "client certificate", [key], "A00.FR.502, A00.FR.503")
    await csms.inbox.wait(lambda: known_serial(csms) or None, csms.sut.limits.boot)
    numbered = shown.serial_number > 0
    number = literal(shown.serial_number)
    serial = Check("serialNumber", "a number", number, numbered, fact("serial number"))
    csms.judge(step, "client certificate", [serial], "A00.FR.508")
    csms.judge(step, "client certificate", _named(csms, shown), "A00.FR.511")


def judge_no_password(csms: FakeCSMS, step: int, attempt: Attempt) -> None:
    """A station that is known by its certificate sends no password besides (A00.FR.001)."""
    sent = attempt.authorization.partition(" ")[0]
    check = Check("Authorization", "absent", sent or "absent", not sent, fact("no password"))
    csms.judge(step, "HTTP upgrade request", [check], "A00.FR.001")


def _named(csms: FakeCSMS, shown: x509.Certificate) -> Iterator[Check]:
    names = [str(a.value) for a in shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    said = ", ".join(names) or "none"
    known = known_serial(csms)
    if known and not csms.sut.serial_number and names == [csms.sut.identity] != [known]:
        reason = "its certificate is in the name of its identity, as the harness makes one: "
        raise csms.undrivable(
            reason + "describe its serial_number, and install that one", "serial_number"
        )
    if known:
        wanted = f"the serial number {known}"
        name = fact("common name", serial=known)
        yield Check("subject commonName", wanted, said, names == [known], name)
        return
    fits = len(names) == 1 and not _is_address(names[0])
    wanted = "a serial number, no URL, no IP address"
    yield Check("subject commonName", wanted, said, fits, fact("common name"))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "://" in name
    return True


# Certificates that the station must not trust


async def only_active_slot(csms: FakeCSMS) -> None:
    """NetworkConfigurationPriority holds nothing but the profile in use (erratum 2024-11)."""
    first = csms.sut.configured.slot_1.slot
    async with csms.before():
        active = await csms.variables.read_number("OCPPCommCtrlr.ActiveNetworkProfile", first)
    await csms.configure({PRIORITY: str(active)})
    if Variable.parse(PRIORITY) in csms.changes.variables:
        async with csms.before():
            await let_leave(csms, "Before")  # it may reboot for that (TC_B_45_CS, step 5)


async def flaws_to_refuse(csms: FakeCSMS) -> list[Flaw]:
    """Those of the erratum 2025-02; a wildcard where the CSMS has a name that one can stand for.

    A station that can allow wildcards is told not to (erratum 2025-04).
    """
    async with csms.before():
        known = await csms.variables.read(_WILDCARDS)
    if known:
        await csms.configure({_WILDCARDS: "false"})
    host = urlsplit(csms.link.endpoint(1).url).hostname or ""
    flaws = [Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.UNKNOWN_ROOT, Flaw.WRONG_NAME]
    return flaws if _is_address(host) else [*flaws, Flaw.WILDCARD]


def serve_everywhere(
    csms: FakeCSMS, step: int, *, flaw: Flaw | None = None, old: bool = False
) -> None:
    """From the next attempt on, both endpoints are as no station may accept them."""
    what = {"certificate": str(flaw)} if flaw else {"tls": "1.1"}
    csms.record.act(step, "serves what no station may accept", **what)
    for number in (1, 2):
        csms.link.serve(number, Serving(csms.link.profile, flaw=flaw, old=old))


def serve_well(csms: FakeCSMS, step: int) -> None:
    """From the next attempt on, both endpoints are as they should be again."""
    csms.record.act(step, "serves well again")
    csms.link.serve_again()


async def time_to_return(csms: FakeCSMS, close_step: int, step: int) -> float:
    """A lost connection is made again; after how many seconds."""
    mark = csms.mark()
    closed = await csms.disconnect(close_step)
    return (await csms.expect_connection(step, since=mark)).t - closed.t


async def expect_certificate_refused(
    csms: FakeCSMS, hello: int, end: int, flaw: Flaw, *, since: int, during: float
) -> None:
    """Connection attempts are given up for this flaw of the CSMS's certificate (A00.FR.309)."""
    await _expect_given_up(csms, hello, end, f"certificate: {flaw}", since, during, _BAD_SERVER)


async def expect_old_version_refused(csms: FakeCSMS, hello: int, end: int, *, since: int) -> None:
    """The first connection attempt is given up, as it would be with TLS 1.1 (A00.FR.314)."""
    await _expect_given_up(csms, hello, end, "TLS 1.1", since, 0, _OLD_SERVER)


async def _expect_given_up(
    csms: FakeCSMS, hello: int, end: int, what: str, since: int, during: float, requirement: str
) -> None:
    """Attempts are begun by a ClientHello (step ``hello``) and given up (step ``end``).

    The first one, and all others within ``during`` seconds, the time of the page. They are given up
    as long as no HTTP request was sent: a station may look at a certificate in the handshake or
    right after it. A station that does not come at all proves nothing.
    """
    limits = csms.sut.limits
    limit = limits.boot if csms.reboot_due else csms.waits.connection()
    await expect_hello(csms, hello, since, limit)
    if during:
        csms.record.act(end, "waits", seconds=during)

    def taken() -> Attempt | None:
        found = (e for e in csms.inbox.events[since:] if isinstance(e, (Opened, Refused)))
        return next((e.attempt for e in found if _goes_on(e.attempt)), None)

    wrong = await csms.inbox.wait(taken, during)
    actual = _goes_on(wrong) if wrong else "terminated"
    check = Check(what, "terminated", actual, wrong is None, fact("terminated"))
    csms.judge(end, "connection", [check], requirement)


def _goes_on(attempt: Attempt) -> str:
    """How an attempt was not given up, or ""."""
    if attempt.lingered:
        return "neither gone on with nor terminated"
    taken = attempt.offer and (attempt.requested or attempt.took_unoffered)
    return f"gone on with ({attempt.tls})" if taken else ""


async def expect_version_event(csms: FakeCSMS, step: int, since: int) -> None:
    """A station that sees which TLS version failed tells it; not every one can (note of the page).

    Part 2 has no such exception, so that its absence is a warning.
    """

    def told() -> Arrival | None:
        found = (a for a in csms.inbox.unclaimed(since) if a.payload.get("type") == _TOO_OLD)
        return next(found, None)

    arrival = await csms.inbox.wait(told, csms.sut.limits.silence)
    if arrival is not None:
        csms.claim(step, arrival)
    said = _TOO_OLD if arrival else "none"
    frame = arrival.id if arrival else ""
    check = Check("$.type", _TOO_OLD, said, arrival is not None, _TOO_OLD)
    message, source = "SecurityEventNotificationRequest", "A00.FR.316, A00.FR.419"
    csms.judge(step, message, [check], source, Severity.WARNING, frame=frame)
