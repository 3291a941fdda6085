"""TC_J_02_CSMS: clock-aligned meter values of a station with a transaction are taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.metering import clock_point, tell_clock_values
from harness.steps_csms.readings import reading


@case("TC_J_02_CSMS")
async def test_tc_j_02_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    interval = configured.aligned_data_interval
    idle = [evse for evse in (0, *fake_station.sut.evses) if evse != configured.evse_id]
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main: the EVSE in use tells its own in events (J01.FR.22)
    for _ in range(max(2, int(configured.transaction_duration // interval))):
        at = await clock_point(interval)
        await tell_clock_values(fake_station, 1, 2, idle, at)
        values = [reading(at, "Sample.Clock")]
        await fake_station.transaction_event(
            3, 4, "Updated", "MeterValueClock", payload={"meterValue": values}
        )
