"""The memory state RenewChargingStationCertificate for a CSMS under test (Part 2, A02)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from harness.evidence.matchers import ABSENT, PRESENT, compare, one_of
from harness.evidence.values import UNREADABLE
from harness.evidence.verdict import CaseStopped, Severity, StopKind
from harness.ocppj.inbox import Arrival
from harness.peers.fake_station import FakeStation, State
from harness.pki import keys as pki
from harness.pki.keys import KeyPair
from harness.states_csms import chain
from harness.states_csms.chain import Wanted

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


async def trigger_csr(station: FakeStation, step: int, answer_step: int) -> None:
    """The CSMS triggers a SignCertificateRequest."""
    await station.requested(
        step,
        answer_step,
        "TriggerMessage",
        requestedMessage="SignChargingStationCertificate",
        answer={"status": "Accepted"},
        prefer_match=True,
        requirement="F06.FR.01",
    )


async def send_csr(station: FakeStation, step: int, answer_step: int) -> Signing:
    """The station sends a CSR, which the CSMS accepts."""
    signing = new_signing(station)
    sent = await station.send(step, "SignCertificate", csr=signing.csr, certificateType=KIND)
    await sent.response(answer_step, status="Accepted", requirement="A02.FR.11")
    return signing


async def expect_certificate(station: FakeStation, step: int, answer_step: int) -> Arrival:
    """The CSMS sends a certificate; which one is not judged here."""
    request = await station.expect(
        step, "CertificateSigned", since=station.asked, requirement="A02.FR.11"
    )
    # The state wants it; A02.FR.14 recommends it, and without one the certificate serves all ends.
    allowed = compare({"certificateType": one_of(KIND, ABSENT)}, request.payload)
    message, source, frame = "CertificateSignedRequest", "A02.FR.14", request.id
    station.judge(step, message, allowed, source, frame=frame)
    present = compare({"certificateType": PRESENT}, request.payload)
    station.judge(step, message, present, source, Severity.WARNING, frame=frame)
    station.note_step(answer_step, "CertificateSignedResponse")
    return request


async def _renewed(station: FakeStation) -> None:
    station.answer("CertificateSigned", status="Accepted")
    await trigger_csr(station, 1, 2)
    signing = await send_csr(station, 3, 4)
    request = await expect_certificate(station, 5, 6)
    with suppress(*UNREADABLE):  # what it is worth is judged below; the CSMS may take no other now
        chain_text = str(request.payload["certificateChain"])
        station.keyring.signed(_kept(station, signing, chain_text))
    _judge(station, request, signing)


def _judge(station: FakeStation, request: Arrival, signing: Signing) -> None:
    wanted = Wanted(
        signing.key.public_key(),
        station.sut.serial,
        station.sut.organization,
        _roots(station),
        station.sut.deviation,
    )
    checks = chain.judged(request.payload.get("certificateChain"), wanted)
    source = "A02.FR.06, A00.FR.509, A00.FR.511"
    station.judge(5, "CertificateSignedRequest", checks, source, frame=request.id)


def _roots(station: FakeStation) -> list[x509.Certificate]:
    file = station.keyring.station_ca
    if file is None:
        reason = "the description names no root for the station's certificates (station_ca_file)"
        raise CaseStopped(StopKind.UNDRIVABLE, reason, "station_ca_file")
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


RenewChargingStationCertificate = State("RenewChargingStationCertificate", _renewed)
