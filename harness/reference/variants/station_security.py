"""Conforming ways of a charging station that differ in what it trusts and by what it is known."""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from websockets.asyncio.client import ClientConnection

from harness import clock
from harness.pki import keys as pki
from harness.reference.rpc import RESULT, Answer, Payload
from harness.reference.station import Station
from harness.reference.station.certificates import CSMS_ROOT
from harness.reference.station.state import Certificate
from harness.reference.variants import wire

_V2G_CHAIN = "V2GCertificateChain"

PASSWORD = "SecurityCtrlr.BasicAuthPassword"


def new_password_after_reboot(station: Station) -> None:
    """A new password is used from the next boot on, for which the station waits (TC_A_09_CS)."""
    stored, power_up = station.password, station.power_up
    in_use = stored()
    station.variables.need_reboot.add(PASSWORD)
    del station.variables.effects[PASSWORD]

    def up(reason: str) -> None:
        nonlocal in_use
        in_use = stored()
        power_up(reason)

    station.power_up = up
    station.password = lambda: in_use


def no_profile_without_certificates(station: Station) -> None:
    """A network profile is refused where the certificates for it are missing (B09.FR.02)."""
    refusal = station.network.refusal

    def stricter(slot: int, profile: Payload) -> str:
        security = int(profile["securityProfile"])
        rootless = security >= 2 and not station.certificates.roots()
        if rootless or (security == 3 and not station.own.installed):
            return "InvalidNetworkConf"
        return refusal(slot, profile)

    station.network.refusal = stricter


def takes_the_newest_certificate(station: Station) -> None:
    """Of several CSRs, only the newest one is still good for a certificate (TC_A_23_CS)."""
    request = station.own.request

    async def forgetting() -> bool:
        station.own.outstanding.clear()
        return await request()

    station.own.request = forgetting


def reboots_for_certificate(station: Station) -> None:
    """A renewed certificate is taken into use by a reboot (erratum 2025-02 of its state)."""

    async def switch() -> None:
        station.spawn(station.resets.reset_now("ApplicationReset"))

    station.own.switch = switch


def keeps_connection_for_certificate(station: Station) -> None:
    """A renewed certificate is shown at the next connection, whenever that is."""

    async def stay() -> None:
        """The connection goes on."""

    station.own.switch = stay


def makes_keys_slowly(station: Station) -> None:
    """A key takes longer than other answers: A02.FR.02-03 set no time."""
    request = station.own.request

    async def slow() -> bool:
        await clock.sleep(60)
        return await request()

    station.own.request = slow


def hashes_in_upper_case(station: Station) -> None:
    """Certificates are listed last first, their hash data in upper case."""

    def edit(payload: Payload) -> None:
        chain = payload.get("certificateHashDataChain", [])
        chain.reverse()
        for entry in chain:
            data = entry["certificateHashData"]
            data.update({name: str(value).upper() for name, value in data.items()})

    wire.edited(RESULT, "GetInstalledCertificateIds", edit)(station)


def more_roots_from_factory(station: Station) -> None:
    """Roots of the manufacturer, of a mobility operator and of a V2G hierarchy are there."""
    with tempfile.TemporaryDirectory() as folder:
        for use in ("ManufacturerRootCertificate", "MORootCertificate", "V2GRootCertificate"):
            root = pki.make_root(Path(folder), use, "Harness factory")
            station.memory.certificates.append(Certificate(use, root.pem))


def v2g_certificates(station: Station) -> None:
    """The root, an authority under it, and a certificate of the station's own for its EVs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = pki.make_root(folder, "V2GRootCertificate", "Harness V2G")
        authority = pki.make_root(folder, "v2g_authority", "Harness V2G", signed_by=root)
        own = pki.issue_station(folder, "v2g_own", authority, "SECC", "Harness V2G")
        station.memory.certificates.append(Certificate("V2GRootCertificate", root.pem))
        above, leaf = (Certificate("", each.pem) for each in (authority, own))

    installed_ids = station.actions["GetInstalledCertificateIds"]

    async def with_chain(request: Payload) -> Answer:
        answer = await installed_ids(request)
        if _V2G_CHAIN in request.get("certificateType", [_V2G_CHAIN]):
            entry = {
                "certificateType": _V2G_CHAIN,
                "certificateHashData": station.certificates.hash_data(leaf, above),
                "childCertificateHashData": [station.certificates.hash_data(above)],
            }
            answer.payload.setdefault("certificateHashDataChain", []).append(entry)
            answer.payload["status"] = "Accepted"
        return answer

    station.actions["GetInstalledCertificateIds"] = with_chain


def _store_of(entries: int, station: Station) -> None:
    variable = station.model.named("SecurityCtrlr.CertificateEntries")
    assert variable is not None
    variable.characteristics = replace(variable.characteristics, max_limit=Decimal(entries))


def store_of_two(station: Station) -> None:
    """There is room for one root more."""
    _store_of(2, station)


def store_of_three(station: Station) -> None:
    """There is room for two roots more."""
    _store_of(3, station)


def keeps_last_roots(station: Station) -> None:
    """The last certificate of its type stays; one to fall back on is none."""
    original = station.certificates.try_delete

    def try_delete(certificate: Certificate) -> bool:
        held = station.memory.certificates
        alone = [each.type for each in held].count(certificate.type) == 1
        return not alone and original(certificate)

    station.certificates.try_delete = try_delete


def drops_failed_root(station: Station) -> None:
    """A new root that did not fit gives its place back to the old one."""
    original = station.certificates.connected_with

    def connected_with(roots: list[str]) -> None:
        memory = station.memory
        fallback = memory.fallback_root
        if fallback is not None and roots == [fallback.pem]:
            memory.certificates[:] = [c for c in memory.certificates if c.type != CSMS_ROOT]
            memory.certificates.append(fallback)
            memory.fallback_root = None
        original(roots)

    station.certificates.connected_with = connected_with


def looks_after_handshake(station: Station) -> None:
    """The CSMS's certificate is looked at when TLS is there, before the HTTP request (A00.FR.309).

    How TLS is done inside a station is not fixed: the connection has to be given up.
    """
    tls = station.link.tls
    trusted: list[str] = []

    def trusting_at_first(profile: Payload, roots: list[str]) -> ssl.SSLContext:
        trusted[:] = roots
        context = tls(profile, roots)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.sslobject_class = ssl.SSLObject
        return context

    # The library takes a type: there is no other place between TLS and HTTP.
    class Looking(ClientConnection):
        async def handshake(self, *args: Any, **kwargs: Any) -> None:
            shown: ssl.SSLObject | None = self.transport.get_extra_info("ssl_object")
            if shown is not None:
                wildcards = station.model.flag("SecurityCtrlr.AllowCSMSTLSWildcards")
                _look(shown, trusted, wildcards=wildcards)
            await super().handshake(*args, **kwargs)

    station.link.tls = trusting_at_first
    station.link.connection_type = Looking


def _look(shown: ssl.SSLObject, roots: list[str], *, wildcards: bool) -> None:
    certificate = x509.load_der_x509_certificate(shown.getpeercert(binary_form=True) or b"")
    store = Store([x509.load_pem_x509_certificate(each.encode()) for each in roots])
    name = x509.DNSName(shown.server_hostname or "")
    try:
        PolicyBuilder().store(store).build_server_verifier(name).verify(certificate, [])
    except VerificationError as error:
        raise ssl.SSLCertVerificationError(str(error)) from error
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if not wildcards and any("*" in each for each in names.get_values_for_type(x509.DNSName)):
        raise ssl.SSLCertVerificationError("a wildcard")
