"""What the system itself shows: whether it comes, and what it says of itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import TypeVar

from cryptography.x509.oid import NameOID

from harness import clock
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.verdict import CaseStopped
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Opened
from harness.ocppj.payloads import inner
from harness.peers.conductor import Conductor
from harness.peers.fake_csms import FakeCSMS
from harness.peers.fake_station import FakeStation
from harness.peers.peer import Peer
from harness.preflight.finding import Finding, costs, well, wrong
from harness.preflight.token_gaps import id_tokens
from harness.spec.roles import Role
from harness.states_cs.certificates import known_serial
from harness.sut.model import Sut
from harness.testbed.csms import CsmsTestBed
from harness.testbed.declaration import Difference, differences
from harness.testbed.station import StationTestBed

PeerT = TypeVar("PeerT", bound=Peer)

_NAME = "preflight"
#: The security profile in which a station shows a certificate.
_BY_CERTIFICATE = 3
_CLOCK = "ClockCtrlr.DateTime"


async def meet(test_bed: StationTestBed | CsmsTestBed) -> list[Finding]:
    """Have the system connect and boot, and compare what it says with its description."""
    log = Transcript(_NAME)
    if isinstance(test_bed, CsmsTestBed):
        return await _met(test_bed.sut, test_bed, test_bed.peer(_NAME, log), _of_csms)
    test_bed.compare = False  # told here, item by item
    return await _met(test_bed.sut, test_bed, test_bed.peer(_NAME, log), _of_station)


async def _met(
    sut: Sut,
    conductor: Conductor[PeerT],
    peer: PeerT,
    said: Callable[[Sut, PeerT], AsyncIterator[Finding]],
) -> list[Finding]:
    try:
        async with peer.before():
            await conductor.prepare(peer, booted=True, profiles=())
    except CaseStopped as stopped:
        text, path = advice(sut, stopped.stop.reason)
        return [wrong(text, path)]
    found = [well("it is connected and accepted")]
    found += [each async for each in said(sut, peer)]
    await conductor.restore(peer)
    return found


async def _of_station(sut: Sut, peer: FakeCSMS) -> AsyncIterator[Finding]:
    for each in _identity(sut, peer):
        yield each
    for each in _certificate(sut, peer):
        yield each
    found = await differences(peer)
    for each in found:
        yield _difference(each)
    if not found:
        yield well("what it says of its EVSEs and features is what the description says")
    read = (await peer.variables.read(_CLOCK)).get(_CLOCK, "")
    stamps = [str(a.payload.get("timestamp", "")) for a in peer.inbox.arrivals]
    for each in _clock(sut, read or next((stamp for stamp in reversed(stamps) if stamp), "")):
        yield each


async def _of_csms(sut: Sut, peer: FakeStation) -> AsyncIterator[Finding]:
    answers: list[Payload] = [
        entry.data.get("payload", {})
        for entry in peer.transcript.entries
        if entry.kind is Kind.RECEIVED and entry.data.get("action") == "BootNotification"
    ]
    for each in _clock(sut, str(answers[-1].get("currentTime", "")) if answers else ""):
        yield each
    for each in id_tokens(sut, peer.tokens):
        yield each


def _difference(each: Difference) -> Finding:
    path = f"features.{each.feature}" if each.feature else "evses"
    said = f"it says {each.told}, and the description {each.declared}: make both say the same"
    # What concerns one feature alone leaves the other cases as they are.
    return costs(said, path) if each.feature else wrong(said, path)


def _identity(sut: Sut, peer: FakeCSMS) -> Iterator[Finding]:
    """Serial number and version, where both sides tell."""
    boots = [a.payload for a in peer.inbox.arrivals if a.action == "BootNotification"]
    station = inner(boots[-1], "chargingStation") if boots else {}
    names = ("vendorName", "model", "firmwareVersion", "serialNumber")
    vendor, model, version, serial = (str(station.get(name, "")) for name in names)
    if boots:
        yield well(f"it says that it is {vendor} {model} {version}".rstrip())
    if sut.serial_number and serial and serial != sut.serial_number:
        yield costs(
            f"it says that its serial number is {serial}, and the description"
            f" {sut.serial_number}: write that of the station",
            "serial_number",
        )
    if sut.version and version and sut.version != version:
        yield costs(
            f"it says that its firmware is {version}, and the description {sut.version}:"
            " reports show what the description says",
            "version",
        )


def _certificate(sut: Sut, peer: FakeCSMS) -> Iterator[Finding]:
    """In whose name the certificate is that the station shows (A00.FR.511)."""
    opened = [each for each in peer.inbox.events if isinstance(each, Opened)]
    shown = opened[-1].attempt.parsed_certificate if opened else None
    serial = known_serial(peer)
    if sut.security_profile != _BY_CERTIFICATE or shown is None or not serial:
        return
    names = [str(a.value) for a in shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names == [serial]:
        yield well("its certificate is in the name of its serial number")
        return
    yield costs(
        f"its certificate is in the name of {', '.join(names) or 'nobody'}, and its serial number"
        f" is {serial} (A00.FR.511): write the serial_number that is right, or install one for it",
        "serial_number",
    )


def _clock(sut: Sut, told: str) -> Iterator[Finding]:
    try:
        moment = datetime.fromisoformat(told)
        apart = abs((moment - clock.now()).total_seconds())
    except (ValueError, TypeError):
        return
    if apart <= sut.deviation:
        yield well("its clock is right")
        return
    yield wrong(
        f"its clock is {apart:.0f} s from the one here, and {sut.deviation:g} s are allowed:"
        " set both by the same time server",
        "deviation",
    )


_TLS = "one side speaks TLS and the other does not, or not so: write the security_profile of both"
_OTHER_NAME = "its certificate is of another name: write the host that the certificate names"
_OTHER_ROOT = "the station does not trust the root of the harness: give it that"
#: What is said where nothing came of a connection: words in the reason, the key, what to do. What
#: stands first counts.
_ADVICE = (
    ("wrong user name or password", "password", "give it the password of the description"),
    ("no HTTP Basic Authorization", "security_profile", "it sends no password: profile 1 or 2?"),
    ("does not end in the identity", "identity", "write the identity that it uses"),
    ("HTTP 401", "password", "the CSMS does not take this identity and password"),
    ("HTTP 403", "identity", "the CSMS does not let this station in"),
    (
        *("HTTP 404", "url"),
        "the CSMS has nothing at this path: mend the url, or make the station known",
    ),
    ("Hostname mismatch", "url", _OTHER_NAME),
    ("IP address mismatch", "url", _OTHER_NAME),
    ("certificate does not name", "url", _OTHER_NAME),
    ("certificate has expired", "url", "the CSMS shows an old certificate: renew that"),
    ("certificate is not yet valid", "url", "set the clock, or wait: its certificate is of later"),
    ("certificate verify failed", "ca_file", "name the root of the CSMS's certificate in ca_file"),
    ("nobody listens at", "url", "start it, or mend the url"),
    ("connect call failed", "url", "nobody listens there: mend host and port"),
    ("multiple exceptions", "url", "nobody listens there: mend host and port"),
    ("name or service", "url", "nobody knows this host: mend the url"),
    ("name resolution", "url", "nobody knows this host: mend the url"),
    ("nodename nor servname", "url", "nobody knows this host: mend the url"),
    (
        "alert unknown ca",
        "listen",
        "the station does not trust the root of the harness: give it that",
    ),
    (
        *("closed during the handshake", "listen"),
        "give the station the root of the harness, if it speaks TLS at all",
    ),
    ("opening handshake", "security_profile", _TLS),
    ("valid HTTP response", "security_profile", _TLS),
    ("TLS", "security_profile", _TLS),
    ("ConnectionResetError", "security_profile", _TLS),
    ("ConnectionAbortedError", "security_profile", _TLS),
)
#: How it is said that there is no connection.
_NOBODY = ("could not be reached", "no connection (", "nobody listens at")
#: Profiles in which no password is sent.
_WITHOUT_PASSWORD = (0, 3)


def remedy(sut: Sut, reason: str) -> tuple[str, str]:
    """The key that a failed connection is about, and what to do; both "" if it was none."""
    if not any(words in reason for words in _NOBODY):
        return "", ""
    if "HTTP 401" in reason and sut.security_profile in _WITHOUT_PASSWORD:
        what = f"it wants a password, and security profile {sut.security_profile} sends none:"
        return "security_profile", f"{what} write the profile that it has"
    for words, path, instead in _ADVICE:
        if words.lower() in reason.lower():
            return path, instead
    if sut.role is Role.STATION:
        return "listen", f"set the station up to connect to {sut.csms_url}/{sut.identity}"
    return "url", "mend the url, or what stands between here and the CSMS"


def advice(sut: Sut, reason: str) -> tuple[str, str]:
    """The reason with what to do about it, and the key of the description that it is about."""
    path, instead = remedy(sut, reason)
    return (f"{reason}: {instead}", path) if instead else (reason, "")
