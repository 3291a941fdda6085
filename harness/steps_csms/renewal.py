"""The memory state RenewChargingStationCertificate for a CSMS under test (Part 2, A02)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from harness.connection.station_access import Access
from harness.evidence.matchers import ABSENT, PRESENT, compare, one_of
from harness.evidence.verdict import CaseStopped, Severity, StopKind
from harness.ocppj.inbox import Arrival
from harness.peers.fake_station import FakeStation, State
from harness.pki import keys as pki
from harness.pki.keys import KeyPair
from harness.steps_csms import chain
from harness.steps_csms.admission import let_in
from harness.steps_csms.chain import Wanted

KIND = "ChargingStationCertificate"


@dataclass(frozen=True)
class Signing:
    """A CSR of the station: its key, and the PEM text."""

    key: ec.EllipticCurvePrivateKey
    csr: str


def new_signing(station: FakeStation) -> Signing:
    """A new key and its CSR, in the name of the station (A02.FR.02-03, A00.FR.509, .511)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = pki.distinguished_name(station.sut.serial, station.sut.organization)
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return Signing(key, csr.public_bytes(Encoding.PEM).decode("ascii"))


async def ask_for_csr(station: FakeStation) -> Signing:
    """Steps 1 to 4: the CSMS triggers a SignCertificateRequest and accepts it."""
    station.answer("TriggerMessage", status="Accepted")
    await station.ask("TriggerMessage", requestedMessage="SignChargingStationCertificate")
    await station.expect(
        1,
        "TriggerMessage",
        since=station.asked,
        prefer_match=True,
        requestedMessage="SignChargingStationCertificate",
        requirement="F06.FR.01",
    )
    signing = new_signing(station)
    sent = await station.send(3, "SignCertificate", csr=signing.csr, certificateType=KIND)
    await sent.response(4, status="Accepted", requirement="A02.FR.11")
    return signing


async def expect_certificate(station: FakeStation) -> Arrival:
    """Step 5: the CSMS sends a certificate."""
    request = await station.expect(
        5, "CertificateSigned", since=station.asked, requirement="A02.FR.11"
    )
    # The state wants it; A02.FR.14 recommends it, and without one the certificate serves all ends.
    allowed = compare({"certificateType": one_of(KIND, ABSENT)}, request.payload)
    station.judge(5, "CertificateSignedRequest", allowed, "A02.FR.14")
    present = compare({"certificateType": PRESENT}, request.payload)
    station.judge(5, "CertificateSignedRequest", present, "A02.FR.14", Severity.WARNING)
    return request


async def _renewed(station: FakeStation) -> None:
    station.answer("CertificateSigned", status="Accepted")
    signing = await ask_for_csr(station)
    request = await expect_certificate(station)
    _judge(station, request, signing)
    text = str(request.payload["certificateChain"])
    station.keyring.renewed = _kept(station, signing, text)


def _judge(station: FakeStation, request: Arrival, signing: Signing) -> None:
    wanted = Wanted(
        signing.key.public_key(),
        station.sut.serial,
        station.sut.organization,
        _roots(station),
        station.sut.deviation,
    )
    checks = chain.judged(request.payload.get("certificateChain"), wanted)
    station.judge(5, "CertificateSignedRequest", checks, "A02.FR.06, A00.FR.509, A00.FR.511")


def _roots(station: FakeStation) -> list[x509.Certificate]:
    file = station.keyring.station_ca
    if file is None:
        reason = "the description names no root for the station's certificates (station_ca_file)"
        raise CaseStopped(StopKind.UNDRIVABLE, reason)
    return x509.load_pem_x509_certificates(file.read_bytes())


def _kept(station: FakeStation, signing: Signing, text: str) -> KeyPair:
    """The new key and certificate as files, the certificate with what else the CSMS sent."""
    folder: Path | None = station.keyring.folder
    if folder is None:
        raise LookupError("no folder for keys")
    certificates = chain.read(text)
    leaf = chain.leaf_of(certificates, signing.key.public_key())
    ordered = [leaf, *(each for each in certificates if each != leaf)] if leaf else certificates
    station.keyring.made += 1
    name = f"station_renewed_{station.keyring.made}"
    return pki.store(folder, name, ordered[0], signing.key, ordered[1:])


def renewed_access(station: FakeStation) -> Access:
    """The way in with the new certificate (A02.FR.08).

    Raises:
        LookupError: there is none.
    """
    pair = station.keyring.renewed
    if pair is None:
        raise LookupError("no certificate was renewed")
    plain = Access(3, station.sut.urls[3])
    return replace(plain, tls=station.keyring.context(pair))


async def moves_to_renewed(station: FakeStation, step: int) -> None:
    """The station connects with the new certificate, which is its own from now on (A02.FR.10)."""
    station.access = renewed_access(station)
    await let_in(station, step, "A02.FR.08, A00.FR.407", patiently=True)
    station.keyring.certificate = station.keyring.renewed


RenewChargingStationCertificate = State("RenewChargingStationCertificate", _renewed)
