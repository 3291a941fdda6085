"""TC_J_02_CS: meters are read at points of the clock while somebody charges."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.clock_values import (
    expect_clock_values,
    measure_by_the_clock,
    send_while_in_use,
)


@case("TC_J_02_CS")
async def test_tc_j_02_cs(fake_csms: FakeCSMS) -> None:
    duration = fake_csms.sut.configured.transaction_duration
    # Before
    await send_while_in_use(fake_csms)
    registers = {"SampledDataCtrlr.RegisterValuesWithoutPhases": "false"}
    await fake_csms.configure(registers, if_writable=True)
    values = await measure_by_the_clock(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main: the EVSE in use may tell its own in events, at step 3
    points = max(3, int(duration // values.interval))
    await expect_clock_values(fake_csms, 1, values, points=points, session=session, event_step=3)
