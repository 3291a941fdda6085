"""What a CSMS does wrong with a new certificate or security profile of a station (block A)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from harness.pki import keys as pki
from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    drop,
    error,
    inside,
    put,
    replaces,
    request,
    response,
    without,
)
from harness.reference.faults.csms.words import fault, in_a, leaving, never_sends, sends_twice
from harness.reference.rpc import Payload

RENEWAL = "RenewChargingStationCertificate"


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
        now = datetime.now(UTC)
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


def _next_profile(step: int) -> Change:
    def change(data: Payload) -> None:
        data["securityProfile"] += step

    return change


def _milliseconds(data: Payload) -> None:
    data["messageTimeout"] *= 1000


def _priority(change: Change) -> Alter:
    def changed(item: Payload) -> None:
        if item["variable"]["name"] == "NetworkConfigurationPriority":
            change(item)

    return request("SetVariables", inside("setVariableData", changed))


def _connection(change: Change) -> Alter:
    return request("SetNetworkProfile", inside("connectionData", change))


@replaces("access.certificate_valid")
def _first_certificate_only(
    csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, subject: Any
) -> bool:
    if any(action == "SignCertificate" for action, _ in csms.stations[identity].received):
        mark_triggered()
        return False
    return original(identity, subject)


FAULTS: tuple[Fault, ...] = (
    fault(
        "renewal-not-triggered",
        "Does not send TriggerMessage when told to.",
        never_sends("TriggerMessage"),
        in_a("1", "14") | in_a(f"1>{RENEWAL} 1", "11"),
    ),
    fault(
        "another-renewal-triggered",
        "Triggers the renewal of the certificate for ISO 15118.",
        request("TriggerMessage", put(requestedMessage="SignV2GCertificate")),
        in_a("1", "14") | in_a(f"1>{RENEWAL} 1", "11"),
    ),
    fault(
        "csr-rejected",
        "Rejects every CSR.",
        response("SignCertificate", put(status="Rejected")),
        in_a("4", "14") | in_a(f"1>{RENEWAL} 4", "11"),
    ),
    fault(
        "csr-unanswered",
        "Does not answer SignCertificate.",
        drop("SignCertificate"),
        in_a("4", "14") | in_a(f"1>{RENEWAL} 4", "11"),
    ),
    fault(
        "csr-not-signed",
        "Never sends the certificate for a CSR.",
        _never_signed,
        in_a("5", "14") | in_a(f"1>{RENEWAL} 5", "11"),
    ),
    fault(
        "signs-another-key",
        "Sends a certificate for a key that is not the station's.",
        _another_key,
        in_a(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-into-the-past",
        "Sends a certificate that has expired.",
        _valid(timedelta(days=-10), timedelta(days=-1)),
        in_a(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-into-the-future",
        "Sends a certificate that is valid from tomorrow on.",
        _valid(timedelta(days=1), timedelta(days=10)),
        in_a(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-with-another-key",
        "Sends a certificate that the root has not signed.",
        _foreign_issuer,
        in_a(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-another-name",
        "Sends the certificate of another station.",
        _subject("CS002", "Harness"),
        in_a(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-for-another-owner",
        "Sends a certificate of another owner.",
        _subject("CS001", "Somebody"),
        in_a(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "certificate-not-in-pem",
        "Sends a certificate in Base64 without the frame of PEM.",
        _in_base64,
        in_a(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "certificate-of-another-type",
        "Sends the certificate as one for ISO 15118.",
        request("CertificateSigned", put(certificateType="V2GCertificate")),
        in_a("5", "14") | in_a(f"1>{RENEWAL} 5", "11"),
    ),
    fault(
        "certificate-missing",
        "Sends a CertificateSigned without any.",
        request("CertificateSigned", without("certificateChain")),
        in_a(f"1>{RENEWAL} 5", "11") | in_a("payloads_follow_schema", "14"),
    ),
    fault(
        "certificate-sent-twice",
        "Sends a certificate again that the station has accepted.",
        sends_twice("CertificateSigned"),
        in_a("no_identical_request_is_repeated", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "first-certificate-only",
        "Does not let a station in by the certificate that it was sent.",
        _first_certificate_only,
        in_a("3", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "hangs-up-when-certificate-refused",
        "Closes the connection when a station says that it has refused its new certificate.",
        _hangs_up_when_refused,
        in_a("8", "14"),
        leaves=leaving("11"),
    ),
    fault(
        "security-event-refused",
        "Answers SecurityEventNotification by a CALLERROR.",
        error("SecurityEventNotification", "NotSupported"),
        in_a("8", "14"),
        leaves=leaving("11"),
    ),
    fault(
        "upgrade-not-set",
        "Does not send SetNetworkProfile when told to.",
        never_sends("SetNetworkProfile"),
        in_a("1", "19"),
    ),
    fault(
        "upgrade-to-the-same",
        "Sets the security profile that the station has.",
        _connection(_next_profile(-1)),
        in_a("1", "19"),
    ),
    fault(
        "upgrade-in-milliseconds",
        "Writes the message timeout in milliseconds.",
        _connection(_milliseconds),
        in_a("1", "19"),
    ),
    fault(
        "upgrade-by-another-interface",
        "Sets another network interface.",
        _connection(put(ocppInterface="Wireless0")),
        in_a("1", "19"),
    ),
    fault(
        "upgrade-to-another-version",
        "Sets OCPP 1.6 in a network profile.",
        _connection(put(ocppVersion="OCPP16")),
        in_a("1", "19"),
    ),
    fault(
        "upgrade-to-another-transport",
        "Sets SOAP in a network profile.",
        _connection(put(ocppTransport="SOAP")),
        in_a("1", "19"),
    ),
    fault(
        "priority-without-the-slot",
        "Leaves the new slot out of the priority.",
        _priority(put(attributeValue="1")),
        in_a("3", "19"),
    ),
    fault(
        "priority-of-another-component",
        "Sets the priority of another component.",
        _priority(put(component={"name": "SecurityCtrlr"})),
        in_a("3", "19"),
    ),
    fault(
        "no-reboot-for-the-upgrade",
        "Does not send Reset when told to.",
        never_sends("Reset"),
        in_a("5", "19"),
    ),
    fault(
        "never-upgrades",
        "Does not let a station in by the higher security profile.",
        _never_upgrades,
        in_a("8", "19"),
        leaves=leaving("01", "07"),
    ),
    fault(
        "lower-profile-taken-too",
        "Goes on to let a station in by the lower security profile.",
        _never_settles,
        in_a("11", "19"),
        leaves=leaving("01", "07"),
    ),
)
