"""Credentials that are not those of the station, as many kinds as a CSMS may confuse (A00)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.connection.station_access import Access
from harness.evidence.transcript import Kind
from harness.operators.base import Unsupported
from harness.peers.fake_station import FakeStation
from harness.pki import keys as pki
from harness.pki.keys import Flaw
from harness.pki.keyset import Pki
from harness.pki.passwords import any_password


@dataclass(frozen=True)
class Wrong:
    """A way in that is not the station's; ``what`` is wrong with it, "" where the page has it.

    ``pending``: a CSMS may also let it in, and not accept its boot (A00.FR.406).
    """

    what: str
    access: Access
    pending: bool = False


@dataclass(frozen=True)
class OtherStation:
    """Another station that the CSMS knows; its serial number is its identity."""

    identity: str
    password: str


async def another_station(station: FakeStation) -> OtherStation | None:
    """Make another station known to the CSMS for this case; None where nobody can."""
    other = OtherStation(_name_apart(station.sut.identity, station.sut.serial), any_password())
    station.hide(other.password)
    async with station.before():
        try:
            await station.operator.attempt(
                "arrange",
                what="other_station",
                other=other.identity,
                known=True,
                password=other.password,
                serial_number=other.identity,
            )
        except Unsupported:
            text = "no other station can be arranged: its credentials are not tried"
            station.transcript.add(Kind.NOTE, text=text)
            return None
    station.arrange_afterwards("other_station", other=other.identity, known=False)
    return other


def _name_apart(*names: str) -> str:
    """The same name each time, in which none of ``names`` is contained (A00.FR.405)."""
    digest = hashlib.sha256(names[0].encode()).hexdigest()
    found = (f"OTHER-{digest[n : n + 12]}" for n in range(len(digest)))
    return next(each for each in found if not any(name in each for name in names))


def wrong_users(station: FakeStation, other: OtherStation | None) -> Iterator[Wrong]:
    """User names that are not the identity; upper and lower case do not differ (identifierString).

    That of the page comes first.
    """
    access, identity = station.access, station.sut.identity
    yield Wrong("", replace(access, user=f"{identity}Invalid"))
    yield Wrong("user name without its last character", replace(access, user=identity[:-1]))
    yield Wrong("user name with another last character", replace(access, user=_nearly(identity)))
    yield Wrong("empty user name", replace(access, user=""))
    if other is not None:
        named = replace(access, user=other.identity)
        yield Wrong("user name of another station", named)
        both = replace(named, password=other.password)
        yield Wrong("user name and password of another station", both)


def wrong_passwords(station: FakeStation, other: OtherStation | None) -> Iterator[Wrong]:
    """Passwords that are not the station's; they are case-sensitive (passwordString).

    That of the page comes first.
    """
    own = station.access.password or ""
    yield _with_password(station, "", any_password())
    yield from nearly_passwords(station)
    yield _with_password(station, "empty password", "")
    yield Wrong("no credentials", replace(station.access, user="", password=None))
    if other is not None and other.password != own:
        yield _with_password(station, "password of another station", other.password)


def nearly_passwords(station: FakeStation) -> Iterator[Wrong]:
    """Passwords that are nearly the station's."""
    own = station.access.password or ""
    yield _with_password(station, "password without its last character", own[:-1])
    yield _with_password(station, "password with one more character", f"{own}0")
    yield _with_password(station, "password with another last character", _nearly(own))
    if own.swapcase() != own:
        yield _with_password(station, "password in the other case", own.swapcase())


def _with_password(station: FakeStation, what: str, password: str) -> Wrong:
    if password:
        station.hide(password)
    return Wrong(what, replace(station.access, password=password))


def wrong_certificates(station: FakeStation, other: OtherStation | None) -> Iterator[Wrong]:
    """Certificates that are not the station's, those of the page first.

    A common name may hold more than the serial number (A00.FR.405): none has a longer one.
    """
    serial, keys = station.sut.serial, _keys(station)
    for flaw in (Flaw.UNKNOWN_ROOT, Flaw.EXPIRED, Flaw.WRONG_NAME):
        access = station.keyring.showing(station.access, keys.bad_stations[flaw])
        yield Wrong(str(flaw), access)
    yield _with_certificate(station, "name without its last character", serial[:-1])
    yield _with_certificate(station, "name with another last character", _nearly(serial))
    if other is not None:
        yield _with_certificate(station, "name of another station", other.identity)
    owner = f"Not {station.sut.organization}"[::-1]
    foreign = _with_certificate(station, "another organization", serial, owner)
    yield replace(foreign, pending=True)


def _with_certificate(station: FakeStation, what: str, name: str, owner: str = "") -> Wrong:
    keys, keyring = _keys(station), station.keyring
    keyring.made += 1
    pair = pki.issue_station(
        keys.old_root.certificate.parent,
        f"station_wrong_{keyring.made}",
        keys.old_root,
        name,
        owner or station.sut.organization,
    )
    return Wrong(what, keyring.showing(station.access, pair))


def _keys(station: FakeStation) -> Pki:
    if station.keyring.keys is None:
        raise LookupError("no certificates for security profile 3")
    return station.keyring.keys


def _nearly(text: str) -> str:
    """The text with another last character, in whatever case."""
    return text[:-1] + next(each for each in "01" if each != text[-1:])
