"""The certificates that a station under test holds, as it lists them (Part 2, M03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from harness.evidence.matchers import MISSING, Check, fact
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner, objects
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.pki.certificate_hash import HASHES, hash_data

#: Type and serial number of a certificate in a list.
Identity = tuple[str, str]

_CHAIN = "certificateHashDataChain"
_STATE = "GetInstalledCertificates"


@dataclass(frozen=True)
class Root:
    """A root certificate of the harness, and what a station is given it for.

    ``issuers``: those by whom its hash data may name it, where a station cannot know the right one.
    """

    name: str
    use: str
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    @property
    def identity(self) -> Identity:
        """How it is found in a list."""
        return self.use, f"{self.certificate.serial_number:x}"

    def hash_data(self, algorithm: str = "SHA256") -> dict[str, str]:
        """CertificateHashDataType (Part 2, 2.6)."""
        return hash_data(self.certificate, self.issuers[0], algorithm)

    def is_told_by(self, data: Payload) -> bool:
        """Whether this is its CertificateHashDataType, by an algorithm of the station's choice."""
        algorithm = str(data.get("hashAlgorithm"))
        if algorithm not in HASHES:
            return False
        possible = (hash_data(self.certificate, each, algorithm) for each in self.issuers)
        return _without_case(data) in [_without_case(each) for each in possible]


def identities(answer: Payload) -> Iterator[Identity]:
    """The certificates in a GetInstalledCertificateIdsResponse."""
    return (_identity(entry) for entry in objects(answer, _CHAIN))


def _identity(entry: Payload) -> Identity:
    serial = str(inner(entry, "certificateHashData").get("serialNumber", "")).lower()
    return str(entry.get("certificateType")), serial.lstrip("0")


def _without_case(data: Payload) -> dict[str, str]:
    """The digits of hashes and serial numbers are hexadecimal in either case."""
    names = ("issuerNameHash", "issuerKeyHash", "serialNumber")
    digits = {name: str(data.get(name)).lower() for name in names}
    return {"hashAlgorithm": str(data.get("hashAlgorithm")), **digits}


@dataclass(frozen=True)
class Listing:
    """Matches a certificateHashDataChain, absent where nothing is to be listed.

    It holds certificates of these types alone (none named: of any), each once: ``holds``, and
    ``others``, that were there before (None: not known); ``may`` stand beside them, and none of
    ``lacks``. The hash data of ``known`` are right. ``some``: of these types at least
    one is there that it was not given in the case.
    """

    kinds: tuple[str, ...] = ()
    holds: tuple[Root, ...] = ()
    lacks: tuple[Root, ...] = ()
    others: frozenset[Identity] | None = frozenset()
    may: frozenset[Identity] = frozenset()
    known: tuple[Root, ...] = ()
    some: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is to be listed."""
        due = self.holds or self.some or self._others
        return self.others is not None and not due

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        holds, lacks = ([each.name for each in roots] for roots in (self.holds, self.lacks))
        name = "listed" if self.others is None else "installed"
        return fact(name, holds=holds, lacks=lacks)

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """One comparison, which says all that is wrong."""
        wrong = list(self._wrong([] if actual is MISSING else actual))
        if self.empty and actual is not MISSING:
            wrong.append("it is not left out")
        told = f"{'; '.join(wrong)}: {actual}" if wrong else actual
        yield Check(path, repr(self), told, not wrong, self.data)

    def __repr__(self) -> str:
        kinds = " and ".join(self.kinds) or "all types"
        holds = "".join(f", with {each.name}" for each in self.holds)
        lacks = "".join(f", without {each.name}" for each in self.lacks)
        return f"the certificates of {kinds}{holds}{lacks}"

    @property
    def _others(self) -> set[Identity]:
        gone = {each.identity for each in self.lacks}
        asked = {each for each in self.others or () if not self.kinds or each[0] in self.kinds}
        return asked - gone

    def _strange(self, listed: set[Identity]) -> set[Identity]:
        if self.others is None:
            return set()
        named = {each.identity for each in (*self.holds, *self.lacks)}
        return listed - named - self.others - self.may

    def _wrong(self, chain: Any) -> Iterator[str]:
        entries = objects({_CHAIN: chain}, _CHAIN)
        listed = {_identity(entry) for entry in entries}
        for root in self.holds:
            if root.identity not in listed:
                yield f"{root.name} is not listed"
        given = {each.identity for each in self.holds} - self.may
        for kind in self.some:
            if kind not in {each for each, _ in listed - given}:
                yield f"no {kind} of its own is listed"
        for root in self.lacks:
            if root.identity in listed:
                yield f"{root.name} is listed"
        for root in dict.fromkeys((*self.known, *self.holds)):
            found = [e for e in entries if _identity(e) == root.identity]
            if not all(root.is_told_by(inner(e, "certificateHashData")) for e in found):
                yield f"the hash data of {root.name} are not {root.hash_data()} or its like"
        for kind, serial in sorted(self._others - listed):
            yield f"{kind} {serial}, which was installed, is not listed"
        for kind, serial in sorted(self._strange(listed)):
            yield f"{kind} {serial}, which was not installed, is listed"
        for kind in sorted({kind for kind, _ in listed}):
            if self.kinds and kind not in self.kinds:
                yield f"{kind} was not asked for"
        for entry, count in Counter(str(_all_of(each)) for each in entries).items():
            if count > 1:
                yield f"{entry} is listed {count} times"


def _all_of(entry: Payload) -> tuple[object, ...]:
    data = _without_case(inner(entry, "certificateHashData"))
    return entry.get("certificateType"), *data.values()


async def expect_listing(
    csms: FakeCSMS, step: int | str, answer_step: int | str, listing: Listing
) -> Payload:
    """Ask for the installed certificates of the listing's types, and judge the answer (M03)."""
    asked = {"certificateType": list(listing.kinds)} if listing.kinds else {}
    sent = await csms.send(step, "GetInstalledCertificateIds", **asked)
    source = "M03.FR.02" if listing.empty else "M03.FR.03, M03.FR.04"
    return await sent.response(
        answer_step,
        status="NotFound" if listing.empty else "Accepted",
        certificateHashDataChain=listing,
        requirement=source,
    )


async def run_listing(csms: FakeCSMS, step: int | str, listing: Listing) -> Payload:
    """Run GetInstalledCertificates as a step of the page; what was answered."""
    async with csms.within(step, _STATE):
        return await expect_listing(csms, 1, 2, listing)


def GetInstalledCertificates(listing: Listing | None = None) -> State:  # noqa: N802  # of Part 6
    """What the station lists is as it should be."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        await expect_listing(csms, 1, 2, listing or Listing())

    return State(_STATE, steps)
