"""What a CSMS does wrong with a new certificate or security profile of a station (block A)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from harness import clock
from harness.pki import keys as pki
from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    error,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.csms.words import never_sends
from harness.reference.rpc import Payload

# Signing


@replaces("authority.public_key")
def _another_key(_csms: Any, _original: Any, mark_triggered: MarkTriggered, _csr: Any) -> Any:
    mark_triggered()
    return ec.generate_private_key(ec.SECP256R1()).public_key()


def _valid(start: timedelta, end: timedelta) -> Alter:
    @replaces("authority.validity")
    def validity(
        _csms: Any, _original: Any, mark_triggered: MarkTriggered
    ) -> tuple[datetime, datetime]:
        mark_triggered()
        now = clock.now()
        return now + start, now + end

    return validity


@replaces("authority.issuer")
def _foreign_issuer(csms: Any, original: Any, mark_triggered: MarkTriggered) -> tuple[Any, Any]:
    certificate, _key = original()
    path = csms.authority.certificate_file.with_name("unknown_root")
    mark_triggered()
    foreign = load_pem_private_key(path.with_suffix(".key").read_bytes(), password=None)
    return certificate, foreign


def _subject(name: str, organization: str) -> Alter:
    @replaces("authority.subject")
    def subject(_csms: Any, _original: Any, mark_triggered: MarkTriggered, _csr: Any) -> x509.Name:
        mark_triggered()
        return pki.distinguished_name(name, organization)

    return subject


@replaces("authority.chain")
def _in_base64(_csms: Any, original: Any, mark_triggered: MarkTriggered, leaf: Any) -> str:
    mark_triggered()
    return "".join(line for line in original(leaf).splitlines() if "-----" not in line)


@replaces("requests.after_csr")
async def _never_signed(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, _station: Any
) -> None:
    mark_triggered()


@replaces("answers.answer")
async def _hangs_up_when_refused(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    if payload.get("type") == "InvalidChargingStationCertificate":
        mark_triggered()
        await station.connection.close()
    return await original(station, action, payload)


# Security profiles


@replaces("access.admitted")
def _never_settles(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, station: Any, profile: int
) -> None:
    if profile > station.security_profile:
        mark_triggered()


@replaces("access.profile_allowed")
def _never_upgrades(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, profile: int
) -> bool:
    if profile > station.security_profile:
        mark_triggered()
        return False
    return original(station, profile)


def _priority(change: Change) -> Alter:
    def changed(item: Payload) -> None:
        if item["variable"]["name"] == "NetworkConfigurationPriority":
            change(item)

    return request("SetVariables", inside("setVariableData", changed))


@replaces("access.certificate_valid")
def _first_certificate_only(
    csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, subject: Any
) -> bool:
    if any(action == "SignCertificate" for action, _ in csms.stations[identity].received):
        mark_triggered()
        return False
    return original(identity, subject)


@replaces("access.certificate_valid")
def _each_certificate_once(
    csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, subject: Any
) -> bool:
    renewed = any(action == "SignCertificate" for action, _ in csms.stations[identity].received)
    if not renewed or not original(identity, subject):
        return original(identity, subject)
    uses = csms.__dict__["uses"] = csms.__dict__.get("uses", 0) + 1
    if uses == 1:
        return True
    mark_triggered()
    return False


def _none_after_refusal(csms: Any, mark_triggered: MarkTriggered) -> None:
    sent, refused = csms.requests.send, set[str]()
    valid = csms.access.certificate_valid

    async def send(station: Any, action: str, payload: Payload) -> Payload:
        answer: Payload = await sent(station, action, payload)
        if action == "CertificateSigned" and answer["status"] != "Accepted":
            refused.add(station.identity)
        return answer

    def valid_still(identity: str, subject: Any) -> bool:
        if identity in refused:
            mark_triggered()
            return False
        return valid(identity, subject)

    csms.requests.send, csms.access.certificate_valid = send, valid_still


FAULTS: tuple[Fault, ...] = (
    Fault(
        "renewal-not-triggered",
        "Does not send TriggerMessage when told to.",
        never_sends("TriggerMessage"),
        requirement="F06.FR.01",
        shows=("TC_A_14_CSMS", "1"),
    ),
    Fault(
        "csr-not-signed",
        "Never sends the certificate for a CSR.",
        _never_signed,
        requirement="A02.FR.11",
        shows=("TC_A_14_CSMS", "5"),
    ),
    Fault(
        "signs-another-key",
        "Sends a certificate for a key that is not the station's.",
        _another_key,
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "signs-into-the-past",
        "Sends a certificate that has expired.",
        _valid(timedelta(days=-10), timedelta(days=-1)),
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "signs-into-the-future",
        "Sends a certificate that is valid from tomorrow on.",
        _valid(timedelta(days=1), timedelta(days=10)),
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "signs-with-another-key",
        "Sends a certificate that the root has not signed.",
        _foreign_issuer,
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "signs-another-name",
        "Sends the certificate of another station.",
        _subject("CS002", "Harness"),
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "signs-for-another-owner",
        "Sends a certificate of another owner.",
        _subject("CS001", "Somebody"),
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "certificate-not-in-pem",
        "Sends a certificate in Base64 without the frame of PEM.",
        _in_base64,
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "certificate-missing",
        "Sends a CertificateSigned without any.",
        request("CertificateSigned", without("certificateChain")),
        requirement="A02.FR.06, A00.FR.509, A00.FR.511",
        shows=("TC_A_11_CSMS", "1>RenewChargingStationCertificate 5"),
    ),
    Fault(
        "first-certificate-only",
        "Does not let a station in by the certificate that it was sent.",
        _first_certificate_only,
        requirement="A02.FR.08, A00.FR.407",
        shows=("TC_A_11_CSMS", "3"),
    ),
    Fault(
        "new-certificate-taken-once",
        "Lets a station in by its new certificate once, and never again.",
        _each_certificate_once,
        requirement="A02.FR.08, A00.FR.407",
        shows=("TC_A_11_CSMS", "post"),
    ),
    Fault(
        "no-certificate-after-a-refusal",
        "Takes the certificate of a station no more that has refused a new one.",
        _none_after_refusal,
        requirement="A02.FR.07",
        shows=("TC_A_14_CSMS", "post"),
    ),
    Fault(
        "hangs-up-when-certificate-refused",
        "Closes the connection when a station says that it has refused its new certificate.",
        _hangs_up_when_refused,
        requirement="A02.FR.07",
        shows=("TC_A_14_CSMS", "8"),
    ),
    Fault(
        "security-event-refused",
        "Answers SecurityEventNotification by a CALLERROR.",
        error("SecurityEventNotification", "NotSupported"),
        requirement="A02.FR.07",
        shows=("TC_A_14_CSMS", "8"),
    ),
    Fault(
        "upgrade-not-set",
        "Does not send SetNetworkProfile when told to.",
        never_sends("SetNetworkProfile"),
        requirement="B09.FR.01, B09.FR.05",
        shows=("TC_A_19_CSMS", "1"),
    ),
    Fault(
        "priority-without-the-slot",
        "Leaves the new slot out of the priority.",
        _priority(put(attributeValue="1")),
        requirement="A05.FR.04, B10.FR.01",
        shows=("TC_A_19_CSMS", "3"),
    ),
    Fault(
        "no-reboot-for-the-upgrade",
        "Does not send Reset when told to.",
        never_sends("Reset"),
        requirement="A05.FR.05",
        shows=("TC_A_19_CSMS", "5"),
    ),
    Fault(
        "never-upgrades",
        "Does not let a station in by the higher security profile.",
        _never_upgrades,
        requirement="A05.FR.05",
        shows=("TC_A_19_CSMS", "8"),
    ),
    Fault(
        "lower-profile-taken-too",
        "Goes on to let a station in by the lower security profile.",
        _never_settles,
        requirement="A05.FR.07",
        shows=("TC_A_19_CSMS", "11"),
    ),
)
