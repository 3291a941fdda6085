"""TC_A_11_CS: a station renews its certificate, and is known by the new one."""

from harness.case import case
from harness.fake_csms import FakeCSMS
from harness.station_renewal import renew, switches


@case("TC_A_11_CS", profiles=(3,))
async def test_tc_a_11_cs(fake_csms: FakeCSMS) -> None:
    place = fake_csms.inbox.now
    # Main
    key = await renew(fake_csms, 1)
    # The requirement that the page is about.
    await switches(fake_csms, 1, key, since=place)
