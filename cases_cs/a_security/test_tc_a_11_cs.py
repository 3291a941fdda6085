"""TC_A_11_CS: a station renews its certificate, and is known by the new one.

A02.FR.08 wants it to reconnect by itself; an erratum of the state has it be made to otherwise.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import RenewChargingStationCertificate
from harness.steps_cs.renewal import expect_accepted_kept, expect_switch


@case("TC_A_11_CS", profiles=(3,))
async def test_tc_a_11_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = fake_csms.mark()
    await fake_csms.run(1, RenewChargingStationCertificate)
    # Erratum 2025-02 of the state, steps 7 to 9
    await expect_switch(fake_csms, 1, since=mark)
    # No post scenario on the page: it stays with the new one
    await expect_accepted_kept(fake_csms, "post", since=mark)
