"""TC_B_22_CSMS: a CSMS has a charging station reset at once."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_B_22_CSMS")
async def test_tc_b_22_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    # Erratum 2024-09: no evseId
    await fake_station.requested(
        1,
        2,
        "Reset",
        type="Immediate",
        evseId=ABSENT,
        answer={"status": "Accepted"},
        requirement="B12.FR.04",
    )
    await fake_station.transaction_event(
        3,
        4,
        "Ended",
        "ResetCommand",
        info={"chargingState": "EVConnected", "stoppedReason": "ImmediateReset"},
    )
    await fake_station.reconnect(5)
    await fake_station.boot(5, 6, reason="RemoteReset", status="Accepted")
    await fake_station.report_connectors(7, 8, "Occupied")
