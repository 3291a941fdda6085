"""TC_C_39_CS: a driver of the same group, whom the CSMS accepts, stops the transaction."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayUnoccupied,
)
from harness.steps_cs.cache import plug_in_first
from harness.steps_cs.groups import expect_stopped_by
from harness.steps_cs.refusals import ask_about_everybody, present


@case("TC_C_39_CS")
async def test_tc_c_39_cs(fake_csms: FakeCSMS) -> None:
    tokens, session = fake_csms.sut.tokens, fake_csms.session()
    # Before
    fake_csms.says_of(tokens.valid, group=tokens.group)
    fake_csms.says_of(tokens.valid2, group=tokens.group)
    await ask_about_everybody(fake_csms)
    await plug_in_first(fake_csms)
    # Main
    await fake_csms.run(1, Authorized("local"))
    await fake_csms.run(5, EnergyTransferStarted)
    mark = await present(fake_csms, 6, tokens.valid2, "C09.FR.05")
    await expect_stopped_by(fake_csms, 8, session, tokens.valid2, since=mark)
    await fake_csms.run(10, EVConnectedPostSession)
    await fake_csms.run(11, EVDisconnected)
    await fake_csms.run(12, ParkingBayUnoccupied)
