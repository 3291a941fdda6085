"""TC_F_11_CSMS: a CSMS asks for the meter values of one EVSE, and takes them."""

from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.readings import reading
from harness.steps_csms.telling import tell


@case("TC_F_11_CSMS")
async def test_tc_f_11_csms(fake_station: FakeStation) -> None:
    evse = fake_station.sut.configured.evse_id
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="MeterValues",
        evse={"id": evse},
        answer={"status": "Accepted"},
        requirement="F06.FR.01, F06.FR.02",
    )
    values = [reading(now(), "Trigger")]
    await tell(fake_station, 3, 4, "MeterValues", evseId=evse, meterValue=values)
