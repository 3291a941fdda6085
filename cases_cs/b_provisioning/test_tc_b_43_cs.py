"""TC_B_43_CS: a network profile for a slot that does not exist is refused."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.migration import PRIORITY, connection_data
from harness.steps_cs.upgrade import expect_unchanged, profile_in_use


@case("TC_B_43_CS")
async def test_tc_b_43_cs(fake_csms: FakeCSMS) -> None:
    # Before
    former = await profile_in_use(fake_csms)
    await fake_csms.variables.remember(PRIORITY)
    # Main
    sent = await fake_csms.send(
        1,
        "SetNetworkProfile",
        configurationSlot=999,
        connectionData=connection_data(fake_csms, 1, fake_csms.sut.configured.slot_1),
    )
    await sent.response(2, status="Rejected", requirement="B09.FR.02, B09.FR.05")
    # It is true only if that slot cannot be put first either, and nothing has changed.
    slots = former.get(PRIORITY, str(fake_csms.sut.configured.slot_1.slot))
    wanted = {PRIORITY: f"999,{slots}"}
    await fake_csms.variables.set(2, 2, wanted, status="Rejected", requirement="B10.FR.02")
    await expect_unchanged(fake_csms, 2, former, "B09.FR.02")
