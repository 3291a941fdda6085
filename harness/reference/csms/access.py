"""Who may connect: identity in the URL, Basic authentication, client certificates, TLS."""

from __future__ import annotations

import base64
import binascii
import ssl
from http import HTTPStatus
from urllib.parse import unquote

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from harness.reference.csms.config import CsmsConfig, Listener, TlsFiles
from harness.reference.csms.stations import Credentials, Station

#: Part 2, A00.FR.421 (TLS 1.2; OpenSSL adds the suites of TLS 1.3 by itself).
CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
    "AES128-GCM-SHA256:AES256-GCM-SHA384"
)


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS of the endpoint; with a ``client_ca`` every client must show a certificate (A00.FR.403).

    Raises:
        OSError: a file is missing or is no certificate or key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION
    context.set_ciphers(CIPHERS)
    for certificate, key in files.pairs:
        context.load_cert_chain(certificate, key)
    if files.client_ca is not None:
        context.verify_mode = ssl.CERT_OPTIONAL if files.client_optional else ssl.CERT_REQUIRED
        context.load_verify_locations(files.client_ca)
    return context


class Access:
    """Decides on connection requests before they become WebSocket connections."""

    def __init__(self, config: CsmsConfig, stations: dict[str, Station]) -> None:
        self._config = config
        self._stations = stations
        self.credentials = Credentials(config.stations)
        self.serial_numbers = dict(config.serial_numbers)

    def context(self, files: TlsFiles) -> ssl.SSLContext:
        """TLS of an endpoint."""
        return server_context(files)

    def decide(
        self, connection: ServerConnection, request: Request, listener: Listener
    ) -> Response | None:
        """None to go on, or the HTTP response that ends the request (Part 4, 3.2)."""
        identity = self.identity(request.path)
        station = self._stations.get(identity)
        if station is None:
            return refusal(HTTPStatus.NOT_FOUND)
        subject = peer_subject(connection)
        profile = attempted(listener, subject)
        if not self.profile_allowed(station, profile):
            return refusal(HTTPStatus.FORBIDDEN)
        if profile in (1, 2) and not self.password_valid(identity, request.headers):
            response = refusal(HTTPStatus.UNAUTHORIZED)
            response.headers["WWW-Authenticate"] = 'Basic realm="OCPP"'
            return response
        station.certificate_name = subject.get("commonName", "") if profile == 3 else ""
        if profile == 3 and not self.certificate_valid(identity, subject):
            return refusal(HTTPStatus.FORBIDDEN)
        self.admitted(station, profile)
        return None

    def profile_allowed(self, station: Station, profile: int) -> bool:
        """Whether the station has to use this security profile, or may move up to it (A00.FR.002,
        A05.FR.07).
        """
        return profile in (station.security_profile, station.upgrade)

    def admitted(self, station: Station, profile: int) -> None:
        """A station that has moved up to a security profile stays there (A05.FR.07)."""
        if profile > station.security_profile:
            station.security_profile, station.upgrade = profile, None

    def identity(self, path: str) -> str:
        """The station's identity from the connection URL, "" if it has none (Part 4, 3.1)."""
        prefix, _, last = path.partition("?")[0].rpartition("/")
        return unquote(last) if prefix == self._config.path else ""

    def password_valid(self, identity: str, headers: Headers) -> bool:
        """Whether user name and password are this station's (A00.FR.204, A00.FR.207)."""
        given = basic_credentials(headers)
        if given is None:
            return False
        user, password = given
        return user == identity and self.credentials.match(identity, password)

    def certificate_valid(self, identity: str, subject: dict[str, str]) -> bool:
        """Whether the client certificate is this station's and the CSO's (A00.FR.404, .405)."""
        owner = self._config.organization
        if owner and subject.get("organizationName") != owner:
            return False
        return self._config.serial_at_boot or subject.get("commonName") == self.serial(identity)

    def serial(self, identity: str) -> str:
        """The serial number of a station, which its certificate has to name."""
        return self.serial_numbers.get(identity, identity)


def attempted(listener: Listener, subject: dict[str, str]) -> int:
    """The security profile in which a client has come to this endpoint."""
    return max(listener.profiles) if subject else min(listener.profiles)


def basic_credentials(headers: Headers) -> tuple[str, str] | None:
    """User name and password of an Authorization header, None if there is no readable one."""
    fields = headers.get_all("Authorization")
    if len(fields) != 1:
        return None
    scheme, _, encoded = fields[0].partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon else None


def peer_subject(connection: ServerConnection) -> dict[str, str]:
    """Names in the subject of the client's certificate."""
    secured = connection.transport.get_extra_info("ssl_object")
    if not isinstance(secured, ssl.SSLObject):
        return {}
    subject: dict[str, str] = {}
    names: object = (secured.getpeercert() or {}).get("subject", ())
    for rdn in names if isinstance(names, tuple) else ():  # pyright: ignore[reportUnknownVariableType]  # typeshed leaves the certificate's values open
        for name, value in rdn:  # pyright: ignore[reportUnknownVariableType]  # as above
            subject[str(name)] = str(value)  # pyright: ignore[reportUnknownArgumentType]  # as above
    return subject


def refusal(status: HTTPStatus) -> Response:
    """An HTTP response without a body."""
    headers = Headers([("Content-Length", "0"), ("Connection", "close")])
    return Response(status.value, status.phrase, headers, b"")
