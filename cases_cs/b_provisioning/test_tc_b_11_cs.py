"""TC_B_11_CS: values of the wrong type are refused, whatever type a variable has.

The page repeats steps 1 to 8 for five values; which of them a variable takes follows from its type.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.value_types import one_of_each_type, typed


@case("TC_B_11_CS")
async def test_tc_b_11_cs(fake_csms: FakeCSMS) -> None:
    # Before
    threshold = await typed(fake_csms, "OCPPCommCtrlr.OfflineThreshold", "integer", required=True)
    significance = await typed(fake_csms, "SmartChargingCtrlr.LimitChangeSignificance", "decimal")
    remote_start = await typed(
        fake_csms, "AuthCtrlr.AuthorizeRemoteStart", "boolean", if_writable=True
    )
    transition = await typed(fake_csms, "ClockCtrlr.NextTimeOffsetTransitionDateTime", "dateTime")
    # Main
    for value in one_of_each_type(fake_csms):
        await threshold.set(1, 2, value)
        await significance.set(3, 4, value)
        await remote_start.set(5, 6, value)
        await transition.set(7, 8, value)
    # Rejected is true only if the value is what was accepted before.
    await threshold.expect_kept(2)
    await significance.expect_kept(4)
    await remote_start.expect_kept(6)
    await transition.expect_kept(8)
