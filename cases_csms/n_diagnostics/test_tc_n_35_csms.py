"""TC_N_35_CSMS: a CSMS asks for the security log, and takes it that it is uploaded."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.logs import asked_for_log, tell_log


@case("TC_N_35_CSMS")
async def test_tc_n_35_csms(fake_station: FakeStation) -> None:
    # Main
    log = await asked_for_log(fake_station, 1, 2, "Accepted", "SecurityLog")
    await tell_log(fake_station, 3, 4, "Uploading", log)
    await tell_log(fake_station, 5, 6, "Uploaded", log)
