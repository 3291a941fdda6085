"""A CSMS under test moves a station to the next higher security profile (Part 2, A05)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.connection.station_access import Access
from harness.evidence.matchers import ABSENT, PRESENT, Satisfies, fact, one_of
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.variables import setting
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import arrangeable_profile, let_in, turned_away, use
from harness.steps_csms.renewal import RenewChargingStationCertificate, renewed_access
from harness.steps_csms.variable_requests import expect_setting

PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"


@dataclass(frozen=True)
class Upgrade:
    """From the lower to the higher way in; the new network profile goes into ``slot``."""

    station: FakeStation
    lower: Access
    higher: Access
    active_slot: int
    slot: int

    async def set_profile(self, step: int) -> int:
        """The CSMS sets a network profile of the higher security profile; in which slot."""
        configured = self.station.sut.configured
        data: dict[str, Any] = {
            "messageTimeout": configured.slot_2.message_timeout,
            "ocppInterface": configured.slot_2.ocpp_interface,
            "ocppTransport": "JSON",
            "ocppVersion": "OCPP20",
            "securityProfile": self.higher.profile,
        }
        await self.station.ask(
            "SetNetworkProfile",
            configurationSlot=self.slot,
            connectionData={**data, "ocppCsmsUrl": self.higher.url},
        )
        request = await self.station.expect(
            step,
            "SetNetworkProfile",
            since=self.station.asked,
            configurationSlot=one_of(self.slot, self.active_slot),
            connectionData=data,
            requirement="B09.FR.01, B09.FR.05",
        )
        return int(str(request.payload["configurationSlot"]))

    async def set_priority(self, step: int, slot: int) -> None:
        """The CSMS puts the slot of the new network profile into the priority."""
        others = [each for each in (self.active_slot, self.slot) if each != slot]
        value = ",".join(map(str, [slot, *others]))
        await self.station.ask("SetVariables", setVariableData=[setting(PRIORITY, value)])
        wanted = _containing(slot)
        await expect_setting(self.station, step, PRIORITY, wanted, "A05.FR.04, B10.FR.01")

    async def reset(self, step: int) -> None:
        """The CSMS has the station reboot."""
        await self.station.ask("Reset", type="OnIdle")
        await self.station.expect(
            step, "Reset", since=self.station.asked, evseId=ABSENT, requirement="A05.FR.05"
        )

    async def connect(self, step: int) -> None:
        """The station comes in by the higher profile."""
        self.station.access = self.higher
        await let_in(self.station, step, "A05.FR.05", patiently=True)
        keyring = self.station.keyring
        if self.higher.profile == 3 and keyring.renewed is not None:
            keyring.certificate = keyring.renewed  # the only one from now on (A02.FR.10)

    async def lower_is_refused(self, step: int) -> None:
        """By the lower one it is let in no more, wherever that is noticed (erratum 2025-04)."""
        await turned_away(self.station, step, self.lower, "A05.FR.07", unreachable=True)

    async def alive(self) -> None:
        """Post scenario: connected."""
        heartbeat = await self.station.send("post", "Heartbeat")
        await heartbeat.response("post", currentTime=PRESENT, requirement="A05.FR.07")


def _containing(slot: int) -> Satisfies:
    def holds(value: Any) -> bool:
        listed = [each.strip() for each in value.split(",")] if isinstance(value, str) else []
        return str(slot) in listed and all(each.isdecimal() for each in listed)

    return Satisfies(f"a list of slots that contains {slot}", holds, fact("slots", holds=[slot]))


async def prepare_upgrade(station: FakeStation) -> Upgrade:
    """Booted in the configured security profile, ready for the next one.

    Raises CaseStopped (NOT_APPLICABLE) if there is no next one.
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
        await arrangeable_profile(station)
    await use(station, profile, booted=True)
    if profile == 2:
        await station.reach(RenewChargingStationCertificate)
    lower = station.access
    higher = renewed_access(station) if profile == 2 else station.keyring.access(sut, profile + 1)
    for action in ("SetNetworkProfile", "Reset"):
        station.answer(action, status="Accepted")
    configured = sut.configured
    return Upgrade(station, lower, higher, configured.slot_1.slot, configured.slot_2.slot)
