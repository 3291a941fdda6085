"""How an embedded CSMS is set up: endpoint, credentials, tokens, and its legal choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.spec.edition import Edition
from harness.spec.editions import DEFAULT

#: An idToken with its IdTokenEnumType value.
TokenKey = tuple[str, str]


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of the TLS server: (certificate chain, key) pairs, and who signs the stations.

    Two pairs, one with an ECDSA and one with an RSA key, serve all four cipher suites of Part 2,
    A00.FR.421. ``client_ca`` is needed for security profile 3; with ``client_optional`` a client
    may also come without a certificate.
    """

    pairs: tuple[tuple[Path, Path], ...]
    client_ca: Path | None = None
    client_optional: bool = False


@dataclass(frozen=True)
class Listener:
    """An endpoint of the CSMS and the security profiles that it serves (A00.FR.006).

    One that serves 2 and 3 tells them apart by whether a client certificate is shown.
    """

    profiles: tuple[int, ...]
    tls: TlsFiles | None = None
    port: int = 0


@dataclass(frozen=True)
class CsmsConfig:
    """A CSMS before it starts; times in seconds.

    ``stations`` maps identities to Basic authentication passwords, ``tokens`` idTokens to
    AuthorizationStatusEnumType values, ``groups`` idTokens to the id of their group.
    ``serial_numbers`` maps identities to the common name their certificate must have (security
    profile 3), by default the identity. ``sign_csr`` turns a PEM CSR into a PEM chain, or raises
    ValueError; without it ``authority``, certificate and key of a CA, signs the stations' CSRs.
    ``name`` is the host by which stations reach it, by default ``host``; ``security_profile`` is
    the one it uses with its stations until they are moved, and that of its endpoint at ``port``;
    ``others`` are its further endpoints.
    Variants: ``inventory_after_boot`` asks for a FullInventory and sets a variable on its own
    after an accepted boot; ``extra_fields`` puts statusInfo and customData wherever they may be;
    ``boot_pending`` answers the first boot of each station Pending; ``strict_before_boot`` treats a
    station that has not booted since the CSMS started as not accepted; ``serial_at_boot`` leaves
    the name in a client certificate to the check of the boot (B01.FR.11).
    """

    port: int = 0
    host: str = "127.0.0.1"
    path: str = "/ocpp"
    tls: TlsFiles | None = None
    security_profile: int = 0
    stations: Mapping[str, str] = field(default_factory=dict[str, str])
    serial_numbers: Mapping[str, str] = field(default_factory=dict[str, str])
    organization: str = ""
    heartbeat_interval: int = 300
    pending_interval: int = 30
    handshake_timeout: float | None = 10.0
    tokens: Mapping[TokenKey, str] = field(default_factory=dict[TokenKey, str])
    groups: Mapping[TokenKey, str] = field(default_factory=dict[TokenKey, str])
    call_timeout: float = 30.0
    sign_csr: Callable[[str], str] | None = None
    inventory_after_boot: bool = False
    extra_fields: bool = False
    boot_pending: bool = False
    strict_before_boot: bool = False
    name: str = ""
    others: tuple[Listener, ...] = ()
    authority: tuple[Path, Path] | None = None
    serial_at_boot: bool = False
    response_delay: float = 0.0
    edition: Edition = DEFAULT
