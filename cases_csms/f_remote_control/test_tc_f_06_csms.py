"""TC_F_06_CSMS: a CSMS has a connector unlocked."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_F_06_CSMS")
async def test_tc_f_06_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    # Main
    await fake_station.requested(
        1,
        2,
        "UnlockConnector",
        evseId=configured.evse_id,
        connectorId=configured.connector_id,
        answer={"status": "Unlocked"},
        requirement="F05.FR.01",
    )
