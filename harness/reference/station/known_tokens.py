"""What a station knows of drivers without asking: Authorization Cache and Local List (C10, C13)."""

from __future__ import annotations

from harness.reference.rpc import Payload
from harness.reference.station.context import StationContext
from harness.reference.station.state import Known, Token

#: Entries of the cache; an older one makes room for a new one (C10.FR.07).
CAPACITY = 200


class KnownTokens:
    """Looks tokens up, and keeps what the CSMS says of them."""

    def __init__(self, station: StationContext) -> None:
        self.station = station

    def find(self, token: Token) -> Known | None:
        """What the local list, or else the cache, says of a token (C13.FR.01, C14.FR.01)."""
        if self.is_listed(token):
            return self.station.memory.local_list[token]
        return self.cached(token)

    def is_listed(self, token: Token) -> bool:
        """Whether the local list is in use and has it."""
        enabled = self.station.model.flag("LocalAuthListCtrlr.Enabled")
        return enabled and token in self.station.memory.local_list

    def cached(self, token: Token) -> Known | None:
        """What the cache says of a token; an entry that outlived itself goes (C10.FR.10)."""
        if not self.caches:
            return None
        entry = self.station.memory.cache.get(token)
        if entry is not None and entry.outlived(self.station.clock(), self.life_time):
            self.forget(token)
            return None
        return entry

    @property
    def caches(self) -> bool:
        """Whether the cache is in use; without the variable it always is (2.4.1)."""
        return self.station.model.flag("AuthCacheCtrlr.Enabled", self.station.config.cache)

    @property
    def life_time(self) -> float:
        """Seconds that an entry of the cache lives (C10.FR.08)."""
        return self.station.model.number("AuthCacheCtrlr.LifeTime", 86400)

    def asks_again(self, token: Token) -> bool:
        """Whether the CSMS is asked about a known token that it refused (C10.FR.03)."""
        where = "LocalAuthListCtrlr" if self.is_listed(token) else "AuthCacheCtrlr"
        return not self.station.model.flag(f"{where}.DisablePostAuthorize")

    def remember(self, token: Token, info: Payload) -> None:
        """Keep the latest word of the CSMS (C10.FR.01, C10.FR.04, C10.FR.05).

        Not of tokens that are nobody's, or that a central system made up (C02.FR.03, C05.FR.02).
        """
        if not self.caches or token.type in ("NoAuthorization", "Central"):
            return
        entry = Known(info, self.station.clock())
        self.forget(token)
        if not entry.outlived(self.station.clock(), self.life_time):
            self.make_room()
            self.station.memory.cache[token] = entry
        self.station.memory.save()

    def make_room(self) -> None:
        """Drop an entry of a full cache, a refused one first (C10.FR.07)."""
        cache = self.station.memory.cache
        if len(cache) < CAPACITY:
            return
        refused = (token for token, entry in cache.items() if entry.status != "Accepted")
        self.forget(next(refused, next(iter(cache))))

    def forget(self, token: Token) -> None:
        """Have no entry of this token."""
        self.station.memory.cache.pop(token, None)
