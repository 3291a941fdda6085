"""TC_A_08_CSMS: a station that shows a bad certificate is not served, one after the other."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.pki.keys import Flaw
from harness.steps_csms.admission import certificate_refused, let_in, use, wakes_up


@case("TC_A_08_CSMS", connected=False)
async def test_tc_a_08_csms(fake_station: FakeStation) -> None:
    # Before: who refuses a certificate has to take another one
    await use(fake_station, 3, booted=True)
    # Main
    for flaw in (Flaw.UNKNOWN_ROOT, Flaw.EXPIRED, Flaw.WRONG_NAME):
        await certificate_refused(fake_station, 4, flaw)
        await let_in(fake_station, 10, "A00.FR.407, A00.FR.410")
        await wakes_up(fake_station, 11)
