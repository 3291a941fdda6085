"""The embedded CSMS with TLS: security profiles 2 and 3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage, InvalidStatus

from harness.pki import csr as signing
from harness.pki import keys as pki
from harness.pki import keyset
from harness.pki.keys import Flaw, KeyPair
from harness.pki.keyset import Pki
from harness.reference.csms import Csms, TlsFiles
from harness.tests.station_client import BOOT, PASSWORD, basic, running, station

pytestmark = pytest.mark.simulated_time


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return keyset.create(tmp_path_factory.mktemp("certs"), "CS001", vendor="Vendor")


@asynccontextmanager
async def profile_3(made: Pki, **changes: object) -> AsyncIterator[Csms]:
    tls = TlsFiles(((made.servers[0].certificate, made.servers[0].key),), made.old_root.certificate)
    async with running(tls=tls, security_profile=3, **changes) as csms:
        yield csms


@pytest.mark.asyncio
async def test_profile_2_wants_tls_and_password(made: Pki) -> None:
    tls = TlsFiles(((made.servers[0].certificate, made.servers[0].key),))
    client = pki.client_context(made.old_root.certificate)
    async with running(tls=tls, security_profile=2) as csms:
        assert csms.url.startswith("wss://")
        with pytest.raises(InvalidStatus) as refused:
            await connect(csms.url + "/CS001", ssl=client)
        assert refused.value.response.status_code == 401
        headers = basic("CS001", PASSWORD)
        async with station(csms, ssl=client, additional_headers=headers) as connected:
            assert (await connected.call("BootNotification", BOOT))["status"] == "Accepted"


@pytest.mark.asyncio
async def test_profile_3_wants_the_station_s_own_certificate(made: Pki) -> None:
    good = pki.client_context(made.old_root.certificate, made.station)
    async with profile_3(made) as csms:
        async with station(csms, ssl=good) as client:
            assert (await client.call("BootNotification", BOOT))["status"] == "Accepted"
        with pytest.raises(InvalidStatus) as refused:
            await connect(csms.url + "/CS%202", ssl=good)
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize("flaw", [None, Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.WRONG_NAME])
@pytest.mark.asyncio
async def test_profile_3_refuses_bad_certificates(made: Pki, flaw: Flaw | None) -> None:
    pair: KeyPair | None = made.bad_stations[flaw] if flaw else None
    client = pki.client_context(made.old_root.certificate, pair)
    # In TLS 1.3 the server's refusal comes after the client's end of the handshake.
    expected = InvalidStatus if flaw is Flaw.WRONG_NAME else (OSError, InvalidMessage)
    async with profile_3(made) as csms:
        with pytest.raises(expected):
            await connect(csms.url + "/CS001", ssl=client)
        assert not (await csms.look("station", station="CS001"))["connected"]


@pytest.mark.parametrize(("owner", "accepted"), [("Vendor", True), ("Somebody", False)])
@pytest.mark.asyncio
async def test_profile_3_checks_the_owner(made: Pki, owner: str, accepted: bool) -> None:
    client = pki.client_context(made.old_root.certificate, made.station)
    async with profile_3(made, organization=owner) as csms:
        if accepted:
            async with station(csms, ssl=client) as connected:
                await connected.call("BootNotification", BOOT)
            return
        with pytest.raises(InvalidStatus):
            await connect(csms.url + "/CS001", ssl=client)


@pytest.mark.parametrize(("serial", "closed"), [("CS001", False), ("other", True)])
@pytest.mark.asyncio
async def test_serial_number_must_be_the_certificate_s(
    made: Pki, serial: str, closed: bool
) -> None:
    context = pki.client_context(made.old_root.certificate, made.station)
    boot = {
        "reason": "PowerUp",
        "chargingStation": {"model": "M", "vendorName": "V", "serialNumber": serial},
    }
    async with profile_3(made) as csms, station(csms, ssl=context) as client:
        status = (await client.call("BootNotification", boot))["status"]
        if closed:
            await asyncio.wait_for(client.socket.wait_closed(), 5)
            assert status == "Rejected"
        else:
            assert status == "Accepted"
            assert "currentTime" in await client.call("Heartbeat", {})


@pytest.mark.asyncio
async def test_csr_is_signed_and_the_new_certificate_works(made: Pki, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = pki.distinguished_name("CS001", "Vendor")
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    context = pki.client_context(made.old_root.certificate, made.station)

    def sign(csr: str) -> str:
        return signing.sign(made.old_root, csr)

    async with profile_3(made, sign_csr=sign) as csms:
        async with station(csms, ssl=context) as client:
            client.replies["CertificateSigned"] = {"status": "Accepted"}
            answer = await client.call("SignCertificate", {"csr": "nonsense"})
            assert answer == {"status": "Rejected"}
            pem = csr.public_bytes(Encoding.PEM).decode()
            assert await client.call("SignCertificate", {"csr": pem}) == {"status": "Accepted"}
            chain = (await client.next_asked())[1]["certificateChain"]
        certificate = x509.load_pem_x509_certificate(chain.encode())
        renewed = pki.store(tmp_path, "renewed", certificate, key)
        context = pki.client_context(made.old_root.certificate, renewed)
        async with station(csms, ssl=context) as client:
            await client.call("BootNotification", BOOT)
