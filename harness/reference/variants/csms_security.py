"""Conforming ways of a CSMS with credentials, TLS and certificates (block A)."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from harness import clock
from harness.reference.csms import Csms, Listener, TlsFiles
from harness.reference.csms.access import refusal
from harness.reference.csms.stations import BootPlan, Station
from harness.reference.rpc import CALL, Payload
from harness.reference.variants.wire import edited


def one_endpoint_for_tls(csms: Csms) -> None:
    """Security profiles 2 and 3 share a port: a client may show a certificate."""
    kept = [each for each in csms.listeners if not {2, 3} & set(each.profiles)]
    [files] = [each.tls for each in csms.listeners if 3 in each.profiles and each.tls is not None]
    shared = Listener((2, 3), replace(files, client_optional=True))
    csms.listeners[:] = [shared, *kept]


def tls_1_2_alone(csms: Csms) -> None:
    """No TLS 1.3."""
    original = csms.access.context

    def context(files: TlsFiles) -> ssl.SSLContext:
        made = original(files)
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        return made

    csms.access.context = context


def prefers_rsa(csms: Csms) -> None:
    """In TLS 1.2, the suites without forward secrecy come first."""
    tls_1_2_alone(csms)
    original = csms.access.context

    def context(files: TlsFiles) -> ssl.SSLContext:
        made = original(files)
        made.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
        made.set_ciphers(
            "AES128-GCM-SHA256:AES256-GCM-SHA384:"
            "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
        )
        return made

    csms.access.context = context


def closes_when_refused(csms: Csms) -> None:
    """Who is not let in gets no answer at all: the connection is closed."""
    original = csms.access.decide

    def decide(connection: Any, request: Any, listener: Listener) -> Any:
        found = original(connection, request, listener)
        if found is not None:
            connection.transport.close()
        return found

    csms.access.decide = decide


def forbids(csms: Csms) -> None:
    """Who is not let in gets HTTP 403 in place of 401."""
    original = csms.access.decide

    def decide(connection: Any, request: Any, listener: Listener) -> Any:
        found = original(connection, request, listener)
        unauthorized = found is not None and found.status_code == HTTPStatus.UNAUTHORIZED
        return refusal(HTTPStatus.FORBIDDEN) if unauthorized else found

    csms.access.decide = decide


def signs_by_sub_ca(csms: Csms) -> None:
    """The root signs a sub CA, which signs the stations' certificates and is sent with them."""
    authority = csms.authority
    if authority is None:
        return
    root, root_key = authority.issuer()
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CSO Sub CA 1")]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(root.not_valid_before_utc)
        .not_valid_after(root.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    alone = authority.chain
    authority.issuer = lambda: (certificate, key)
    pem = certificate.public_bytes(Encoding.PEM).decode("ascii")
    authority.chain = lambda leaf: alone(leaf) + pem


def chain_backwards(csms: Csms) -> None:
    """The root and a sub CA are sent before the station's certificate."""
    signs_by_sub_ca(csms)
    authority = csms.authority
    if authority is None:
        return
    forwards = authority.chain
    root = authority.certificate_file.read_text("ascii")

    def chain(leaf: x509.Certificate) -> str:
        own, sub = forwards(leaf).split("-----END CERTIFICATE-----\n")[:2]
        end = "-----END CERTIFICATE-----\n"
        return root + sub + end + own + end

    authority.chain = chain


def _no_type(payload: Payload) -> None:
    payload.pop("certificateType", None)


#: The type of a signed certificate is not said.
no_certificate_type = edited(CALL, "CertificateSigned", _no_type)


def signs_later(csms: Csms) -> None:
    """A certificate comes some time after the CSR was accepted."""
    original = csms.requests.after_csr

    async def after_csr(station: Station) -> None:
        await clock.sleep(10)
        await original(station)

    csms.requests.after_csr = after_csr


def _is_password(item: Payload) -> bool:
    return item["variable"]["name"].lower() == "basicauthpassword"


def _each_request(csms: Csms, change: Callable[[list[Payload]], None]) -> None:
    """Changes the payload of requests before they are sent, so that the CSMS knows of it."""
    original = csms.requests.ask

    async def ask(station: Station, action: str, payload: Payload) -> Payload:
        changed = deepcopy(payload)
        if action == "SetVariables" and any(map(_is_password, changed["setVariableData"])):
            change(changed["setVariableData"])
        return await original(station, action, changed)

    csms.requests.ask = ask


def password_of_its_own(csms: Csms) -> None:
    """Whatever password an operator wants, the CSMS makes one."""

    def change(items: list[Payload]) -> None:
        for item in filter(_is_password, items):
            item["attributeValue"] = f"own-{secrets.token_hex(16)}"

    _each_request(csms, change)


def password_with_blank(csms: Csms) -> None:
    """Whatever password an operator wants, the CSMS puts a blank and more before it."""

    def change(items: list[Payload]) -> None:
        for item in filter(_is_password, items):
            item["attributeValue"] = f" §{item['attributeValue']}"

    _each_request(csms, change)


def password_among_others(csms: Csms) -> None:
    """Before the password, another variable is set in the same message."""

    def change(items: list[Payload]) -> None:
        items.insert(0, csms.requests.own_settings()["setVariableData"][0])

    _each_request(csms, change)


def slow_to_take_over(csms: Csms) -> None:
    """What a station has answered is taken over a moment later."""
    original = csms.requests.learn_settings

    def learn(station: Station, payload: Payload, answer: Payload) -> None:
        asyncio.get_running_loop().call_later(3, original, station, payload, answer)

    csms.requests.learn_settings = learn


def restricts_after_refusal(csms: Csms) -> None:
    """After a station has refused a password, its next boot is answered Pending."""
    original = csms.requests.learn_password

    def learn(station: Station, password: str, status: str) -> None:
        original(station, password, status)
        if status != "Accepted":
            station.boot_plans.append(BootPlan("Pending"))

    csms.requests.learn_password = learn


def serial_number_within(csms: Csms) -> None:
    """The common name may hold more than the serial number (A00.FR.405)."""
    original = csms.access.certificate_valid

    def valid(identity: str, subject: dict[str, str]) -> bool:
        serial = csms.access.serial(identity)
        exact = {"commonName": serial} if serial in subject.get("commonName", "") else {}
        return original(identity, subject | exact)

    def matches(station: Station, payload: Payload) -> bool:
        serial = payload["chargingStation"].get("serialNumber", "")
        return not station.certificate_name or serial in station.certificate_name

    csms.access.certificate_valid = valid
    csms.answers.serial_number_matches = matches


def serial_number_required(csms: Csms) -> None:
    """A boot without the serial number is another station's in security profile 3."""

    def matches(station: Station, payload: Payload) -> bool:
        serial = payload["chargingStation"].get("serialNumber")
        return not station.certificate_name or serial == station.certificate_name

    csms.answers.serial_number_matches = matches
