"""Whether a CSMS certificate names the endpoint, for the fake station (A00.FR.309, A00.FR.412).

Part 2 has the station look at the common name; TLS libraries do not where there are alternative
names. The fake station takes either: TC_A_04_CSMS judges the certificate itself.
"""

from __future__ import annotations

import ssl
from contextlib import suppress

from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.pki.keys import wildcard


class _Named(ssl.SSLObject):
    """A handshake that ends in an error where no name is the endpoint's."""

    def do_handshake(self) -> None:
        super().do_handshake()
        der, host = self.getpeercert(binary_form=True), self.server_hostname or ""
        if der is None or not _names(x509.load_der_x509_certificate(der), host.lower()):
            said = f"the certificate does not name {host}"
            raise ssl.SSLCertVerificationError(ssl.SSL_ERROR_SSL, said)


def check_either_name(context: ssl.SSLContext) -> None:
    """Have a client take common names as well as alternative names; the path is verified too."""
    context.check_hostname = False
    context.sslobject_class = _Named


def _names(certificate: x509.Certificate, host: str) -> bool:
    known = {each.lower() for each in (*common_names(certificate), *alternatives(certificate))}
    return not known.isdisjoint((host, wildcard(host)))


def common_names(certificate: x509.Certificate) -> list[str]:
    """Common names in the subject."""
    return [str(n.value) for n in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def alternatives(certificate: x509.Certificate) -> list[str]:
    """DNS names and addresses in the subjectAltName."""
    with suppress(x509.ExtensionNotFound):
        value = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = value.get_values_for_type(x509.IPAddress)
        return [*value.get_values_for_type(x509.DNSName), *map(str, addresses)]
    return []
