"""Faults of the renewal of a station's own certificate: TC_A_11, 14, 15, 23."""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from harness import clock
from harness.pki import keys as pki
from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    all_of,
    put,
    replaces,
    request,
)
from harness.reference.faults.station.words import (
    handles,
    notes_no,
    only_answers,
)
from harness.reference.rpc import Payload
from harness.reference.station.state import OwnCertificate


def _short_key() -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


def _csr_of(build: Any) -> Alter:
    """The CSR is ``build(station, key)`` instead."""

    @replaces("own.signing_request")
    def signing_request(
        station: Any, _original: Any, mark_triggered: MarkTriggered, key: Any
    ) -> str:
        mark_triggered()
        text: str = build(station, key)
        return text

    return signing_request


def _signed_by_another(station: Any, _key: Any) -> str:
    return _request(station, _short_key())


def _without_armour(station: Any, key: Any) -> str:
    return "".join(_request(station, key).splitlines()[1:-1])


def _badly_signed(station: Any, key: Any) -> str:
    request = x509.load_pem_x509_csr(_request(station, key).encode())
    encoded = bytearray(request.public_bytes(Encoding.DER))
    encoded[-1] ^= 1
    body = base64.encodebytes(bytes(encoded)).decode("ascii")
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n"


def _request(station: Any, key: Any) -> str:
    name = pki.distinguished_name(station.config.serial_number, "Harness")
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return csr.public_bytes(Encoding.PEM).decode("ascii")


@replaces("own.judge")
def _takes_all(station: Any, original: Any, mark_triggered: MarkTriggered, chain: str) -> Any:
    problem, key = original(chain)
    if problem:
        mark_triggered()
    return "", key or station.own.outstanding[-1]


def _overlooks(*paths: str) -> Alter:
    """These checks of a new certificate always say yes."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        original = station.own.judge

        def judge(chain: str) -> Any:
            problem, key = original(chain)
            if problem and _only(station, chain, paths):
                mark_triggered()
                return "", station.own.outstanding[-1]
            return problem, key

        station.own.judge = judge

    return alter


def _only(station: Any, chain: str, paths: tuple[str, ...]) -> bool:
    """Whether the certificate has no other flaw than those."""
    leaf = x509.load_pem_x509_certificate(chain.encode())
    now = clock.now()
    names = [a.value for a in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    flaws = {
        "expired": leaf.not_valid_after_utc < now,
        "future": leaf.not_valid_before_utc > now,
        "name": names != [station.config.serial_number],
        "root": not station.certificates.is_under_root(leaf),
    }
    return {name for name, found in flaws.items() if found} <= set(paths)


@replaces("own.switch")
async def _keeps_connection(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()


@handles("CertificateSigned")
async def _keeps_certificate(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    memory = station.memory
    kept = memory.own_certificate
    answer = await original(asked)
    mark_triggered()
    memory.own_certificate, memory.former_certificate = kept, None
    return answer


@replaces("own.connected")
def _falls_back(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    memory = station.memory
    if memory.former_certificate is not None:
        mark_triggered()
        memory.own_certificate, memory.former_certificate = memory.former_certificate, None


@handles("CertificateSigned")
async def _uses_what_it_refuses(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    answer = await original(asked)
    keys = station.own.outstanding
    if answer.payload["status"] == "Rejected" and keys:
        mark_triggered()
        secret = keys[-1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = asked["certificateChain"]
        station.memory.own_certificate = OwnCertificate(chain, secret.decode("ascii"))
    return answer


@replaces("own.new_key")
def _keeps_key(station: Any, _original: Any, mark_triggered: MarkTriggered) -> Any:
    mark_triggered()
    return load_pem_private_key(station.memory.own_certificate.key.encode(), None)


def _renewal(variable: str, other: float) -> Alter:
    """This variable of the renewal counts as if it had another value."""

    @replaces("model.number")
    def number(
        _station: Any, original: Any, mark_triggered: MarkTriggered, path: str, default: int = 0
    ) -> float:
        value: float = original(path, default)
        if not path.endswith(variable):
            return value
        mark_triggered()
        return other

    return number


def _no_doubling(station: Any, mark_triggered: MarkTriggered) -> None:
    async def ask() -> None:
        wait = station.model.number("SecurityCtrlr.CertSigningWaitMinimum")
        mark_triggered()
        for _ in range(3):
            await station.own.request()
            await clock.sleep(wait)

    station.own._ask = ask


FAULTS = (
    Fault(
        "renewal-not-implemented",
        "Cannot be asked for a CSR.",
        only_answers("TriggerMessage", {"status": "NotImplemented"}),
        requirement="F06.FR.04, F06.FR.05",
        shows=("TC_A_11_CS", "1>RenewChargingStationCertificate 2"),
    ),
    Fault(
        "renewal-forgotten",
        "Agrees to send a CSR and sends none.",
        only_answers("TriggerMessage", {"status": "Accepted"}),
        requirement="A02.FR.02, A02.FR.13",
        shows=("TC_A_11_CS", "1>RenewChargingStationCertificate 3"),
    ),
    Fault(
        "csr-for-a-vehicle",
        "Asks for a V2G certificate instead of its own.",
        request("SignCertificate", put(certificateType="V2GCertificate")),
        requirement="A02.FR.02, A02.FR.13",
        shows=("TC_A_11_CS", "1>RenewChargingStationCertificate 3"),
    ),
    Fault(
        "csr-without-pem",
        "Sends a CSR without PEM.",
        _csr_of(_without_armour),
        requirement="A02.FR.03, A00.FR.502, A00.FR.503",
        shows=("TC_A_11_CS", "1>RenewChargingStationCertificate 3"),
    ),
    Fault(
        "csr-with-short-key",
        "Sends a CSR for a key of 1024 bit.",
        _csr_of(_signed_by_another),
        requirement="A02.FR.03, A00.FR.502, A00.FR.503",
        shows=("TC_A_11_CS", "1>RenewChargingStationCertificate 3"),
    ),
    Fault(
        "csr-badly-signed",
        "Sends a CSR whose signature is wrong.",
        _csr_of(_badly_signed),
        requirement="A02.FR.03, A00.FR.502, A00.FR.503",
        shows=("TC_A_11_CS", "1>RenewChargingStationCertificate 3"),
    ),
    Fault(
        "good-certificate-refused",
        "Rejects every certificate that is made for it.",
        only_answers("CertificateSigned", {"status": "Rejected"}),
        requirement="A02.FR.06",
        shows=("TC_A_11_CS", "1>RenewChargingStationCertificate 6"),
    ),
    Fault(
        "bad-certificate-taken",
        "Takes every certificate.",
        _takes_all,
        requirement="A02.FR.06, A02.FR.07",
        shows=("TC_A_14_CS", "6"),
    ),
    Fault(
        "expired-certificate-taken",
        "Takes a certificate that has expired.",
        _overlooks("expired"),
        requirement="A02.FR.06, A02.FR.07",
        shows=("TC_A_14_CS", "6"),
    ),
    Fault(
        "future-certificate-taken",
        "Takes a certificate that is not valid yet.",
        _overlooks("future"),
        requirement="A02.FR.06, A02.FR.07",
        shows=("TC_A_14_CS", "6"),
    ),
    Fault(
        "certificate-of-another-taken",
        "Takes a certificate in the name of another station.",
        _overlooks("name"),
        requirement="A02.FR.06, A02.FR.07",
        shows=("TC_A_14_CS", "6"),
    ),
    Fault(
        "foreign-certificate-taken",
        "Takes a certificate of an unknown root.",
        _overlooks("root"),
        requirement="A02.FR.06, A02.FR.07",
        shows=("TC_A_14_CS", "6"),
    ),
    Fault(
        "bad-certificate-not-reported",
        "Tells nobody of a bad certificate.",
        notes_no("InvalidChargingStationCertificate"),
        requirement="A02.FR.07",
        shows=("TC_A_14_CS", "7"),
    ),
    Fault(
        "renewed-certificate-not-used",
        "Accepts a new certificate and goes on with the old one.",
        _keeps_certificate,
        requirement="A02.FR.08",
        shows=("TC_A_11_CS", "1"),
    ),
    Fault(
        "renewed-certificate-never-used",
        "Accepts a new certificate, stays connected, and shows the old one the next time.",
        all_of(_keeps_certificate, _keeps_connection),
        requirement="A02.FR.08",
        shows=("TC_A_11_CS", "1"),
    ),
    Fault(
        "csr-for-the-old-key",
        "Asks for a new certificate for the key that it has.",
        _keeps_key,
        requirement="A02.FR.02",
        shows=("TC_A_11_CS", "1"),
    ),
    Fault(
        "old-certificate-for-the-old-key",
        "Asks for a new certificate for the key that it has, and shows the old one.",
        all_of(_keeps_key, _keeps_certificate),
        requirement="A02.FR.08",
        shows=("TC_A_11_CS", "1"),
    ),
    Fault(
        "renewed-certificate-shown-once",
        "Shows a new certificate once, and the old one from then on.",
        _falls_back,
        requirement="A02.FR.08, A02.FR.10",
        shows=("TC_A_11_CS", "post"),
    ),
    Fault(
        "refused-certificate-used",
        "Rejects a certificate, and shows it from then on.",
        _uses_what_it_refuses,
        requirement="A02.FR.06",
        shows=("TC_A_14_CS", "post"),
    ),
    Fault(
        "csr-repeated-for-ever",
        "Goes on asking for a certificate, however often it has asked already.",
        _renewal("CertSigningRepeatTimes", 5),
        requirement="A02.FR.19",
        shows=("TC_A_23_CS", "10"),
    ),
    Fault(
        "csr-repeated-too-early",
        "Repeats a CSR before its time.",
        _renewal("CertSigningWaitMinimum", 0.2),
        requirement="A02.FR.17, A02.FR.18",
        shows=("TC_A_23_CS", "5"),
    ),
    Fault(
        "csr-not-repeated",
        "Does not repeat a CSR.",
        _renewal("CertSigningWaitMinimum", 600),
        requirement="A02.FR.02, A02.FR.13",
        shows=("TC_A_23_CS", "6"),
    ),
    Fault(
        "csr-repeated-once",
        "Does not repeat a CSR a second time.",
        _renewal("CertSigningRepeatTimes", 0),
        requirement="A02.FR.02, A02.FR.13",
        shows=("TC_A_23_CS", "9"),
    ),
    Fault(
        "csr-wait-not-doubled",
        "Repeats a CSR each time after the same wait.",
        _no_doubling,
        requirement="A02.FR.17, A02.FR.18",
        shows=("TC_A_23_CS", "8"),
    ),
)
