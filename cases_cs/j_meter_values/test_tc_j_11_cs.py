"""TC_J_11_CS: what was sampled in a transaction is signed at its end."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.ended_values import charge, judge_samples, keep_samples
from harness.steps_cs.meters import of_context
from harness.steps_cs.preparations import end_by_leaving
from harness.steps_cs.signed_values import judge_signed, sign_samples


@case("TC_J_11_CS")
async def test_tc_j_11_cs(fake_csms: FakeCSMS) -> None:
    # Before
    interval = await keep_samples(fake_csms)
    policy = await sign_samples(fake_csms)
    await end_by_leaving(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await charge(fake_csms, "manual", session, interval)
    await fake_csms.run(1, ParkingBayUnoccupied)
    told = judge_samples(fake_csms, 1, session, interval, alone=False)
    # Some stations can sign the begin and the end alone (2.7.3)
    judge_signed(fake_csms, 1, session, of_context(told, "Transaction.End"), policy)
