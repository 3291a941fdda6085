"""All keys and certificates of a test bed, and those that follow when a root was replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa

from harness.evidence.folders import alone_in
from harness.pki.keys import (
    DAY,
    Flaw,
    KeyPair,
    copy,
    issue_servers,
    issue_station,
    latest_now,
    make_root,
    private_directory,
    private_key,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

#: In a folder of keys, where those lie that follow them.
SUCCESSOR = "successor"
#: In a folder of keys, where the new root lies from when a station may have it alone.
_SHOWN = "shown"


@dataclass(frozen=True)
class Holders:
    """Whom certificates are for, and how roots are made: see ``create``."""

    identity: str
    vendor: str
    operator: str
    hosts: tuple[str, ...]
    linked_roots: bool
    rsa_roots: bool


@dataclass(frozen=True)
class Pki:
    """Everything that the two ends of a connection need.

    ``servers`` and ``station`` are under ``old_root``, ``servers_new`` under ``new_root``;
    ``unknown_root`` is trusted by nobody. The bad ones have the flaw they are under,
    and are otherwise as ``servers`` and ``station``. A server has two certificates, with an EC and
    with an RSA key (A00.FR.318). ``earlier_roots``: those before ``old_root``, under which a
    station may have a certificate still. ``root_in_doubt``: a run ended while ``new_root`` was
    shown, so that the station may have given up ``old_root`` for it.
    """

    holders: Holders
    old_root: KeyPair
    new_root: KeyPair
    unknown_root: KeyPair
    servers: tuple[KeyPair, KeyPair]
    servers_new: tuple[KeyPair, KeyPair]
    station: KeyPair
    bad_servers: Mapping[Flaw, tuple[KeyPair, KeyPair]]
    bad_stations: Mapping[Flaw, KeyPair]
    earlier_roots: tuple[KeyPair, ...] = ()
    root_in_doubt: bool = False

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.old_root.certificate.parent


def create(
    directory: Path,
    identity: str,
    *,
    vendor: str = "Harness",
    operator: str = "Harness CSO",
    hosts: Sequence[str] = ("localhost", "127.0.0.1"),
    linked_roots: bool = False,
    rsa_roots: bool = False,
) -> Pki:
    """Make all keys and certificates anew; the first of ``hosts`` is the server's common name.

    One process after the other, where several have the same directory.
    Only ``old_root``, which a system under test was told to trust, is kept as long as it is good;
    where a station has exchanged it for a successor, that is the old root from then on. The new
    root of a run that ended while it was shown is kept too, until ``forget_shown``.
    With ``linked_roots`` the new root is signed by the old one, as a station with
    AdditionalRootCertificateCheck wants of a successor (M05.FR.10). ``rsa_roots`` is for stations
    that know no elliptic curves (A00.FR.319 lets them).

    Raises:
        OSError: the directory cannot be made or written.
    """
    holders = Holders(identity, vendor, operator, tuple(hosts), linked_roots, rsa_roots)
    private_directory(directory)
    with alone_in(directory):
        *before, latest = folders(directory)
        earlier = (_old_root(each) for each in before)
        return _create(latest, holders, tuple(each for each in earlier if _is_good(each, holders)))


def folders(directory: Path) -> tuple[Path, ...]:
    """Where keys lie: those that a station was set up with, and those that follow; last in use."""
    found = [directory]
    while (found[-1] / SUCCESSOR / "old_root.pem").exists():
        found.append(found[-1] / SUCCESSOR)
    return tuple(found)


def succeed(keys: Pki) -> Pki:
    """The keys for a station that has given up the old root for the new one (M05.FR.13).

    They are found by ``create`` as well, until their folder is deleted.

    Raises:
        OSError: the directory cannot be made or written.
    """
    directory = keys.folder / SUCCESSOR
    private_directory(directory)
    with alone_in(directory):
        copy(keys.new_root, directory, "old_root")
        return _create(directory, keys.holders, (*keys.earlier_roots, keys.old_root))


def note_shown(keys: Pki) -> None:
    """From now on the station may have the new root alone; known to ``create`` in a later run.

    Raises:
        OSError: the directory cannot be made or written.
    """
    copy(keys.new_root, keys.folder / _SHOWN, "new_root")


def forget_shown(keys: Pki) -> None:
    """It is known again which root the station has."""
    shown = _shown(keys.folder)
    for file in (shown.certificate, shown.key):
        file.unlink(missing_ok=True)


def _shown(directory: Path) -> KeyPair:
    return _pair(directory / _SHOWN, "new_root")


def _create(directory: Path, holders: Holders, earlier: tuple[KeyPair, ...]) -> Pki:
    operator, hosts = holders.operator, holders.hosts

    def fresh(name: str, signed_by: KeyPair | None = None) -> KeyPair:
        return make_root(
            directory,
            name,
            operator,
            signed_by=signed_by,
            rsa_key=holders.rsa_roots,
            generation=len(earlier) + 1,
        )

    kept = _old_root(directory)
    old = kept if _is_good(kept, holders) else fresh("old_root")
    in_doubt = old == kept and _is_good(_shown(directory), holders)
    linked = old if holders.linked_roots else None
    new = copy(_shown(directory), directory, "new_root") if in_doubt else fresh("new_root", linked)
    unknown = fresh("unknown_root")

    def servers(name: str, root: KeyPair, flaw: Flaw | None = None) -> tuple[KeyPair, KeyPair]:
        return issue_servers(directory, name, root, hosts, operator, flaw)

    def station(name: str, root: KeyPair, flaw: Flaw | None = None) -> KeyPair:
        return issue_station(directory, name, root, holders.identity, holders.vendor, flaw)

    roots = {flaw: unknown if flaw is Flaw.UNKNOWN_ROOT else old for flaw in Flaw}
    bad_servers = {f: servers(f"server_{f.name.lower()}", root, f) for f, root in roots.items()}
    del roots[Flaw.WILDCARD]
    bad_stations = {f: station(f"station_{f.name.lower()}", root, f) for f, root in roots.items()}
    return Pki(
        holders=holders,
        old_root=old,
        new_root=new,
        unknown_root=unknown,
        servers=servers("server", old),
        servers_new=servers("server_new", new),
        station=station("station", old),
        bad_servers=MappingProxyType(bad_servers),
        bad_stations=MappingProxyType(bad_stations),
        earlier_roots=earlier,
        root_in_doubt=in_doubt,
    )


def _old_root(directory: Path) -> KeyPair:
    return _pair(directory, "old_root")


def _pair(directory: Path, name: str) -> KeyPair:
    return KeyPair(directory / f"{name}.pem", directory / f"{name}.key")


def _is_good(pair: KeyPair, holders: Holders) -> bool:
    """Whether both files of a root are sound and it lives on."""
    try:
        key = private_key(pair)
        fits = isinstance(key, rsa.RSAPrivateKey) is holders.rsa_roots
        belongs = fits and key.public_key() == pair.parsed.public_key()
        ends = pair.parsed.not_valid_after_utc
    except (OSError, ValueError, TypeError):
        return False
    return belongs and ends > latest_now() + 30 * DAY
