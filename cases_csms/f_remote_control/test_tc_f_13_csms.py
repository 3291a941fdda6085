"""TC_F_13_CSMS: a CSMS asks for the transaction at one EVSE, and takes the event."""

from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.readings import reading


@case("TC_F_13_CSMS")
async def test_tc_f_13_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="TransactionEvent",
        evse={"id": fake_station.sut.configured.evse_id},
        answer={"status": "Accepted"},
        requirement="F06.FR.01, F06.FR.02",
    )
    await fake_station.transaction_event(
        3,
        4,
        "Updated",
        "Trigger",
        info={"chargingState": "Charging"},
        payload={"evse": fake_station.evse, "meterValue": [reading(now(), "Trigger")]},
    )
