"""TC_N_25_CSMS: a CSMS asks for the diagnostics, and takes it that they are uploaded."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.logs import asked_for_log, tell_log


@case("TC_N_25_CSMS")
async def test_tc_n_25_csms(fake_station: FakeStation) -> None:
    # Main
    log = await asked_for_log(fake_station, 1, 2, "Accepted", "DiagnosticsLog")
    await tell_log(fake_station, 3, 4, "Uploading", log)
    await tell_log(fake_station, 5, 6, "Uploaded", log)
