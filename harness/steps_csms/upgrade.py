"""A CSMS under test moves a station to the next higher security profile (Part 2, A05)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.connection.station_access import Access
from harness.evidence.matchers import Satisfies, fact, one_of
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.variables import setting
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import (
    arrange_profile_in_use,
    expect_accepted,
    select_security_profile,
)
from harness.steps_csms.credentials import renewed_access
from harness.steps_csms.variable_requests import expect_setting

PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"


@dataclass(frozen=True)
class Upgrade:
    """From the lower to the higher way in; the new network profile goes into ``slot``."""

    lower: Access
    higher: Access
    active_slot: int
    slot: int


async def select_profile_to_upgrade(station: FakeStation) -> None:
    """Booted in the configured security profile, which is not the highest.

    Raises CaseStopped (NOT_APPLICABLE) if there is no higher one.
    """
    sut = station.sut
    profile = sut.security_profile
    if profile not in (1, 2):
        reason = f"needs security profile 1 or 2; the CSMS is tested in {profile}"
        raise CaseStopped(StopKind.NOT_APPLICABLE, reason)
    if profile + 1 not in sut.urls:
        reason = f"needs an endpoint for security profile {profile + 1} (endpoints)"
        raise CaseStopped(StopKind.NOT_APPLICABLE, reason)
    async with station.before():
        await arrange_profile_in_use(station)
    await select_security_profile(station, profile, booted=True)


def planned_upgrade(station: FakeStation) -> Upgrade:
    """To profile 3 with the renewed certificate (erratum 2024-09).

    Raises:
        LookupError: it has to be profile 3, and no certificate was renewed.
    """
    sut, keyring = station.sut, station.keyring
    slots = sut.configured.slot_1.slot, sut.configured.slot_2.slot
    higher = sut.security_profile + 1
    access = renewed_access(station) if higher == 3 else keyring.access(sut, higher)
    return Upgrade(station.access, access, *slots)


async def network_profile_requested(
    station: FakeStation, step: int, answer_step: int, upgrade: Upgrade
) -> int:
    """The CSMS sets a network profile of the higher security profile; in which slot."""
    higher = upgrade.higher
    slot = station.sut.configured.slot_2
    wish = station.sut.connection_data(slot, url=higher.url, security_profile=higher.profile)
    # The URL may differ between security profiles (erratum 2024-09).
    judged = {name: value for name, value in wish.items() if name != "ocppCsmsUrl"}
    request = await station.requested(
        step,
        answer_step,
        "SetNetworkProfile",
        wish={"configurationSlot": upgrade.slot, "connectionData": wish},
        answer={"status": "Accepted"},
        configurationSlot=one_of(upgrade.slot, upgrade.active_slot),
        connectionData=judged,
        requirement="B09.FR.01, B09.FR.05",
    )
    return int(str(request.payload["configurationSlot"]))


async def network_priority_requested(
    station: FakeStation, step: int, answer_step: int, upgrade: Upgrade, slot: int
) -> None:
    """The CSMS puts the slot of the new network profile into the priority."""
    others = [each for each in (upgrade.active_slot, upgrade.slot) if each != slot]
    value = ",".join(map(str, [slot, *others]))
    await station.ask("SetVariables", setVariableData=[setting(PRIORITY, value)])
    wanted = _containing(slot)
    await expect_setting(station, step, PRIORITY, wanted, "A05.FR.04, B10.FR.01")
    station.note_step(answer_step, "SetVariablesResponse")


async def connect_upgraded(
    station: FakeStation, step: int, answer_step: int, upgrade: Upgrade
) -> None:
    """The station connects by the higher profile, and is accepted."""
    station.access = upgrade.higher
    await expect_accepted(station, step, answer_step, "A05.FR.05", patiently=True)


def _containing(slot: int) -> Satisfies:
    def holds(value: Any) -> bool:
        listed = [each.strip() for each in value.split(",")] if isinstance(value, str) else []
        return str(slot) in listed and all(each.isdecimal() for each in listed)

    return Satisfies(f"a list of slots that contains {slot}", holds, fact("slots", holds=[slot]))
