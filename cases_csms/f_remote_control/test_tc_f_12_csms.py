"""TC_F_12_CSMS: a CSMS asks for the meter values of all EVSEs, and takes them."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.readings import reading
from harness.steps_csms.telling import tell


@case("TC_F_12_CSMS")
async def test_tc_f_12_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="MeterValues",
        evse=ABSENT,
        answer={"status": "Accepted"},
        requirement="F06.FR.01, F06.FR.11",
    )
    for evse in fake_station.sut.evses:
        values = [reading(now(), "Trigger")]
        await tell(fake_station, 3, 4, "MeterValues", evseId=evse, meterValue=values)
