"""TC_B_22_CS: an immediate reset ends the transaction before the station reboots."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, expect_boot, no_reboot
from harness.steps_cs.resetting import StillConnected


@case("TC_B_22_CS")
async def test_tc_b_22_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    reset = await fake_csms.send(1, "Reset", type="Immediate")
    await reset.response(2, status="Accepted", requirement="B12.FR.02")
    ended = await fake_csms.expect_transaction_event(
        3,
        session,
        since=fake_csms.reboot_mark,
        eventType="Ended",
        triggerReason="ResetCommand",
        transactionInfo={
            "chargingState": StillConnected(fake_csms, session, fake_csms.reboot_mark),
            "stoppedReason": "ImmediateReset",
        },
        idToken=ABSENT,
        requirement="B12.FR.04",
    )
    boot = await expect_boot(
        fake_csms,
        5,
        7,
        reason="RemoteReset",
        connectors={session.connector_key: "Occupied"},
        since=ended.mark,
        requirement="B12.FR.04, B01.FR.03",
    )
    await no_reboot(fake_csms, 5, since=boot.mark, requirement="B12.FR.04")
