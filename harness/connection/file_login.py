"""Who may come to a file server that asks for a user and a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Login:
    """A user and a password, made for one case and written nowhere."""

    user: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @property
    def in_url(self) -> str:
        """As it stands before the host in a URL (RFC 3986, 3.2.1)."""
        return f"{self.user}:{self.password}@"

    def fits(self, user: str, password: str) -> bool:
        """Whether this is what somebody shows."""
        shown = f"{user}:{password}@".encode()
        return secrets.compare_digest(shown, self.in_url.encode())
