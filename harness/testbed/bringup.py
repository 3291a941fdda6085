"""Brings a test bed up: certificates, endpoints, operator, and the embedded systems if wanted."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography import x509

from harness.connection.station_access import Keyring
from harness.connection.station_link import StationLink
from harness.evidence.recorder import Recorder
from harness.operators import make
from harness.operators.base import Operator
from harness.operators.embedded import EmbeddedCsms, EmbeddedStation
from harness.pki import keys as pki
from harness.pki import keyset
from harness.reference import variants
from harness.reference.csms import CsmsConfig, Listener, TlsFiles
from harness.reference.station import StationConfig
from harness.reference.station.image import make_image
from harness.reference.variants.wire import together
from harness.sut.model import IMAGES, Image, Sut, Token
from harness.testbed.csms import CsmsTestBed
from harness.testbed.station import StationTestBed

#: Changes an embedded system, of either role, by replacing its methods.
Alter = Callable[[Any], None]


class BringUpError(Exception):
    """A test bed could not be brought up; the message says what to change.

    ``path``: the key of the description that it is about.
    """

    def __init__(self, text: str, path: str = "listen") -> None:
        super().__init__(text)
        self.path = path


@dataclass(frozen=True)
class Embedding:
    """How an embedded system differs from the plain one, and what makes its keys.

    ``compare``: whether it is asked for what its description says of it.
    """

    variant: str | variants.Variant = ""
    alter: Alter = lambda _system: None
    keys: Callable[..., keyset.Pki] = keyset.create
    compare: bool = True

    def changes(self, known: Mapping[str, variants.Variant]) -> variants.Variant:
        """The variant, looked up where it is a name.

        Raises:
            BringUpError: there is none of this name.
        """
        if isinstance(self.variant, variants.Variant):
            return self.variant
        if not self.variant:
            return variants.Variant("")
        if self.variant not in known:
            names = ", ".join(known)
            raise BringUpError(f"no variant {self.variant!r}; there are {names}")
        return known[self.variant]


def described(sut: Sut, changes: variants.Variant) -> Sut:
    """An embedded system's description with its variant and a password of its own."""
    features = (sut.features - changes.removes) | changes.adds
    password = sut.password or secrets.token_urlsafe(24)
    return replace(replace(sut, password=password, features=features), **changes.sut)


@asynccontextmanager
async def station_test_bed(
    sut: Sut, recorder: Callable[[Sut], Recorder], certs: Path, embedding: Embedding
) -> AsyncGenerator[StationTestBed]:
    """A test bed for a charging station under test; everything is closed at the end.

    Raises:
        BringUpError, OSError: a port or a certificate is not to be had.
    """
    embedded = sut.operator.kind == "embedded"
    changes = embedding.changes(variants.STATION) if embedded else None
    if changes is not None:
        sut = described(sut, changes)
    _check_roots(sut)
    keys = embedding.keys(
        certs / sut.identity,
        sut.serial,
        hosts=_hosts(sut),
        linked_roots="AS-2" in sut.features,
        rsa_roots=sut.root_key == "RSA",
    )
    link = StationLink(sut, keys, lasting=not embedded)
    try:
        await link.start()
    except OSError as error:
        raise BringUpError(_cannot_listen(sut, error)) from error
    sut = replace(sut, listen=link.listen)
    operator: Operator
    if changes is not None:
        sut = _with_firmware(sut, certs / sut.identity)
        config = _station_config(sut, link, keys, changes)
        operator = EmbeddedStation(config, together(changes.alter, embedding.alter))
    else:
        operator = make(sut.operator, sut, live=recorder(sut).live)
    test_bed = StationTestBed(
        sut, link, operator, recorder(sut), compare=embedding.compare or not embedded
    )
    try:
        await operator.start()
        yield test_bed
    finally:
        await operator.close()
        await link.stop()


def _check_roots(sut: Sut) -> None:
    """Whoever names roots has files of them."""
    for name in ("ca_file", "station_ca_file"):
        file = getattr(sut, name)
        try:
            if file:
                x509.load_pem_x509_certificates(Path(file).read_bytes())
        except ValueError as error:
            said = f"{name}: there is no certificate in {file}: name a file of them in PEM"
            raise BringUpError(said, name) from error


def _cannot_listen(sut: Sut, error: OSError) -> str:
    listen = sut.listen
    return (
        f"cannot listen at {listen.bind}, ports {listen.port} and {listen.port_2}"
        f" ({error.strerror or error}): end what has them, or write other ones in listen"
    )


#: Of the firmware that an embedded station can be updated to.
_NEXT_VERSION = "2.0.0"


def _with_firmware(sut: Sut, folder: Path) -> Sut:
    """The description of an embedded station, with images for its updates."""
    pki.private_directory(folder)
    images: dict[str, Image] = {}
    for name in IMAGES:
        file = folder / f"{name}.bin"
        file.write_bytes(make_image(_NEXT_VERSION, defective=name != "firmware"))
        images[name] = Image(str(file), version=_NEXT_VERSION)
    return replace(sut, **images)


def _hosts(sut: Sut) -> list[str]:
    return list(dict.fromkeys([sut.listen.host, "localhost", "127.0.0.1"]))


def _station_config(
    sut: Sut, link: StationLink, keys: keyset.Pki, changes: variants.Variant
) -> StationConfig:
    plain = StationConfig(
        edition=sut.edition,
        identity=sut.identity,
        url=link.endpoint(1).url,
        password=sut.password,
        security_profile=sut.security_profile,
        ca_file=str(keys.old_root.certificate),
        certificate_file=str(keys.station.certificate),
        key_file=str(keys.station.key),
        addresses={sut.listen.host: sut.listen.bind},
        serial_number=sut.serial,
        evses=sut.evses,
        parking_bay_sensor=sut.parking_bay_sensor,
        fixed_cable="HFS-1" not in sut.features,
        signed_readings="C-09.3" in sut.features,
        additional_root_check="AS-2" in sut.features,
        sign_timeout="AS-3" in sut.features,
        max_energy_on_invalid_id="C-03" in sut.features,
        screen="C-07" in sut.features,
    )
    return replace(plain, **changes.config)


@asynccontextmanager
async def csms_test_bed(
    sut: Sut, recorder: Callable[[Sut], Recorder], certs: Path, embedding: Embedding
) -> AsyncGenerator[CsmsTestBed]:
    """A test bed for a CSMS under test; everything is closed at the end.

    Raises:
        BringUpError, OSError: a port or a certificate is not to be had.
    """
    if sut.operator.kind == "embedded":
        async with _embedded_csms(sut, recorder, certs, embedding) as test_bed:
            yield test_bed
        return
    _check_roots(sut)
    operator = make(sut.operator, sut, live=recorder(sut).live)
    keyring = _keyring(sut, certs)
    await operator.start()
    try:
        yield CsmsTestBed(sut, operator, recorder(sut), keyring)
    finally:
        await operator.close()


def _keyring(sut: Sut, certs: Path) -> Keyring:
    """Trusts the CSMS; for security profile 3 with certificates whose root the CSMS must trust."""
    folder = certs / f"csms-{sut.identity}"
    keys = keyset.create(folder, sut.serial, vendor=sut.organization) if 3 in sut.urls else None
    roots = [Path(name) if name else None for name in (sut.ca_file, sut.station_ca_file)]
    return Keyring(roots[0], keys, roots[1] or roots[0], folder)


@asynccontextmanager
async def _embedded_csms(
    sut: Sut, recorder: Callable[[Sut], Recorder], certs: Path, embedding: Embedding
) -> AsyncGenerator[CsmsTestBed]:
    changes = embedding.changes(variants.CSMS)
    sut = described(sut, changes)
    folder = certs / f"csms-{sut.identity}"
    keys = embedding.keys(folder, sut.serial, vendor=sut.organization)
    main, *others = _listeners(sut, keys)
    root = (keys.old_root.certificate, keys.old_root.key)
    plain = CsmsConfig(
        edition=sut.edition,
        name="localhost",
        tls=main.tls,
        security_profile=sut.security_profile,
        others=tuple(others),
        authority=root,
        stations={sut.identity: sut.password},
        serial_numbers={sut.identity: sut.serial},
        organization=sut.organization,
        heartbeat_interval=sut.configured.heartbeat_interval,
        tokens=_tokens(sut),
        groups={_key(sut.tokens.master_pass): sut.tokens.master_group.id_token},
    )
    config = replace(plain, **changes.config)
    operator = EmbeddedCsms(config, sut.identity, together(changes.alter, embedding.alter))
    await operator.start()
    keyring = Keyring(root[0], keys, root[0], folder)
    try:
        urls = operator.csms.urls
        sut = replace(sut, url=urls[sut.security_profile], endpoints=urls)
        yield CsmsTestBed(sut, operator, recorder(sut), keyring)
    finally:
        await operator.close()


def _listeners(sut: Sut, keys: keyset.Pki) -> list[Listener]:
    """The endpoints of the embedded CSMS, that of its security profile first."""
    servers = tuple((each.certificate, each.key) for each in keys.servers)
    found: list[Listener] = []
    for profile in dict.fromkeys((sut.security_profile, *sorted(sut.urls))):
        client_ca = keys.old_root.certificate if profile == 3 else None
        tls = TlsFiles(servers, client_ca) if profile > 1 else None
        found.append(Listener((profile,), tls))
    return found


def _tokens(sut: Sut) -> dict[tuple[str, str], str]:
    tokens = sut.tokens
    return {
        _key(tokens.valid): "Accepted",
        _key(tokens.valid2): "Accepted",
        _key(tokens.invalid): "Invalid",
        _key(tokens.blocked): "Blocked",
        _key(tokens.expired): "Expired",
        _key(tokens.master_pass): "Accepted",
    }


def _key(token: Token) -> tuple[str, str]:
    return token.id_token, token.type
