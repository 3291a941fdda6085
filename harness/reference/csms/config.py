"""How an embedded CSMS is set up: endpoint, credentials, tokens, and its legal choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: An idToken with its IdTokenEnumType value.
TokenKey = tuple[str, str]


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of the TLS server: (certificate chain, key) pairs, and who signs the stations.

    Two pairs, one with an ECDSA and one with an RSA key, serve all four cipher suites of Part 2,
    A00.FR.421. ``client_ca`` is needed for security profile 3.
    """

    pairs: tuple[tuple[Path, Path], ...]
    client_ca: Path | None = None


@dataclass(frozen=True)
class CsmsConfig:
    """A CSMS before it starts; times in seconds.

    ``stations`` maps identities to Basic authentication passwords, ``tokens`` idTokens to
    AuthorizationStatusEnumType values, ``groups`` idTokens to the id of their group.
    ``serial_numbers`` maps identities to the common name their certificate must have (security
    profile 3), by default the identity. ``sign_csr`` turns a PEM CSR into a PEM chain, or raises
    ValueError.
    Personalities: ``inventory_after_boot`` asks for a FullInventory and sets a variable on its own
    after an accepted boot; ``extra_fields`` puts statusInfo and customData wherever they may be;
    ``boot_pending`` answers the first boot of each station Pending; ``strict_before_boot`` treats a
    station that has not booted since the CSMS started as not accepted.
    """

    port: int = 0
    host: str = "127.0.0.1"
    path: str = "/ocpp"
    tls: TlsFiles | None = None
    security_profile: int = 0
    stations: Mapping[str, str] = field(default_factory=dict[str, str])
    serial_numbers: Mapping[str, str] = field(default_factory=dict[str, str])
    organization: str = ""
    heartbeat_interval: int = 60
    pending_interval: int = 1
    tokens: Mapping[TokenKey, str] = field(default_factory=dict[TokenKey, str])
    groups: Mapping[TokenKey, str] = field(default_factory=dict[TokenKey, str])
    call_timeout: float = 30.0
    sign_csr: Callable[[str], str] | None = None
    inventory_after_boot: bool = False
    extra_fields: bool = False
    boot_pending: bool = False
    strict_before_boot: bool = False
    response_delay: float = 0.0
