"""The certification authority of the charging station operator: certificates for stations (A02)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from harness import clock

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

#: Fewest bits of a key (A00.FR.502, A00.FR.503).
SHORTEST_RSA = 2048
SHORTEST_EC = 224


class Authority:
    """Signs CSRs; every method may be replaced on the instance."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.certificate_file = certificate
        self._key_file = key

    def sign(self, csr_pem: str, serial_number: str) -> str:
        """The PEM chain for the CSR of the station with this serial number, leaf first.

        Raises:
            ValueError: no CSR that may be signed.
        """
        csr = self.read(csr_pem)
        self.check(csr, serial_number)
        certificate, key = self.issuer()
        leaf = self.leaf(csr, certificate.subject, key)
        return self.chain(leaf)

    def read(self, csr_pem: str) -> x509.CertificateSigningRequest:
        """The CSR, whose signature fits its key (RFC 2986)."""
        csr = x509.load_pem_x509_csr(csr_pem.encode())
        try:
            valid = csr.is_signature_valid
        except InvalidSignature:
            valid = False
        if not valid:
            raise ValueError("the signature of the CSR does not fit its key")
        return csr

    def check(self, csr: x509.CertificateSigningRequest, serial_number: str) -> None:
        """Refuse what a certificate of this station must not be (A00.FR.501-511)."""
        key = csr.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            raise ValueError("a key that is neither EC nor RSA")  # of the CSR, not of ours
        shortest = SHORTEST_RSA if isinstance(key, rsa.RSAPublicKey) else SHORTEST_EC
        if key.key_size < shortest:
            raise ValueError(f"a key of {key.key_size} bit")
        names = [str(n.value) for n in csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        if names != [serial_number]:
            raise ValueError(f"the common name {names} is not the station's serial number")

    def issuer(self) -> tuple[x509.Certificate, PrivateKey]:
        """The certificate and the key that sign."""
        certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        key = load_pem_private_key(self._key_file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise ValueError("the authority's key is neither EC nor RSA")  # as above
        return certificate, key

    def leaf(
        self, csr: x509.CertificateSigningRequest, issuer: x509.Name, key: PrivateKey
    ) -> x509.Certificate:
        """The signed certificate (A00.FR.507-514)."""
        start, end = self.validity()
        return (
            x509.CertificateBuilder()
            .subject_name(self.subject(csr))
            .issuer_name(issuer)
            .public_key(self.public_key(csr))
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_USAGE, critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )

    def subject(self, csr: x509.CertificateSigningRequest) -> x509.Name:
        """Who the certificate is for."""
        return csr.subject

    def public_key(self, csr: x509.CertificateSigningRequest) -> PublicKey:
        """Whose key it certifies."""
        key = csr.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
        return key

    def validity(self) -> tuple[datetime, datetime]:
        """From a little ago, as clocks differ (A02.FR.06), for a year."""
        now, machine = clock.now(), datetime.now(UTC)  # OpenSSL asks the machine
        return min(now, machine) - timedelta(hours=1), max(now, machine) + timedelta(days=365)

    def chain(self, leaf: x509.Certificate) -> str:
        """What is sent: the certificate alone."""
        return leaf.public_bytes(Encoding.PEM).decode("ascii")


_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
