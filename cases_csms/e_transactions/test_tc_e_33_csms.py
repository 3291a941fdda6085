"""TC_E_33_CSMS: a CSMS asks whether any events are late, and takes them."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, metered_offline, offline_for_a_while
from harness.steps_csms.status_asked import back_online, status_asked


@case("TC_E_33_CSMS")
async def test_tc_e_33_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    [at] = await offline_for_a_while(fake_station, 2, events=1)
    since = back_online(fake_station)
    await status_asked(fake_station, 3, ABSENT, "E14.FR.06", since=since)
    await metered_offline(fake_station, 5, 6, at)
