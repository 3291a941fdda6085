"""TC_F_09_CS: a stop of a transaction that there is not is refused, and stops none."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.stop import expect_not_stopped_remotely
from harness.steps_cs.energy_flow import expect_energy, tell_energy, watch_energy
from harness.steps_cs.transaction_status import an_unknown_id


@case("TC_F_09_CS")
async def test_tc_f_09_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await tell_energy(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    flow = await watch_energy(fake_csms, session)
    mark, source = fake_csms.mark(), "F03.FR.08"
    stop = await fake_csms.send(1, "RequestStopTransaction", transactionId=an_unknown_id())
    await stop.response(2, status="Rejected", requirement=source)
    await expect_not_stopped_remotely(fake_csms, 2, session, since=mark, requirement=source)
    await expect_energy(fake_csms, 2, session, flow, source)
