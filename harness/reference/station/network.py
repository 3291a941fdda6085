"""Network connection profiles and their priority (B09, B10, A05)."""

from __future__ import annotations

from urllib.parse import urlsplit

from harness.reference.rpc import Answer, Payload
from harness.reference.station.certificates import Certificates
from harness.reference.station.connection import Link
from harness.reference.station.context import StationContext
from harness.reference.station.own_certificate import OwnCertificates
from harness.reference.station.resets import Resets


class NetworkProfiles:
    """The configuration slots and what may be put into them."""

    def __init__(
        self,
        station: StationContext,
        link: Link,
        certificates: Certificates,
        own: OwnCertificates,
        resets: Resets,
    ) -> None:
        self.station = station
        self.link = link
        self.certificates = certificates
        self.own = own
        self.resets = resets

    def factory_profile(self) -> Payload:
        """The profile that the station leaves the factory with."""
        return {
            "ocppVersion": self.station.config.edition.network_profile,
            "ocppTransport": "JSON",
            "ocppCsmsUrl": self.station.config.url,
            "messageTimeout": self.station.model.number(
                "OCPPCommCtrlr.MessageTimeout[Default]", 30
            ),
            "securityProfile": self.station.config.security_profile,
            "ocppInterface": "Wired0",
        }

    async def set(self, request: Payload) -> Answer:
        """SetNetworkProfileRequest."""
        slot, profile = request["configurationSlot"], request["connectionData"]
        reason = self.refusal(slot, profile)
        if reason:
            return Answer({"status": "Rejected", "statusInfo": {"reasonCode": reason}})
        self.store(slot, profile)
        return Answer({"status": "Accepted"})

    def store(self, slot: int, profile: Payload) -> None:
        """Keep a profile, across reboots too."""
        self.station.memory.profiles[slot] = profile

    def refusal(self, slot: int, profile: Payload) -> str:
        """reasonCode of a profile that is not acceptable, or an empty text (B09.FR.02 to FR.05)."""
        if slot not in self.station.config.network_slots:
            return "InvalidConfSlot"
        security = int(profile["securityProfile"])
        if security < self.station.security_profile:
            return "NoSecurityDowngrade"
        address = urlsplit(str(profile["ocppCsmsUrl"]))
        scheme = "wss" if security >= 2 else "ws"
        usable = (
            profile["ocppVersion"] == self.station.config.edition.network_profile
            and profile["ocppTransport"] == "JSON"
            and 0 <= security <= 3
            and profile["messageTimeout"] > 0
            and address.scheme == scheme
            and bool(address.hostname)
        )
        return "" if usable else "InvalidNetworkConf"

    def check_priority(self, value: str) -> str:
        """What is wrong with a NetworkConfigurationPriority (B10.FR.02, A05.FR.02, A05.FR.03)."""
        for slot in value.split(","):
            profile = self.station.memory.profiles.get(int(slot))
            if profile is None:
                return f"slot {slot} has no profile"
            security = profile["securityProfile"]
            if security < self.station.security_profile:
                return f"slot {slot} has a lower security profile"
            if security >= 2 and not self.certificates.roots():
                return "no CSMS root certificate is installed"
            if security == 3 and not self.own.installed:
                return "no certificate of the station is installed"
        return ""

    def priority_changed(self, value: str) -> None:  # noqa: ARG002 - same shape for all effects
        """Move to the new profiles at once, where this station does so by itself."""
        if self.station.config.reboot_on_priority_change:
            self.resets.reboot_when_idle("ScheduledReset")

    def connected(self, slot: int) -> None:
        """The profile in ``slot`` works: it is the active one now (A05.FR.06)."""
        memory, model = self.station.memory, self.station.model
        profile = memory.profiles[slot]
        model.write("OCPPCommCtrlr.ActiveNetworkProfile", str(slot))
        model.write("OCPPCommCtrlr.MessageTimeout[Default]", str(profile["messageTimeout"]))
        if profile["securityProfile"] <= self.station.security_profile:
            return
        model.write("SecurityCtrlr.SecurityProfile", str(profile["securityProfile"]))
        least = self.station.security_profile
        lower = [s for s, p in memory.profiles.items() if p["securityProfile"] < least]
        for old in lower:
            del memory.profiles[old]
        kept = model.members("OCPPCommCtrlr.NetworkConfigurationPriority")
        kept = [s for s in kept if int(s) in memory.profiles]
        model.write("OCPPCommCtrlr.NetworkConfigurationPriority", ",".join(kept))
        self.link.priority = [int(s) for s in kept]
