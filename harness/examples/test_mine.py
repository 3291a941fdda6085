import pytest

from harness.peers.fake_csms import FakeCSMS
from harness.peers.fake_station import FakeStation
from harness.states_cs import EnergyTransferStarted


@pytest.mark.asyncio(loop_scope="session")
async def test_driver_gets_energy(fake_csms: FakeCSMS) -> None:
    session = await fake_csms.run(1, EnergyTransferStarted)
    assert session.transaction_id is not None


@pytest.mark.asyncio(loop_scope="session")
async def test_nobody_is_not_authorized(fake_station: FakeStation) -> None:
    sent = await fake_station.send(1, "Authorize", idToken={"idToken": "NOBODY", "type": "Central"})
    answer = await sent.response(2)
    assert answer["idTokenInfo"]["status"] != "Accepted"
