"""Faults of the station's own certificate: TC_A_07."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.pki import keys as pki
from harness.pki.keys import KeyPair
from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    replaces,
)
from harness.reference.faults.station.words import (
    restarted,
)


def _shows(name: str, **choice: Any) -> Alter:
    """The station's certificate is another one under the right root."""

    @replaces("own.show")
    def show(
        station: Any, original: Any, mark_triggered: MarkTriggered, context: ssl.SSLContext
    ) -> None:
        if not restarted(station):
            original(context)
            return
        mark_triggered()
        folder = Path(station.config.certificate_file).parent
        root = KeyPair(folder / "old_root.pem", folder / "old_root.key")
        pair = _issue(folder / name, root, station.config.serial_number, **choice)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.load_cert_chain(pair.certificate, pair.key)

    return show


def _issue(folder: Path, root: KeyPair, serial: str, *, own: bool, bits: int = 0) -> KeyPair:
    name = serial if own else f"not-{serial}"
    key: Any = ec.generate_private_key(ec.SECP256R1())
    if bits:
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    start, end = pki.validity(None)
    subject = pki.distinguished_name(name, "Harness")
    builder = pki.leaf_builder(subject, key.public_key(), start, end, rsa_key=bool(bits))
    issued = pki.issue(builder, root.parsed.subject, pki.private_key(root))
    return pki.store(folder, "other", issued, key)


@replaces("own.show")
def _shows_none(
    station: Any, original: Any, mark_triggered: MarkTriggered, context: ssl.SSLContext
) -> None:
    if restarted(station):
        mark_triggered()
    else:
        original(context)


FAULTS = (
    Fault(
        "certificate-of-another-serial-number",
        "Shows a certificate whose common name is not its serial number.",
        _shows("name", own=False),
        requirement="A00.FR.511",
        shows=("TC_A_07_CS", "4"),
    ),
    Fault(
        "certificate-with-short-key",
        "Shows a certificate with a key of 1024 bit.",
        _shows("short", own=True, bits=1024),
        requirement="A00.FR.502, A00.FR.503",
        shows=("TC_A_07_CS", "4"),
    ),
    Fault(
        "no-certificate-shown",
        "Shows no certificate of its own.",
        _shows_none,
        requirement="A00.FR.402",
        shows=("TC_A_07_CS", "6"),
    ),
)
