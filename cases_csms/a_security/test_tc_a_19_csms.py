"""TC_A_19_CSMS: a CSMS moves a station to the next security profile, and lets it never go back."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation
from harness.states_csms import Booted, RenewChargingStationCertificate
from harness.steps_csms.admission import expect_refused
from harness.steps_csms.upgrade import (
    connect_upgraded,
    network_priority_requested,
    network_profile_requested,
    planned_upgrade,
    select_profile_to_upgrade,
)


@case("TC_A_19_CSMS", connected=False)
async def test_tc_a_19_csms(fake_station: FakeStation) -> None:
    # Before
    await select_profile_to_upgrade(fake_station)
    if fake_station.access.profile == 2:
        await fake_station.reach(RenewChargingStationCertificate)
    upgrade = planned_upgrade(fake_station)
    # Main
    slot = await network_profile_requested(fake_station, 1, 2, upgrade)
    await network_priority_requested(fake_station, 3, 4, upgrade, slot)
    await fake_station.requested(
        5,
        6,
        "Reset",
        wish={"type": "OnIdle"},
        answer={"status": "Accepted"},
        evseId=ABSENT,
        requirement="A05.FR.05",
    )
    await connect_upgraded(fake_station, 7, 8, upgrade)
    await fake_station.run(9, Booted)
    # By a port that is closed now, too (erratum 2025-04)
    await expect_refused(fake_station, 10, 11, upgrade.lower, "A05.FR.07", unreachable=True)
    await connect_upgraded(fake_station, 12, 12, upgrade)
    # Post scenario: connected
    await fake_station.heartbeat("post", "post", requirement="A05.FR.07")
