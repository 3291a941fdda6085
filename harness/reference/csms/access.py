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

from harness.reference.csms.config import CsmsConfig, TlsFiles
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
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(files.client_ca)
    return context


class Access:
    """Decides on connection requests before they become WebSocket connections."""

    def __init__(self, config: CsmsConfig, stations: dict[str, Station]) -> None:
        self._config = config
        self._stations = stations
        self.credentials = Credentials(config.stations)

    def decide(self, connection: ServerConnection, request: Request) -> Response | None:
        """None to go on, or the HTTP response that ends the request (Part 4, 3.2)."""
        identity = self.identity(request.path)
        station = self._stations.get(identity)
        if station is None:
            return refusal(HTTPStatus.NOT_FOUND)
        if self._config.security_profile in (1, 2) and not self.password_valid(
            identity, request.headers
        ):
            response = refusal(HTTPStatus.UNAUTHORIZED)
            response.headers["WWW-Authenticate"] = 'Basic realm="OCPP"'
            return response
        if self._config.security_profile == 3:
            subject = peer_subject(connection)
            station.certificate_name = subject.get("commonName", "")
            if not self.certificate_valid(identity, subject):
                return refusal(HTTPStatus.FORBIDDEN)
        return None

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
        expected = self._config.serial_numbers.get(identity, identity)
        owner = self._config.organization
        return subject.get("commonName") == expected and (
            not owner or subject.get("organizationName") == owner
        )


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
