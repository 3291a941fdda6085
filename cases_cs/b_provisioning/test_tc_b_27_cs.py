"""TC_B_27_CS: the immediate reset of a charging EVSE ends its transaction first."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, no_reboot
from harness.steps_cs.resetting import StillConnected


@case("TC_B_27_CS")
async def test_tc_b_27_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    mark = fake_csms.mark()
    reset = await fake_csms.send(1, "Reset", type="Immediate", evseId=evse)
    await reset.response(2, status="Accepted", requirement="B12.FR.02")
    await fake_csms.expect_transaction_event(
        3,
        session,
        since=mark,
        eventType="Ended",
        triggerReason="ResetCommand",
        transactionInfo={
            "chargingState": StillConnected(fake_csms, session, mark),
            "stoppedReason": "ImmediateReset",
        },
        requirement="B12.FR.08",
    )
    await no_reboot(fake_csms, 3, since=mark, requirement="B12.FR.08")
