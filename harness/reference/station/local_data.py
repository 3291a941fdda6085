"""Cache and local list as the CSMS manages them (C11, D01, D02)."""

from __future__ import annotations

from harness.reference.rpc import Answer, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.state import Known, Token


class LocalData:
    """Handlers for the data that authorize drivers without the CSMS."""

    def __init__(self, station: StationContext) -> None:
        self.station = station

    async def clear_cache(self, request: Payload) -> Answer:  # noqa: ARG002 - same shape for all handlers
        """ClearCacheRequest; Rejected where the cache is off (C11.FR.04)."""
        if not self.station.model.flag("AuthCacheCtrlr.Enabled", self.station.config.cache):
            return Answer({"status": "Rejected"})
        self.station.memory.cache.clear()
        self.station.memory.save()
        return Answer({"status": "Accepted"})

    async def list_version(self, request: Payload) -> Answer:  # noqa: ARG002 - same shape for all handlers
        """GetLocalListVersionRequest; 0 where there is no list (D02)."""
        enabled = self.station.model.flag("LocalAuthListCtrlr.Enabled")
        return Answer({"versionNumber": self.station.memory.local_list_version if enabled else 0})

    async def send_list(self, request: Payload) -> Answer:
        """SendLocalListRequest (D01)."""
        memory = self.station.memory
        entries: list[Payload] = request.get("localAuthorizationList") or []
        if not self.station.model.flag("LocalAuthListCtrlr.Enabled"):
            return Answer({"status": "Failed"})
        if request["updateType"] == "Full":
            memory.local_list.clear()
        elif request["versionNumber"] <= memory.local_list_version:
            return Answer({"status": "VersionMismatch"})
        for entry in entries:
            token = Token.of(entry["idToken"])
            if "idTokenInfo" in entry:
                memory.local_list[token] = Known(entry["idTokenInfo"], self.station.clock())
            else:
                memory.local_list.pop(token, None)
        memory.local_list_version = request["versionNumber"]
        memory.save()
        return Answer({"status": "Accepted"})
