"""TC_F_14_CSMS: a CSMS asks for the transactions at all EVSEs, and takes their events."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.master_pass import charge_everywhere
from harness.steps_csms.readings import reading


@case("TC_F_14_CSMS")
async def test_tc_f_14_csms(fake_station: FakeStation) -> None:
    # Before
    transactions = await charge_everywhere(fake_station)
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="TransactionEvent",
        evse=ABSENT,
        answer={"status": "Accepted"},
        requirement="F06.FR.01, F06.FR.11",
    )
    for transaction in transactions:
        fake_station.return_to(transaction)
        values = [reading(now(), "Trigger")]
        await fake_station.transaction_event(
            3,
            4,
            "Updated",
            "Trigger",
            info={"chargingState": "Charging"},
            payload={"meterValue": values},
        )
