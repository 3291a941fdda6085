"""TC_N_36_CSMS: a CSMS asks for another log, for which the upload of the first is cancelled."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.logs import asked_for_log, tell_log


@case("TC_N_36_CSMS")
async def test_tc_n_36_csms(fake_station: FakeStation) -> None:
    # Main
    first = await asked_for_log(fake_station, 1, 2, "Accepted")
    await tell_log(fake_station, 3, 4, "Uploading", first)
    second = await asked_for_log(fake_station, 5, 6, "AcceptedCanceled", after=first)
    await tell_log(fake_station, 7, 8, "AcceptedCanceled", first)
    await tell_log(fake_station, 9, 10, "Uploading", second)
    await tell_log(fake_station, 11, 12, "Uploaded", second)
