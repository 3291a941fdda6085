"""TC_E_39_CS: a driver who plugs in too late gets no energy without a new authorization."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized
from harness.steps_cs.no_energy import expect_no_energy, expect_plug_timeout, plug_in_refused
from harness.steps_cs.preparations import ask_csms, stop_at, wait_for_plug


@case("TC_E_39_CS")
async def test_tc_e_39_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "Authorized")
    await wait_for_plug(fake_csms)
    await ask_csms(fake_csms)
    session = await fake_csms.reach(Authorized())
    # Main (erratum 2024-11: the connector is told at step 3)
    await expect_plug_timeout(fake_csms, 1, session)
    mark = fake_csms.mark()
    await plug_in_refused(fake_csms, 3, 5, session)
    await expect_no_energy(fake_csms, 5, since=mark)
