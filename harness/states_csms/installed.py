"""CertificateInstalled and GetInstalledCertificates for a CSMS under test (Part 2, M03, M05)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from harness.evidence.matchers import MISSING, Check, fact, same_text
from harness.ocppj.frames import Payload
from harness.peers.fake_station import FakeStation, State
from harness.pki.certificate_hash import hash_data
from harness.pki.firmware import Signer, make_signer
from harness.states_csms import chain

CSMS_ROOT = "CSMSRootCertificate"
MANUFACTURER_ROOT = "ManufacturerRootCertificate"
#: A root of the harness for each use (GetCertificateIdUseEnumType) that a station may hold.
_NAMES = {
    CSMS_ROOT: "csms_root",
    MANUFACTURER_ROOT: "manufacturer_root",
    "MORootCertificate": "mo_root",
    "V2GRootCertificate": "v2g_root",
    "V2GCertificateChain": "v2g_chain",
}


@cache
def _signer(name: str) -> Signer:
    return make_signer(name)


#: Stands alone (RFC 7468, 3), or those who read it strictly do not find it.
_LAST_LINE = re.compile(r"^-----END CERTIFICATE-----\s*$", re.MULTILINE)


def root(kind: str) -> x509.Certificate:
    """The certificate of the harness for this use."""
    return _signer(_NAMES[kind]).root


@dataclass(frozen=True)
class SameCertificate:
    """Matches the PEM of this one certificate, however its lines are broken (A00.FR.507)."""

    kind: str

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        return fact("certificate", type=self.kind)

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """One comparison."""
        shown = [] if actual is MISSING else chain.read(actual)
        names = [each.subject.rfc4514_string() for each in shown]
        whole = isinstance(actual, str) and _LAST_LINE.search(actual) is not None
        ok = whole and shown == [root(self.kind)]
        told = "the one asked for" if ok else names if whole else actual
        yield Check(path, "the one asked for", told, ok, self.data)


async def request_installation(
    station: FakeStation, step: int, answer_step: int, kind: str, status: str = "Accepted"
) -> None:
    """Have the CSMS install the root of the harness for this use; what the station answers."""
    pem = root(kind).public_bytes(Encoding.PEM).decode("ascii")
    await station.requested(
        step,
        answer_step,
        "InstallCertificate",
        wish={"certificate": pem},
        answer={"status": status},
        certificateType=kind,
        certificate=SameCertificate(kind),
        requirement="M05.FR.01",
    )


def entry(kind: str, algorithm: str = "SHA256", children: int = 0) -> Payload:
    """CertificateHashDataChainType of the root for this use, and of certificates below it."""
    top = root(kind)
    told: Payload = {
        "certificateType": kind,
        "certificateHashData": hash_data(top, top, algorithm),
    }
    below = [_signer(f"{_NAMES[kind]} {n}") for n in range(children)]
    if below:
        told["childCertificateHashData"] = [
            hash_data(each.certificate, each.root, algorithm) for each in below
        ]
    return told


async def request_list(
    station: FakeStation,
    step: int,
    answer_step: int,
    entries: list[Payload],
    *,
    asked: Any,
    judged: Any = None,
) -> None:
    """Have the CSMS ask for installed certificates; these are what the station has.

    ``asked``: certificateType as the CSMS is to send it; ``judged``: what else it may be.
    """
    answer: Payload = {"status": "Accepted", "certificateHashDataChain": entries}
    await station.requested(
        step,
        answer_step,
        "GetInstalledCertificateIds",
        wish={"certificateType": asked} if asked else {},
        answer=answer if entries else {"status": "NotFound"},
        certificateType=asked if judged is None else judged,
        requirement="M03.FR.01",
    )


async def request_deletion(
    station: FakeStation, step: int, answer_step: int, hashes: Payload, status: str = "Accepted"
) -> None:
    """Have the CSMS delete a certificate, by the hash data that the station has told of it."""
    digits = {name: same_text(hashes[name]) for name in hashes if name != "hashAlgorithm"}
    await station.requested(
        step,
        answer_step,
        "DeleteCertificate",
        wish={"certificateHashData": hashes},
        answer={"status": status},
        certificateHashData={**hashes, **digits},
        requirement="M04.FR.01, M04.FR.07",
    )


def CertificateInstalled(kind: str = CSMS_ROOT) -> State:  # noqa: N802  # of Part 6
    """The CSMS has installed a root for this use at the station."""

    async def steps(station: FakeStation) -> None:
        await request_installation(station, 1, 2, kind)

    return State("CertificateInstalled", steps)


def GetInstalledCertificates(kind: str = CSMS_ROOT) -> State:  # noqa: N802  # of Part 6
    """The CSMS has asked for the certificates of this use, of which there is one."""

    async def steps(station: FakeStation) -> None:
        await request_list(station, 1, 2, [entry(kind)], asked=[kind])

    return State("GetInstalledCertificates", steps)
