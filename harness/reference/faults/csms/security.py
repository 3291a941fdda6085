"""What a CSMS does wrong with credentials, TLS, certificates and security profiles (block A)."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from harness import pki
from harness.pki import Flaw, KeyPair
from harness.reference.csms.access import CIPHERS, basic_credentials
from harness.reference.faults.base import (
    Alter,
    Bite,
    Change,
    Fault,
    all_of,
    drop,
    error,
    inside,
    put,
    replaces,
    request,
    response,
    without,
)
from harness.reference.faults.csms.words import QUIET, fault, never_sends, sends_twice
from harness.reference.rpc import Payload

RENEWAL = "RenewChargingStationCertificate"


def at(step: str, *numbers: str) -> dict[str, str]:
    """The CSMS cases of block A with these numbers, all red at that step."""
    return {f"TC_A_{number}_CSMS": step for number in numbers}


def leaving(*numbers: str) -> tuple[str, ...]:
    """The quiet case, and these of block A."""
    return (QUIET, *(f"TC_A_{number}_CSMS" for number in numbers))


# Passwords


@replaces("access.password_valid")
def _any_password(_csms: Any, original: Any, bite: Bite, identity: str, headers: Any) -> bool:
    given = basic_credentials(headers)
    if not original(identity, headers):
        bite()
    return given is not None and given[0] == identity


@replaces("access.password_valid")
def _any_user(csms: Any, original: Any, bite: Bite, identity: str, headers: Any) -> bool:
    given = basic_credentials(headers)
    if not original(identity, headers):
        bite()
    return given is not None and csms.access.credentials.match(identity, given[1])


@replaces("access.password_valid")
def _no_password(_csms: Any, _original: Any, bite: Bite, *_: Any) -> bool:
    bite()
    return False


@replaces("requests.learn_password")
def _keeps_password(_csms: Any, _original: Any, bite: Bite, *_: Any) -> None:
    bite()


@replaces("requests.learn_password")
def _takes_refused_password(
    csms: Any, _original: Any, bite: Bite, station: Any, password: str, status: str
) -> None:
    if status != "Accepted":
        bite()
    csms.access.credentials.set(station.identity, password)


def _takes_both(when: str) -> Alter:
    """After an answer of this status, the password that was set is taken, and the former too."""

    def alter(csms: Any, bite: Bite) -> None:
        set_passwords: list[str] = []

        def learn(_station: Any, password: str, status: str) -> None:
            if status == when:
                set_passwords.append(password)

        def valid(identity: str, headers: Any) -> bool:
            given = basic_credentials(headers)
            if given is not None and given[1] in set_passwords:
                bite()
                return given[0] == identity
            return original(identity, headers)

        original = csms.access.password_valid
        csms.requests.learn_password, csms.access.password_valid = learn, valid

    return alter


def _password(change: Change) -> Alter:
    return request(
        "SetVariables",
        inside("setVariableData", lambda item: change(item) if _is_password(item) else None),
    )


def _is_password(item: Payload) -> bool:
    return item["variable"]["name"] == "BasicAuthPassword"


# TLS


def _context(change: Callable[[ssl.SSLContext, KeyPair], None]) -> Alter:
    """The TLS of every endpoint, changed; the change is given the CSO's root."""

    @replaces("access.context")
    def context(csms: Any, original: Any, bite: Bite, files: Any) -> ssl.SSLContext:
        made: ssl.SSLContext = original(files)
        change(made, KeyPair(*csms.config.authority))
        bite()
        return made

    return context


def _down_to(version: ssl.TLSVersion) -> Alter:
    def change(context: ssl.SSLContext, _root: KeyPair) -> None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = version

    return _context(change)


def _only_old(context: ssl.SSLContext, _root: KeyPair) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1


def _only_new(context: ssl.SSLContext, _root: KeyPair) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3


def _without_suite(name: str) -> Alter:
    ciphers = ":".join(each for each in CIPHERS.split(":") if each != name)
    return _context(lambda context, _root: context.set_ciphers(ciphers))


@replaces("access.context")
def _one_certificate(_csms: Any, original: Any, bite: Bite, files: Any) -> ssl.SSLContext:
    bite()
    return original(replace(files, pairs=files.pairs[:1]))


def _weak_key(context: ssl.SSLContext, root: KeyPair) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    context.set_ciphers(f"{CIPHERS}:@SECLEVEL=0")
    _show(context, pki.issue_server(_folder(root), "weak", root, _HOSTS, "CSO", key=key))


def _expired(context: ssl.SSLContext, root: KeyPair) -> None:
    _show(context, pki.issue_server(_folder(root), "old", root, _HOSTS, "CSO", Flaw.EXPIRED))


def _nameless(context: ssl.SSLContext, root: KeyPair) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    start, end = pki.validity(None)
    subject = pki.distinguished_name("the CSMS of the operator", "CSO")
    names = x509.SubjectAlternativeName([pki.alternative_name(host) for host in _HOSTS])
    builder = pki.leaf_builder(subject, key.public_key(), start, end, rsa_key=False)
    signed = pki.issue(
        builder.add_extension(names, critical=False), root.parsed.subject, pki.private_key(root)
    )
    _show(context, pki.store(_folder(root), "nameless", signed, key))


_HOSTS = ("localhost", "127.0.0.1")


def _folder(root: KeyPair) -> Any:
    return root.certificate.parent / "faults"


def _show(context: ssl.SSLContext, pair: KeyPair) -> None:
    context.load_cert_chain(pair.certificate, pair.key)


# Client certificates


@replaces("access.certificate_valid")
def _any_name(_csms: Any, original: Any, bite: Bite, identity: str, subject: Any) -> bool:
    if not original(identity, subject):
        bite()
    return True


@replaces("answers.serial_number_matches")
def _any_serial(_csms: Any, _original: Any, bite: Bite, *_: Any) -> bool:
    bite()
    return True


@replaces("access.certificate_valid")
def _no_certificate(_csms: Any, _original: Any, bite: Bite, *_: Any) -> bool:
    bite()
    return False


#: X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which Python has no name.
_NO_CHECK_TIME = 0x200000


def _timeless(context: ssl.SSLContext, _root: KeyPair) -> None:
    context.verify_flags |= _NO_CHECK_TIME


def _trusting(context: ssl.SSLContext, root: KeyPair) -> None:
    if context.verify_mode is not ssl.CERT_NONE:
        context.load_verify_locations(root.certificate.with_name("unknown_root.pem"))


@replaces("access.certificate_valid")
def _first_certificate_only(
    csms: Any, original: Any, bite: Bite, identity: str, subject: Any
) -> bool:
    if any(action == "SignCertificate" for action, _ in csms.stations[identity].received):
        bite()
        return False
    return original(identity, subject)


# Signing


@replaces("authority.public_key")
def _another_key(_csms: Any, _original: Any, bite: Bite, _csr: Any) -> Any:
    bite()
    return ec.generate_private_key(ec.SECP256R1()).public_key()


def _valid(start: timedelta, end: timedelta) -> Alter:
    @replaces("authority.validity")
    def validity(_csms: Any, _original: Any, bite: Bite) -> tuple[datetime, datetime]:
        bite()
        now = datetime.now(UTC)
        return now + start, now + end

    return validity


@replaces("authority.issuer")
def _foreign_issuer(csms: Any, original: Any, bite: Bite) -> tuple[Any, Any]:
    certificate, _key = original()
    path = csms.authority.certificate_file.with_name("unknown_root")
    bite()
    foreign = load_pem_private_key(path.with_suffix(".key").read_bytes(), password=None)
    return certificate, foreign


def _subject(name: str, organization: str) -> Alter:
    @replaces("authority.subject")
    def subject(_csms: Any, _original: Any, bite: Bite, _csr: Any) -> x509.Name:
        bite()
        return pki.distinguished_name(name, organization)

    return subject


@replaces("authority.chain")
def _in_base64(_csms: Any, original: Any, bite: Bite, leaf: Any) -> str:
    bite()
    return "".join(line for line in original(leaf).splitlines() if "-----" not in line)


@replaces("requests.after_csr")
async def _never_signed(_csms: Any, _original: Any, bite: Bite, _station: Any) -> None:
    bite()


@replaces("answers.answer")
async def _hangs_up_when_refused(
    _csms: Any, original: Any, bite: Bite, station: Any, action: str, payload: Payload
) -> Payload:
    if payload.get("type") == "InvalidChargingStationCertificate":
        bite()
        await station.connection.close()
    return await original(station, action, payload)


# Security profiles


@replaces("access.admitted")
def _never_settles(_csms: Any, _original: Any, bite: Bite, station: Any, profile: int) -> None:
    if profile > station.security_profile:
        bite()


@replaces("access.profile_allowed")
def _never_upgrades(_csms: Any, original: Any, bite: Bite, station: Any, profile: int) -> bool:
    if profile > station.security_profile:
        bite()
        return False
    return original(station, profile)


@replaces("access.decide")
async def _never_answers(
    _csms: Any, original: Any, bite: Bite, connection: Any, asked: Any, where: Any
) -> Any:
    found = original(connection, asked, where)
    if found is not None:
        bite()
        await connection.wait_closed()
    return found


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


_TLS_CASES: Mapping[str, str] = at("3", "04", "07")

FAULTS: tuple[Fault, ...] = (
    fault(
        "any-password",
        "Lets a station in with any password.",
        _any_password,
        at("2", "03") | at("post", "09", "10"),
        leaves=leaving("01", "02"),
    ),
    fault(
        "any-user",
        "Lets a station in by its password, whatever user it names.",
        _any_user,
        at("2", "02"),
        leaves=leaving("01", "03"),
    ),
    fault(
        "no-password-is-right",
        "Takes no password.",
        _no_password,
        at("2", "01"),
        leaves=("TC_A_07_CSMS",),
    ),
    fault(
        "wrong-password-unanswered",
        "Leaves a station with a wrong password without an answer.",
        _never_answers,
        at("2", "02", "03"),
        leaves=leaving("01"),
    ),
    fault(
        "boots-rejected",
        "Rejects every station that boots.",
        response("BootNotification", put(status="Rejected")),
        at("4", "01") | at("8", "04", "07"),
        leaves=("TC_A_02_CSMS",),
    ),
    fault(
        "connectors-unanswered",
        "Does not answer StatusNotification.",
        drop("StatusNotification"),
        at("6", "01") | at("10", "04", "07"),
        leaves=("TC_A_02_CSMS",),
    ),
    # TLS
    fault(
        "tls-1.1",
        "Takes TLS 1.1.",
        _down_to(ssl.TLSVersion.TLSv1_1),
        at("2", "06"),
        leaves=leaving("04", "07"),
    ),
    fault(
        "tls-1.0",
        "Takes TLS 1.0 too.",
        _down_to(ssl.TLSVersion.TLSv1),
        at("2", "06"),
        leaves=leaving("04", "07"),
    ),
    fault(
        "tls-1.1-at-most",
        "Knows no TLS above 1.1.",
        _context(_only_old),
        _TLS_CASES,
        leaves=(),
    ),
    fault(
        "tls-1.3-alone",
        "Takes no TLS below 1.3, and so none of the required suites.",
        _context(_only_new),
        _TLS_CASES,
        leaves=leaving("06"),
    ),
    *(
        fault(
            f"without-{name}",
            f"Does not take the cipher suite {name}.",
            _without_suite(name),
            _TLS_CASES,
            leaves=leaving("06"),
        )
        for name in (
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "AES128-GCM-SHA256",
            "AES256-GCM-SHA384",
        )
    ),
    fault(
        "without-rsa-certificate",
        "Has a certificate with an EC key alone.",
        _one_certificate,
        _TLS_CASES,
        leaves=leaving("06"),
    ),
    fault(
        "weak-certificate",
        "Has a certificate with a key of 1024 bits.",
        _context(_weak_key),
        at("3", "04"),
        leaves=leaving("06"),
    ),
    fault(
        "certificate-without-host",
        "Has a certificate whose common name is not the host's.",
        _context(_nameless),
        at("3", "04"),
        leaves=leaving("06", "07"),
    ),
    fault(
        "expired-certificate",
        "Shows a certificate that has expired.",
        _context(_expired),
        at("6", "04", "07"),
        leaves=(),
    ),
    # Client certificates
    fault(
        "any-certificate-name",
        "Lets a station in with the certificate of another one.",
        all_of(_any_name, _any_serial),
        at("4", "08"),
        leaves=leaving("07"),
    ),
    fault(
        "certificate-name-of-no-boot",
        "Waits with the name in the certificate for a boot that it does not look at.",
        _any_serial,
        at("4", "08"),
        leaves=leaving("07"),
        personality="serial-number-at-boot",
    ),
    fault(
        "expired-client-certificate",
        "Lets a station in with an expired certificate.",
        _context(_timeless),
        at("4", "08"),
        leaves=leaving("07"),
    ),
    fault(
        "foreign-client-certificate",
        "Lets a station in with a certificate of anybody's.",
        _context(_trusting),
        at("4", "08"),
        leaves=leaving("07"),
    ),
    fault(
        "no-certificate-is-right",
        "Takes no client certificate.",
        _no_certificate,
        at("6", "07"),
        leaves=leaving("01"),
    ),
    # Passwords that change
    fault(
        "password-not-set",
        "Does not send SetVariables when told to.",
        never_sends("SetVariables"),
        at("1", "09", "10") | at("3", "19"),
    ),
    fault(
        "password-of-another-component",
        "Sets the password of another component.",
        _password(put(component={"name": "SecurityCtrl"})),
        at("1", "09", "10"),
    ),
    fault(
        "password-of-an-evse",
        "Sets the password of an EVSE.",
        _password(put(component={"name": "SecurityCtrlr", "evse": {"id": 1}})),
        at("1", "09", "10"),
    ),
    fault(
        "password-as-another-variable",
        "Sets a variable of another name.",
        _password(put(variable={"name": "AuthorizationKey"})),
        at("1", "09", "10"),
    ),
    fault(
        "password-as-target",
        "Sets the target of the password.",
        _password(put(attributeType="Target")),
        at("1", "09", "10"),
    ),
    fault(
        "short-password",
        "Sets a password of 15 characters.",
        _password(lambda item: item.update(attributeValue=item["attributeValue"][:15])),
        at("1", "09", "10"),
    ),
    fault(
        "password-with-spaces",
        "Sets a password with characters that none may have.",
        _password(lambda item: item.update(attributeValue=f"{item['attributeValue']} §")),
        at("1", "09", "10"),
    ),
    fault(
        "keeps-the-former-password",
        "Goes on with the password of before.",
        _keeps_password,
        at("4", "09"),
        leaves=leaving("10"),
    ),
    fault(
        "takes-both-passwords",
        "Takes the former password too.",
        _takes_both("Accepted"),
        at("post", "09"),
        leaves=leaving("10"),
    ),
    fault(
        "takes-a-refused-password",
        "Goes on with a password that the station has refused.",
        _takes_refused_password,
        at("4", "10"),
        leaves=leaving("09"),
    ),
    fault(
        "takes-a-refused-password-too",
        "Takes a password that the station has refused beside its own.",
        _takes_both("Rejected"),
        at("post", "10"),
        leaves=leaving("01", "03"),
    ),
    # Certificates that change
    fault(
        "renewal-not-triggered",
        "Does not send TriggerMessage when told to.",
        never_sends("TriggerMessage"),
        at("1", "14") | at(f"1>{RENEWAL} 1", "11"),
    ),
    fault(
        "another-renewal-triggered",
        "Triggers the renewal of the certificate for ISO 15118.",
        request("TriggerMessage", put(requestedMessage="SignV2GCertificate")),
        at("1", "14") | at(f"1>{RENEWAL} 1", "11"),
    ),
    fault(
        "csr-rejected",
        "Rejects every CSR.",
        response("SignCertificate", put(status="Rejected")),
        at("4", "14") | at(f"1>{RENEWAL} 4", "11"),
    ),
    fault(
        "csr-unanswered",
        "Does not answer SignCertificate.",
        drop("SignCertificate"),
        at("4", "14") | at(f"1>{RENEWAL} 4", "11"),
    ),
    fault(
        "csr-not-signed",
        "Never sends the certificate for a CSR.",
        _never_signed,
        at("5", "14") | at(f"1>{RENEWAL} 5", "11"),
    ),
    fault(
        "signs-another-key",
        "Sends a certificate for a key that is not the station's.",
        _another_key,
        at(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-into-the-past",
        "Sends a certificate that has expired.",
        _valid(timedelta(days=-10), timedelta(days=-1)),
        at(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-into-the-future",
        "Sends a certificate that is valid from tomorrow on.",
        _valid(timedelta(days=1), timedelta(days=10)),
        at(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-with-another-key",
        "Sends a certificate that the root has not signed.",
        _foreign_issuer,
        at(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-another-name",
        "Sends the certificate of another station.",
        _subject("CS002", "Harness"),
        at(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "signs-for-another-owner",
        "Sends a certificate of another owner.",
        _subject("CS001", "Somebody"),
        at(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "certificate-not-in-pem",
        "Sends a certificate in Base64 without the frame of PEM.",
        _in_base64,
        at(f"1>{RENEWAL} 5", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "certificate-of-another-type",
        "Sends the certificate as one for ISO 15118.",
        request("CertificateSigned", put(certificateType="V2GCertificate")),
        at("5", "14") | at(f"1>{RENEWAL} 5", "11"),
    ),
    fault(
        "certificate-missing",
        "Sends a CertificateSigned without any.",
        request("CertificateSigned", without("certificateChain")),
        at(f"1>{RENEWAL} 5", "11") | at("payloads_follow_schema", "14"),
    ),
    fault(
        "certificate-sent-twice",
        "Sends a certificate again that the station has accepted.",
        sends_twice("CertificateSigned"),
        at("nothing_is_ordered_twice", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "first-certificate-only",
        "Does not let a station in by the certificate that it was sent.",
        _first_certificate_only,
        at("3", "11"),
        leaves=leaving("14"),
    ),
    fault(
        "hangs-up-when-certificate-refused",
        "Closes the connection when a station says that it has refused its new certificate.",
        _hangs_up_when_refused,
        at("8", "14"),
        leaves=leaving("11"),
    ),
    fault(
        "security-event-refused",
        "Answers SecurityEventNotification by a CALLERROR.",
        error("SecurityEventNotification", "NotSupported"),
        at("8", "14"),
        leaves=leaving("11"),
    ),
    # Security profiles
    fault(
        "upgrade-not-set",
        "Does not send SetNetworkProfile when told to.",
        never_sends("SetNetworkProfile"),
        at("1", "19"),
    ),
    fault(
        "upgrade-to-the-same",
        "Sets the security profile that the station has.",
        _connection(_next_profile(-1)),
        at("1", "19"),
    ),
    fault(
        "upgrade-in-milliseconds",
        "Writes the message timeout in milliseconds.",
        _connection(_milliseconds),
        at("1", "19"),
    ),
    fault(
        "upgrade-by-another-interface",
        "Sets another network interface.",
        _connection(put(ocppInterface="Wireless0")),
        at("1", "19"),
    ),
    fault(
        "upgrade-to-another-version",
        "Sets OCPP 1.6 in a network profile.",
        _connection(put(ocppVersion="OCPP16")),
        at("1", "19"),
    ),
    fault(
        "upgrade-to-another-transport",
        "Sets SOAP in a network profile.",
        _connection(put(ocppTransport="SOAP")),
        at("1", "19"),
    ),
    fault(
        "priority-without-the-slot",
        "Leaves the new slot out of the priority.",
        _priority(put(attributeValue="1")),
        at("3", "19"),
    ),
    fault(
        "priority-of-another-component",
        "Sets the priority of another component.",
        _priority(put(component={"name": "SecurityCtrlr"})),
        at("3", "19"),
    ),
    fault(
        "no-reboot-for-the-upgrade",
        "Does not send Reset when told to.",
        never_sends("Reset"),
        at("5", "19"),
    ),
    fault(
        "never-upgrades",
        "Does not let a station in by the higher security profile.",
        _never_upgrades,
        at("8", "19"),
        leaves=leaving("01", "07"),
    ),
    fault(
        "lower-profile-taken-too",
        "Goes on to let a station in by the lower security profile.",
        _never_settles,
        at("11", "19"),
        leaves=leaving("01", "07"),
    ),
)
