"""Moving a station under test from one network connection profile to another (Part 2, B09, B10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import Check, Contains, Satisfies, fact, matches, one_of
from harness.evidence.verdict import Stage
from harness.ocppj.inbox import Opened, Refused
from harness.ocppj.variables import result, results, setting
from harness.peers.fake_csms import FakeCSMS
from harness.pki import keys as pki
from harness.pki.certificate_hash import hash_data

PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"
ATTEMPTS = "OCPPCommCtrlr.NetworkProfileConnectionAttempts"


@dataclass(frozen=True)
class Migration:
    """From the active slot and endpoint to the other ones (erratum 2025-04)."""

    csms: FakeCSMS
    active_slot: int
    slot: int
    active_endpoint: int
    endpoint: int

    async def set_profile(
        self,
        step: int,
        answer_step: int,
        status: Any = "Accepted",
        requirement: str = "B09.FR.01",
    ) -> str:
        """Write the other endpoint into the slot that is not active; the status."""
        sent = await self.csms.send(
            step,
            "SetNetworkProfile",
            configurationSlot=self.slot,
            connectionData=connection_data(self.csms, self.endpoint),
        )
        answer = await sent.response(answer_step, status=status, requirement=requirement)
        return str(answer["status"])

    async def set_priority(
        self,
        step: int,
        answer_step: int,
        status: Any = one_of("Accepted", "RebootRequired"),  # noqa: B008 - never changed
        requirement: str = "B10.FR.01",
    ) -> None:
        """Put that slot first and the active one second."""
        await self.csms.variables.remember(PRIORITY)
        value = f"{self.slot},{self.active_slot}"
        sent = await self.csms.send(
            step, "SetVariables", setVariableData=[setting(PRIORITY, value)]
        )
        await sent.response(
            answer_step,
            setVariableResult=results(result(PRIORITY, status)),
            requirement=requirement,
        )

    async def reset(self, step: int, answer_step: int) -> None:
        """Reset the station, unless it has begun to reboot by itself (note of the page)."""
        csms = self.csms
        if await csms.hangs_up():
            csms.rebooted_by_itself()
            return
        sent = await csms.send(step, "Reset", type="OnIdle")
        await sent.response(answer_step, status="Accepted", requirement="B11.FR.03")


async def migration(csms: FakeCSMS) -> Migration:
    """Where the station is, and where it is to go."""
    slots = (csms.sut.configured.slot_1.slot, csms.sut.configured.slot_2.slot)
    async with csms.before():
        active = await csms.variables.read_number("OCPPCommCtrlr.ActiveNetworkProfile", slots[0])
    endpoint = csms.active_endpoint
    other = slots[1] if active == slots[0] else slots[0]
    return Migration(csms, active, other, endpoint, 3 - endpoint)


def connection_data(csms: FakeCSMS, endpoint: int) -> dict[str, Any]:
    """NetworkConnectionProfileType for one of the two endpoints."""
    configured = csms.sut.configured
    profile = configured.slot_1 if endpoint == 1 else configured.slot_2
    link = csms.link
    return profile.as_json(
        url=link.endpoint(endpoint).url, security_profile=link.profile_at(endpoint)
    )


def need_tls(csms: FakeCSMS) -> None:
    """Stop a case about roots where the station is not tested with TLS."""
    if csms.link.profile < 2:
        reason = "is about TLS certificates: describe the station with security_profile 2 or 3"
        raise csms.not_applicable(reason)


async def install_new_root(csms: FakeCSMS) -> None:
    """Memory state CertificateInstalled for the new CSMS root (CSMSRootCertificate)."""
    await install_root(csms, csms.link.keys.new_root)
    csms.changes.for_good = "the CSMS root was changed"


async def install_root(csms: FakeCSMS, root: pki.KeyPair) -> None:
    """Memory state CertificateInstalled for a CSMSRootCertificate."""
    async with csms.before(), csms.within("Before", "CertificateInstalled"):
        sent = await csms.send(
            1,
            "InstallCertificate",
            certificateType="CSMSRootCertificate",
            certificate=root.pem,
        )
        await sent.response(2, status="Accepted")


async def expect_old_root(csms: FakeCSMS, step: int, answer_step: int) -> None:
    """The old CSMS root is still installed, told by hashes of any algorithm (M03)."""
    sent = await csms.send(
        step, "GetInstalledCertificateIds", certificateType=["CSMSRootCertificate"]
    )
    await sent.response(
        answer_step,
        status="Accepted",
        certificateHashDataChain=Contains(
            _root("old", csms.link.keys.old_root, csms.link.keys.old_root)
        ),
        requirement="M03.FR.01, M05.FR.10",
    )


async def expect_old_root_removed(csms: FakeCSMS, step: int) -> None:
    """Connected by the new root, a station with additional check drops the old one (M05.FR.13)."""
    checks = "SecurityCtrlr.AdditionalRootCertificateCheck"
    if not await csms.variables.is_true(checks, default=False):
        return
    keys = csms.link.keys
    old = _root("old", keys.old_root, keys.old_root)
    # Its issuer is the old root, which may be gone: then a station may take it for its own issuer.
    new = _root("new", keys.new_root, keys.old_root, keys.new_root)
    gone = Satisfies(
        "the new CSMS root without the old one",
        lambda chain: matches(Contains(new), chain) and not matches(Contains(old), chain),
        fact("root replaced"),
    )
    sent = await csms.send(
        step, "GetInstalledCertificateIds", certificateType=["CSMSRootCertificate"]
    )
    await sent.response(
        step, status="Accepted", certificateHashDataChain=gone, requirement="M05.FR.13"
    )


def _root(name: str, root: pki.KeyPair, *issuers: pki.KeyPair) -> dict[str, Any]:
    """Matches an entry for ``root`` whose hashes, of any algorithm, are those of one issuer."""

    def is_this_root(data: Any) -> bool:
        possible = [
            hash_data(root.parsed, issuer.parsed, data["hashAlgorithm"]) for issuer in issuers
        ]
        return any(
            all(str(data[field]).lower() == str(wanted[field]).lower() for field in wanted)
            for wanted in possible
        )

    return {
        "certificateType": "CSMSRootCertificate",
        "certificateHashData": Satisfies(
            f"the hashes of the {name} CSMS root", is_this_root, fact("hashes of root", root=name)
        ),
    }


def judge_first(csms: FakeCSMS, step: int, endpoint: int, since: int) -> None:
    """The first attempt after a reboot is at the first profile of the priority (B10.FR.04)."""
    attempts = (e for e in csms.inbox.events[since:] if isinstance(e, (Opened, Refused)))
    first = next((int(e.endpoint) for e in attempts), None)
    expected = f"the first attempt at endpoint {endpoint}"
    check = Check("", expected, f"the first attempt at endpoint {first}", first == endpoint)
    csms.judge(step, "connection", [check], "B10.FR.04")


def judge_attempts(csms: FakeCSMS, step: int, endpoint: int, *, since: int, wanted: int) -> None:
    """As many attempts at one profile as NetworkProfileConnectionAttempts says (B10.FR.03)."""
    assert csms.record.stage is Stage.MAIN
    found = (e for e in csms.inbox.events[since:] if isinstance(e, Refused))
    refused = sum(int(e.endpoint) == endpoint for e in found)
    check = Check("", f"{wanted} attempts", f"{refused} attempts", refused == wanted)
    csms.judge(step, "connection", [check], "B10.FR.03")
