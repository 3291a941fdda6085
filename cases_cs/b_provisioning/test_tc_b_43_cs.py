"""TC_B_43_CS: a network profile for a slot that does not exist is refused."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.migration import connection_data


@case("TC_B_43_CS")
async def test_tc_b_43_cs(fake_csms: FakeCSMS) -> None:
    # Main
    sent = await fake_csms.send(
        1,
        "SetNetworkProfile",
        configurationSlot=999,
        connectionData=connection_data(fake_csms, 1, fake_csms.sut.configured.slot_1),
    )
    await sent.response(2, status="Rejected", requirement="B09.FR.02, B09.FR.05")
