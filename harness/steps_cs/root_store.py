"""The root certificates of a station under test: given to it, looked for, and put to the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from cryptography import x509

from harness.connection.station_link import Serving
from harness.evidence.matchers import Check, fact, one_of
from harness.evidence.verdict import CaseStopped, Severity
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner, objects
from harness.peers.fake_csms import FakeCSMS
from harness.pki import keys as pki
from harness.pki.firmware import make_signer
from harness.pki.keys import Flaw
from harness.states_cs import (
    CSMS_ROOT,
    MANUFACTURER_ROOT,
    BootedAgain,
    CertificateInstalled,
    RenewChargingStationCertificate,
)
from harness.states_cs.installed import Identity, Listing, Root, expect_listing, identities
from harness.steps_cs.reconnect import expect_reconnect, let_leave

#: A PEM without X.509 in it.
_NO_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
_CHECK = "SecurityCtrlr.AdditionalRootCertificateCheck"


def old_root(csms: FakeCSMS) -> Root:
    """The CSMS root that the station has been set up with."""
    root = csms.link.keys.old_root.parsed
    return Root("the old CSMS root", CSMS_ROOT, root, (root,))


def new_root(csms: FakeCSMS) -> Root:
    """Another CSMS root; for a station with additional check, its successor (M05.FR.10)."""
    keys = csms.link.keys
    old, new = keys.old_root.parsed, keys.new_root.parsed
    issuer = old if new.issuer == old.subject else new
    return Root("the new CSMS root", CSMS_ROOT, new, (issuer,))


def unknown_root(csms: FakeCSMS) -> Root:
    """A CSMS root that no other one has signed."""
    root = csms.link.keys.unknown_root.parsed
    return Root("the unknown CSMS root", CSMS_ROOT, root, (root,))


def manufacturer_root() -> Root:
    """A root of the harness for firmware."""
    return root_of_manufacturer(make_signer().root)


def root_of_manufacturer(root: x509.Certificate) -> Root:
    """What a station is given of a root for firmware."""
    return Root("the manufacturer root", MANUFACTURER_ROOT, root, (root,))


def expired_root(csms: FakeCSMS) -> Root:
    """A CSMS root whose time is over, with a key of its own."""
    folder = csms.link.keys.old_root.certificate.parent
    root = pki.make_root(folder, "expired_root", "Harness CSO", expired=True).parsed
    return Root("an expired root", CSMS_ROOT, root, (root,))


def forged_root(csms: FakeCSMS) -> Root:
    """A CSMS root that names the old one as its issuer, and that another key has signed."""
    folder = csms.link.keys.old_root.certificate.parent
    apart = folder / "impostor"
    pki.private_directory(apart)
    impostor = pki.make_root(apart, "old_root", "Harness CSO")
    root = pki.make_root(folder, "forged_root", "Harness CSO", signed_by=impostor).parsed
    return Root("a forged root", CSMS_ROOT, root, (impostor.parsed,))


def leaf(csms: FakeCSMS) -> Root:
    """The CSMS's own certificate, which is that of no authority."""
    keys = csms.link.keys
    return Root("no CA", CSMS_ROOT, keys.servers[0].parsed, (keys.old_root.parsed,))


async def has_root_check(csms: FakeCSMS) -> bool:
    """Whether the station has one CSMS root at a time, each signed by the last (M05.FR.09)."""
    return await csms.variables.is_true(_CHECK, default="AS-2" in csms.sut.features)


async def without_root_check(csms: FakeCSMS) -> None:
    """Stop a case that is for stations without the additional check."""
    if await has_root_check(csms):
        raise csms.not_applicable(f"is a case of stations without {_CHECK}")


async def refuse(
    csms: FakeCSMS, step: int, answer_step: int, root: Root | None, requirement: str
) -> None:
    """Offer the station a CSMS root (None: what is no certificate at all), which is Rejected."""
    if root is not None:
        csms.changes.roots_added.append(root.identity[1])
    name, pem = ("no certificate", _NO_CERTIFICATE) if root is None else (root.name, root.pem)
    sent = await csms.send(step, "InstallCertificate", certificateType=CSMS_ROOT, certificate=pem)
    answer = await sent.response(answer_step, requirement=requirement)
    path, status = f"$.status (certificate: {name})", answer["status"]
    check = Check(path, "Rejected", status, status == "Rejected", "Rejected")
    csms.judge(answer_step, "InstallCertificateResponse", [check], requirement, frame=sent.id)


async def install(csms: FakeCSMS, step: int | str, root: Root) -> None:
    """The station is given a root, which is taken from it after the case."""
    csms.changes.roots_added.append(root.identity[1])
    state = CertificateInstalled(root.use, root.pem)
    if step == "Before":
        await csms.reach(state)
    else:
        await csms.run(step, state)


@dataclass(frozen=True)
class RootStore:
    """What a station holds: ``before``, as it said before the case, and ``added`` since.

    ``checked``: it has AdditionalRootCertificateCheck; ``algorithm``: of the hashes that it tells.
    """

    csms: FakeCSMS
    before: frozenset[Identity]
    checked: bool
    algorithm: str
    added: tuple[Root, ...] = ()

    async def install(self, step: int | str, root: Root) -> RootStore:
        """Install a root; what the station holds then."""
        await install(self.csms, step, root)
        return replace(self, added=(*self.added, root))

    async def offer(self, step: int | str, root: Root) -> RootStore:
        """Give it a root, which it may refuse; what the station holds then."""
        self.csms.changes.roots_added.append(root.identity[1])
        fields = {"certificateType": root.use, "certificate": root.pem}
        sent = await self.csms.send(step, "InstallCertificate", **fields)
        return replace(self, added=(*self.added, root)) if await sent.is_accepted() else self

    def without(self, root: Root) -> RootStore:
        """What the station holds without a root."""
        return replace(self, added=tuple(each for each in self.added if each != root))

    def listing(self, *kinds: str, lacks: tuple[Root, ...] = ()) -> Listing:
        """What it has to list of these types (none named: of all)."""
        holds = tuple(each for each in self.added if not kinds or each.use in kinds)
        known = (old_root(self.csms), *self.added)
        return Listing(kinds, holds, lacks, self._kept, self.before, known, self._in_use(kinds))

    def _in_use(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """A station that is connected over TLS has the root by which it knows the CSMS."""
        asked = not kinds or CSMS_ROOT in kinds
        known = asked and self.csms.link.profile > 1 and not self._replaced
        return (CSMS_ROOT,) if known else ()

    @property
    def _replaced(self) -> bool:
        """A successor takes the place of the CSMS root; how long the other stays is M05.FR.13's."""
        return self.checked and any(each.use == CSMS_ROOT for each in self.added)

    @property
    def _kept(self) -> frozenset[Identity]:
        gone = CSMS_ROOT if self._replaced else ""
        return frozenset(each for each in self.before if each[0] != gone)


async def read_store(csms: FakeCSMS) -> RootStore:
    """Ask what the station holds before the case gives it anything."""
    checked = await has_root_check(csms)
    async with csms.before():
        sent = await csms.send("Before", "GetInstalledCertificateIds")
        answer = await sent.response(
            "Before",
            status=one_of("Accepted", "NotFound"),
            requirement="M03.FR.02, M03.FR.03",
        )
    hashes = (inner(e, "certificateHashData") for e in objects(answer, "certificateHashDataChain"))
    algorithms = (str(each["hashAlgorithm"]) for each in hashes if "hashAlgorithm" in each)
    return RootStore(csms, frozenset(identities(answer)), checked, next(algorithms, "SHA256"))


async def expect_kept(
    store: RootStore,
    step: int | str,
    answer_step: int | str,
    *lacks: Root,
    kinds: Any = (),
    holds: tuple[Root, ...] = (),
) -> None:
    """What was refused has changed nothing: none of ``lacks`` is there, all others are.

    ``holds``: what must be there, whatever was listed before.
    """
    listing = store.listing(*kinds, lacks=lacks)
    listing = replace(listing, holds=(*listing.holds, *holds))
    await expect_listing(store.csms, step, answer_step, listing)


async def expect_replaced(
    csms: FakeCSMS, step: int, answer_step: int, store: RootStore | None = None
) -> None:
    """The new CSMS root is installed and the old one is not any more (M05.FR.13)."""
    old, new = old_root(csms), new_root(csms)
    # Its issuer is gone: a station may take it for its own issuer.
    alone = replace(new, issuers=(*new.issuers, new.certificate))
    known = store.listing(CSMS_ROOT) if store else Listing((CSMS_ROOT,), others=None)
    listing = replace(known, holds=(alone,), lacks=(old,), known=(alone,), some=())
    await expect_listing(csms, step, answer_step, listing)


async def expect_old_root(
    csms: FakeCSMS, step: int, answer_step: int, store: RootStore | None = None
) -> None:
    """The old CSMS root is still installed, whatever has become of the new one (M03, M05.FR.14)."""
    old, new = old_root(csms), new_root(csms)
    known = store.listing(CSMS_ROOT) if store else Listing((CSMS_ROOT,), others=None)
    either = known.may | {new.identity}
    listing = replace(known, holds=(old,), may=either, known=(old, new))
    await expect_listing(csms, step, answer_step, listing)


def serve(csms: FakeCSMS, step: int | str, root: Root) -> None:
    """From the next attempt on, the CSMS shows a certificate under that root."""
    link = csms.link
    flaw = Flaw.UNKNOWN_ROOT if root == unknown_root(csms) else None
    serving = Serving(link.profile, new_root=root == new_root(csms), flaw=flaw)
    csms.record.act(step, "shows a certificate", root=root.name)
    for number in (1, 2):
        link.serve(number, serving)


async def delete(
    csms: FakeCSMS,
    step: int | str,
    answer_step: int | str,
    hashes: Payload,
    status: Any,
    requirement: str,
) -> str:
    """Ask for the deletion of the certificate with this hash data; the status."""
    sent = await csms.send(step, "DeleteCertificate", certificateHashData=hashes)
    answer = await sent.response(answer_step, status=status, requirement=requirement)
    return str(answer["status"])


def almost(known: Payload, unknown: Payload) -> tuple[Payload, ...]:
    """Hash data of no certificate: a part of a known one's is another's (M04.FR.07)."""
    parts = ("issuerNameHash", "issuerKeyHash", "serialNumber")
    serial = {**unknown, "serialNumber": known["serialNumber"]}
    return (*({**known, part: unknown[part]} for part in parts), serial)


async def delete_root(
    store: RootStore, step: int, answer_step: int, root: Root, answer: Payload
) -> None:
    """Have a root deleted by the hash data that the station has told of it (M04.FR.07).

    Stops the case as NOT APPLICABLE where a station that has one CSMS root at a time keeps it.
    """
    csms = store.csms
    entries = zip(identities(answer), objects(answer, "certificateHashDataChain"), strict=True)
    hashes = next(inner(e, "certificateHashData") for who, e in entries if who == root.identity)
    wanted = one_of("Accepted", "Failed") if store.checked else "Accepted"
    status = await delete(csms, step, answer_step, hashes, wanted, "M04.FR.02")
    if status == "Failed":
        await expect_listing(csms, answer_step, answer_step, store.listing(root.use))
        reason = "it has one CSMS root at a time (M05.FR.09), and keeps it (M04.FR.03)"
        raise csms.not_applicable(reason)


async def remove_all(csms: FakeCSMS, kind: str) -> None:
    """The station has no certificate of this type any more, of all that it lists.

    Stops the case as NOT APPLICABLE where it does not let the last one go (M04.FR.03).
    """
    async with csms.before():
        either = one_of("Accepted", "NotFound")
        sent = await csms.send("Before", "GetInstalledCertificateIds")
        answer = await sent.response("Before", status=either, requirement="M03.FR.02, M03.FR.03")
        async for _ in deletions(csms, answer, kind):
            csms.changes.for_good = f"each {kind} was deleted"


async def deletions(csms: FakeCSMS, answer: Payload, kind: str) -> AsyncIterator[None]:
    """Delete each certificate of this type in an answer, one after the other.

    Stops the case as NOT APPLICABLE where the station does not let the last one go (M04.FR.03).
    """
    either = one_of("Accepted", "Failed")
    for entry in objects(answer, "certificateHashDataChain"):
        if entry.get("certificateType") != kind:
            continue
        hashes = inner(entry, "certificateHashData")
        if await delete(csms, "Before", "Before", hashes, either, "M04.FR.01") == "Failed":
            raise csms.not_applicable(f"the station keeps its {kind} (M04.FR.03)")
        yield


def judge_refusal(csms: FakeCSMS, step: int, status: str) -> None:
    """That its own certificate stays is told by Failed (M04.FR.06), on the page by NotFound too."""
    check = Check("$.status", "Failed", status, status == "Failed", fact("told", status="Failed"))
    csms.judge(step, "DeleteCertificateResponse", [check], "M04.FR.06", Severity.WARNING)


async def expect_trusted(csms: FakeCSMS, step: str, root: Root) -> None:
    """After a boot, the station connects under a root that it holds; then under the old one."""
    serve(csms, step, root)
    await reset(csms, step, step)
    await expect_return(csms, step, step)
    serve(csms, step, old_root(csms))
    mark = csms.mark()
    await csms.disconnect(step)
    await expect_reconnect(csms, step, since=mark)


async def expect_distrusted(
    csms: FakeCSMS, step: str, root: Root, *, held: Root | None = None
) -> None:
    """After a boot, the station does not connect under a root that it does not hold.

    ``held``: the one that it holds, by default that with which it was set up.
    """
    serve(csms, step, root)
    await reset(csms, step, step)
    await csms.expect_refused(step, since=csms.reboot_mark, within=csms.sut.limits.boot)
    serve(csms, step, held or old_root(csms))
    await expect_return(csms, step, step)


async def expect_return(csms: FakeCSMS, step: int | str, boot_step: int | str) -> None:
    """After the reset, the station connects to what the CSMS shows, and boots."""
    limit = csms.sut.limits.boot
    try:
        await csms.expect_connection(step, since=csms.reboot_mark, within=limit)
    except CaseStopped:
        for number in (1, 2):  # or it never comes back
            csms.link.serve_root(number, new=False)
        raise
    await csms.run(boot_step, BootedAgain)


async def renew_in_profile_3(csms: FakeCSMS) -> None:
    """In security profile 3, the station is given a new certificate of its own."""
    if csms.link.profile < 3:
        return
    await csms.reach(RenewChargingStationCertificate)
    async with csms.before():
        await let_leave(csms, "Before")


async def reset(csms: FakeCSMS, step: int | str, answer_step: int | str) -> None:
    """Have the idle station reboot."""
    sent = await csms.send(step, "Reset", type="OnIdle")
    await sent.response(answer_step, status="Accepted", requirement="B11.FR.03")
