"""TC_F_04_CSMS: a CSMS takes it that nobody plugged in for a transaction that it started."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.remote_start import request_start, start_remotely
from harness.steps_csms.waiting import wait_for_ev_connection_timeout


@case("TC_F_04_CSMS")
async def test_tc_f_04_csms(fake_station: FakeStation) -> None:
    # Main
    started = await request_start(fake_station, 1, 2)
    await start_remotely(fake_station, 3, 4, "Started", started)
    await wait_for_ev_connection_timeout(fake_station, 5)
    await fake_station.transaction_event(
        5, 6, "Ended", "EVConnectTimeout", info={"stoppedReason": "Timeout"}
    )
