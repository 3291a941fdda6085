"""A test bed for a CSMS that is not ours: the certificates that both sides must trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.evidence.recorder import Recorder
from harness.evidence.verdict import CaseStopped
from harness.pki import keyset
from harness.reference.csms import Csms, CsmsConfig, TlsFiles
from harness.spec.roles import Role
from harness.sut.model import Limits, Listen, OperatorSpec, Sut
from harness.testbed.bringup import Embedding, csms_test_bed, station_test_bed

pytestmark = pytest.mark.simulated_time

NO_BUTTONS = OperatorSpec("command", {"actions": {}})


@pytest.mark.asyncio
@pytest.mark.parametrize("trusted", [True, False])
async def test_station_shows_its_certificate(tmp_path: Path, trusted: bool) -> None:
    theirs = keyset.create(tmp_path / "theirs", "CS001")
    ours = keyset.create(tmp_path / "certs" / "csms-CS001", "CS001")
    pair = (theirs.servers[0].certificate, theirs.servers[0].key)
    client_ca = ours.old_root.certificate if trusted else theirs.old_root.certificate
    config = CsmsConfig(
        tls=TlsFiles((pair,), client_ca), security_profile=3, stations={"CS001": ""}
    )
    csms = Csms(config)
    await csms.start()
    sut = Sut(
        "somebody's",
        Role.CSMS,
        security_profile=3,
        url=csms.url,
        ca_file=str(theirs.old_root.certificate),
        operator=NO_BUTTONS,
        limits=Limits(response=5, connect=5),
    )
    try:
        bringing_up = csms_test_bed(sut, lambda _: Recorder(None), tmp_path / "certs", Embedding())
        async with bringing_up as test_bed:
            peer = test_bed.peer("TC_B_01_CSMS")
            if trusted:
                await test_bed.prepare(peer, booted=True)
                assert peer.accepted
            else:
                with pytest.raises(CaseStopped):
                    await test_bed.prepare(peer, booted=True)
            await peer.finish()
    finally:
        await csms.stop()


@pytest.mark.asyncio
async def test_the_operator_is_told_the_ports_that_were_free(tmp_path: Path) -> None:
    told = {"class": "harness.tests.bad_suts:Station", "csms_url": "{csms_url}", "kind": "proper"}
    sut = Sut(
        "somebody's",
        Role.STATION,
        security_profile=0,
        listen=Listen(port=0, port_2=0),
        operator=OperatorSpec("python", told),
        limits=Limits(response=5, connect=5, boot=5),
    )
    async with station_test_bed(sut, lambda _: Recorder(None), tmp_path, Embedding()) as test_bed:
        listen = test_bed.sut.listen
        assert 0 not in (listen.port, listen.port_2)
        assert test_bed.sut.csms_url == test_bed.link.endpoint(1).url
        peer = test_bed.peer("TC_B_01_CS")
        await test_bed.prepare(peer, booted=True)
        await peer.finish()
