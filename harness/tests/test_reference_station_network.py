"""The reference station: offline periods, back-off, network profiles and TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from harness.pki import keys as pki
from harness.pki.certificate_hash import hash_data
from harness.reference.station import StationConfig
from harness.tests.small_csms import Payload, SmallCsms, running

pytestmark = pytest.mark.simulated_time

TWO = StationConfig("CS001", "", evses={1: (1,), 2: (1,)})
PASSWORD = "0123456789abcdef"


@pytest_asyncio.fixture(loop_scope="function")
async def csms() -> AsyncIterator[SmallCsms]:
    async with SmallCsms().listening() as small:
        yield small


@pytest_asyncio.fixture(loop_scope="function")
async def other() -> AsyncIterator[SmallCsms]:
    async with SmallCsms().listening() as small:
        yield small


def profile(url: str, security: int = 0, **changes: object) -> Payload:
    return {
        "ocppVersion": "OCPP20",
        "ocppTransport": "JSON",
        "ocppCsmsUrl": url,
        "messageTimeout": 20,
        "securityProfile": security,
        "ocppInterface": "Wired0",
        **changes,
    }


async def migrate(csms: SmallCsms, url: str) -> None:
    request = {"configurationSlot": 2, "connectionData": profile(url)}
    assert await csms.result("SetNetworkProfile", request) == {"status": "Accepted"}
    assert await csms.set("OCPPCommCtrlr.NetworkConfigurationPriority", "2,1") == "Accepted"


# Offline


@pytest.mark.asyncio
@pytest.mark.parametrize(("threshold", "places"), [("0", [1, 2]), ("60", [2])])
async def test_states_after_an_offline_period(
    csms: SmallCsms, threshold: str, places: list[int]
) -> None:
    async with running(csms, TWO) as station:
        await csms.set("OCPPCommCtrlr.OfflineThreshold", threshold)
        await csms.drop(accepts=False)
        await csms.until(lambda: csms.connection is None)
        await csms.quiet(0.05)
        before = len(csms.frames)
        await station.plug_in(2, 1)
        csms.accepts = True
        await csms.next("TransactionEvent")
        await csms.quiet()
        sent = csms.frames[before:]
        assert {f.action for f in sent} == {"StatusNotification", "TransactionEvent"}
        states = {
            f.payload["evseId"]: f.payload["connectorStatus"]
            for f in sent
            if f.action == "StatusNotification"
        }
        assert states == {i: "Occupied" if i == 2 else "Available" for i in places}


@pytest.mark.asyncio
async def test_offline_transaction_is_told_later(csms: SmallCsms) -> None:
    values = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}
    async with running(csms, StationConfig("CS001", "", values=values)) as station:
        await csms.drop(accepts=False)
        await csms.until(lambda: csms.connection is None)
        await csms.quiet(0.05)
        await station.plug_in(1, 1)
        await station.present_token("AABB", "ISO14443")
        await csms.quiet()
        await station.present_token("AABB", "ISO14443")
        await csms.quiet()
        await station.unplug(1, 1)
        csms.accepts = True
        await csms.next("TransactionEvent", eventType="Ended")
        events = [f.payload for f in csms.frames if f.action == "TransactionEvent"]
        assert [e["seqNo"] for e in events] == list(range(len(events)))
        assert all(e["offline"] is True for e in events)
        assert events[0]["eventType"] == "Started"


@pytest.mark.asyncio
async def test_what_was_under_way_at_a_loss_is_told_again(csms: SmallCsms) -> None:
    async with running(csms) as station:
        csms.replies["StatusNotification"] = lambda _: None
        await station.plug_in(1, 1)
        await csms.next("StatusNotification", connectorStatus="Occupied")
        del csms.replies["StatusNotification"]
        await csms.drop(accepts=True)
        await csms.next("StatusNotification", connectorStatus="Occupied")
        event = await csms.next("TransactionEvent")
        assert event.payload["offline"] is True


@pytest.mark.asyncio
async def test_locally_known_tokens_offline(csms: SmallCsms) -> None:
    async with running(csms) as station:
        entry = {
            "idToken": {"idToken": "LIST", "type": "ISO14443"},
            "idTokenInfo": {"status": "Accepted"},
        }
        request = {
            "versionNumber": 5,
            "updateType": "Full",
            "localAuthorizationList": [entry],
        }
        assert await csms.result("SendLocalList", request) == {"status": "Accepted"}
        assert await csms.result("GetLocalListVersion") == {"versionNumber": 5}
        old = {"versionNumber": 5, "updateType": "Differential"}
        assert await csms.result("SendLocalList", old) == {"status": "VersionMismatch"}
        await csms.drop(accepts=False)
        await csms.until(lambda: csms.connection is None)
        await csms.quiet(0.05)
        await station.present_token("NOBODY", "ISO14443")
        await csms.quiet(0.05)
        assert station.evses[1].authorization is None
        await station.present_token("LIST", "ISO14443")
        await csms.quiet(0.05)
        assert station.evses[1].authorization is not None


# Reconnecting


@pytest.mark.asyncio
async def test_back_off_doubles_until_its_limit(csms: SmallCsms) -> None:
    values = {
        "OCPPCommCtrlr.RetryBackOffWaitMinimum": "1",
        "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
        "OCPPCommCtrlr.RetryBackOffRepeatTimes": "1",
        "OCPPCommCtrlr.NetworkProfileConnectionAttempts": "3",
    }
    async with running(csms, StationConfig("CS001", "", values=values)):
        loop = asyncio.get_running_loop()
        csms.attempts.clear()
        started = loop.time()
        await csms.drop(accepts=False)
        await csms.until(lambda: len(csms.attempts) == 3, 10.0)
        csms.accepts = True
        waits = [b - a for a, b in zip([started, *csms.attempts], csms.attempts, strict=False)]
        assert [round(w) for w in waits] == [1, 2, 2]


# Network profiles


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("slot", "data", "reason"),
    [
        (999, profile("ws://127.0.0.1:1/x"), "InvalidConfSlot"),
        (2, profile("http://127.0.0.1:1/x"), "InvalidNetworkConf"),
        (2, profile("ws://127.0.0.1:1/x", 2), "InvalidNetworkConf"),
        (2, profile("ws://127.0.0.1:1/x", ocppTransport="SOAP"), "InvalidNetworkConf"),
        (2, profile("ws://127.0.0.1:1/x", ocppVersion="OCPP16"), "InvalidNetworkConf"),
    ],
)
async def test_profiles_that_are_not_acceptable(
    csms: SmallCsms, slot: int, data: Payload, reason: str
) -> None:
    async with running(csms):
        request = {"configurationSlot": slot, "connectionData": data}
        answer = await csms.result("SetNetworkProfile", request)
        assert answer == {"status": "Rejected", "statusInfo": {"reasonCode": reason}}


@pytest.mark.asyncio
async def test_security_profile_is_never_lowered(csms: SmallCsms) -> None:
    config = StationConfig("CS001", "", security_profile=1, password=PASSWORD)
    async with running(csms, config):
        request = {"configurationSlot": 2, "connectionData": profile(csms.url, 0)}
        answer = await csms.result("SetNetworkProfile", request)
        assert answer["statusInfo"] == {"reasonCode": "NoSecurityDowngrade"}


@pytest.mark.asyncio
async def test_migration_to_another_profile(csms: SmallCsms, other: SmallCsms) -> None:
    async with running(csms):
        await migrate(csms, other.url)
        assert (await csms.get("OCPPCommCtrlr.ActiveNetworkProfile"))["attributeValue"] == "1"
        assert await csms.result("Reset", {"type": "OnIdle"}) == {"status": "Accepted"}
        boot = await other.next("BootNotification")
        assert boot.payload["reason"] == "RemoteReset"
        assert csms.connection is None
        await other.next("SecurityEventNotification")
        assert (await other.get("OCPPCommCtrlr.ActiveNetworkProfile"))["attributeValue"] == "2"


@pytest.mark.asyncio
async def test_fall_back_to_the_second_entry(csms: SmallCsms, other: SmallCsms) -> None:
    other.accepts = False
    values = {"OCPPCommCtrlr.NetworkProfileConnectionAttempts": "2"}
    async with running(csms, StationConfig("CS001", "", values=values)):
        await migrate(csms, other.url)
        await csms.result("Reset", {"type": "OnIdle"})
        await csms.next("BootNotification")
        assert len(other.attempts) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(("manner", "elsewhere"), [("last", 1), ("all", 2)])
async def test_when_no_profile_answers(
    csms: SmallCsms, other: SmallCsms, manner: str, elsewhere: int
) -> None:
    other.accepts = False
    values = {
        "OCPPCommCtrlr.NetworkProfileConnectionAttempts": "1",
        "OCPPCommCtrlr.RetryBackOffRepeatTimes": "0",
        "OCPPCommCtrlr.RetryBackOffWaitMinimum": "1",
    }
    config = StationConfig("CS001", "", values=values, reconnect=manner)  # type: ignore[arg-type]
    async with running(csms, config):
        await migrate(csms, other.url)
        csms.accepts = False
        csms.attempts.clear()
        await csms.result("Reset", {"type": "OnIdle"})
        await csms.until(lambda: bool(csms.attempts))
        csms.accepts = True
        await csms.next("BootNotification")
        assert csms.attempts[1] - csms.attempts[0] > 0.9
        assert len(other.attempts) == elsewhere


@pytest.mark.asyncio
async def test_switch_after_a_loss_registers_again(csms: SmallCsms, other: SmallCsms) -> None:
    values = {"OCPPCommCtrlr.NetworkProfileConnectionAttempts": "1"}
    async with running(csms, StationConfig("CS001", "", values=values)) as station:
        await migrate(csms, other.url)
        station.link.priority = station.link.read_priority()
        await csms.drop(accepts=False)
        await other.next("BootNotification")


# Security


@pytest.mark.asyncio
async def test_new_password_is_used_at_once(csms: SmallCsms) -> None:
    config = StationConfig("CS001", "", security_profile=1, password=PASSWORD)
    async with running(csms, config):
        assert await csms.set("SecurityCtrlr.BasicAuthPassword", PASSWORD[::-1]) == "Accepted"
        await csms.until(lambda: len(csms.credentials) == 2)
        first, second = csms.credentials
        assert first
        assert first.startswith("Basic ")
        assert second
        assert second != first


@dataclass(frozen=True)
class Trust:
    """An old root, the one it signed to replace it, and a server under each."""

    old: pki.KeyPair
    new: pki.KeyPair
    old_server: ssl.SSLContext
    new_server: ssl.SSLContext


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    home = tmp_path_factory.mktemp("pki")
    pki.private_directory(home)
    old = pki.make_root(home, "old", "CSO")
    new = pki.make_root(home, "new", "CSO", signed_by=old)
    servers = [
        pki.server_context([pki.issue_server(home, f"server_{n}", r, ("127.0.0.1",), "CSO")])
        for n, r in (("old", old), ("new", new))
    ]
    return Trust(old, new, *servers)


@asynccontextmanager
async def two_secure(trust: Trust, second: ssl.SSLContext) -> AsyncIterator[tuple[SmallCsms, ...]]:
    async with (
        SmallCsms().listening(tls=trust.old_server) as first,
        SmallCsms().listening(tls=second) as other,
    ):
        first.scheme = other.scheme = "wss"
        yield first, other


async def replace_root(csms: SmallCsms, other: SmallCsms, trust: Trust) -> None:
    """Install the new root and migrate to the other endpoint."""
    request = {
        "certificateType": "CSMSRootCertificate",
        "certificate": trust.new.certificate.read_text(),
    }
    assert await csms.result("InstallCertificate", request) == {"status": "Accepted"}
    data = {"configurationSlot": 2, "connectionData": profile(other.url, 2)}
    assert await csms.result("SetNetworkProfile", data) == {"status": "Accepted"}
    assert await csms.set("OCPPCommCtrlr.NetworkConfigurationPriority", "2,1") == "Accepted"
    assert await csms.result("Reset", {"type": "OnIdle"}) == {"status": "Accepted"}


def with_root_check(trust: Trust, **variant: object) -> StationConfig:
    return StationConfig(
        "CS001",
        "",
        security_profile=2,
        password=PASSWORD,
        ca_file=str(trust.old.certificate),
        values={"OCPPCommCtrlr.NetworkProfileConnectionAttempts": "1"},
        **variant,  # type: ignore[arg-type]
    )


async def installed(csms: SmallCsms) -> list[Payload]:
    request = {"certificateType": ["CSMSRootCertificate"]}
    answer = await csms.result("GetInstalledCertificateIds", request)
    return [c["certificateHashData"] for c in answer["certificateHashDataChain"]]


@pytest.mark.asyncio
async def test_new_root_replaces_the_old_one_once_it_worked(trust: Trust) -> None:
    config = with_root_check(trust, additional_root_check=True)
    async with (
        two_secure(trust, trust.new_server) as (csms, other),
        running(csms, config),
    ):
        old = hash_data(trust.old.parsed, trust.old.parsed)
        new = hash_data(trust.new.parsed, trust.old.parsed)
        assert await installed(csms) == [old]
        await replace_root(csms, other, trust)
        await other.next("SecurityEventNotification")
        assert (await installed(other))[0]["serialNumber"] == new["serialNumber"]
        assert len(await installed(other)) == 1


@pytest.mark.asyncio
async def test_old_root_is_fallen_back_on(trust: Trust) -> None:
    config = with_root_check(trust, additional_root_check=True)
    async with (
        two_secure(trust, trust.old_server) as (csms, other),
        running(csms, config),
    ):
        await replace_root(csms, other, trust)
        await csms.next("BootNotification")
        await csms.next("SecurityEventNotification", type="InvalidCsmsCertificate")
        old = hash_data(trust.old.parsed, trust.old.parsed)
        new = hash_data(trust.new.parsed, trust.old.parsed)
        assert await installed(csms) == [new, old]
        request = {"certificateHashData": new}
        assert await csms.result("DeleteCertificate", request) == {"status": "Accepted"}
        assert await installed(csms) == [old]


@pytest.mark.asyncio
async def test_unknown_server_is_refused(trust: Trust) -> None:
    async with SmallCsms().listening(tls=trust.new_server) as csms:
        csms.scheme = "wss"
        async with running(csms, with_root_check(trust), booted=False):
            await csms.quiet(0.5)
            assert csms.attempts == []


@pytest.mark.asyncio
@pytest.mark.parametrize(("profile", "last"), [("1", "Accepted"), ("2", "Failed")])
async def test_certificates_are_checked_and_deleted(
    trust: Trust, csms: SmallCsms, profile: str, last: str
) -> None:
    values = {"SecurityCtrlr.SecurityProfile": profile}
    async with running(csms, StationConfig("CS001", "", values=values)):
        bad = {"certificateType": "CSMSRootCertificate", "certificate": "nonsense"}
        assert await csms.result("InstallCertificate", bad) == {"status": "Rejected"}
        nothing = {"certificateType": ["CSMSRootCertificate"]}
        assert await csms.result("GetInstalledCertificateIds", nothing) == {"status": "NotFound"}
        for root in (trust.old, trust.new):
            request = {**bad, "certificate": root.certificate.read_text()}
            assert await csms.result("InstallCertificate", request) == {"status": "Accepted"}
        old, new = await installed(csms)
        assert new == hash_data(trust.new.parsed, trust.old.parsed)
        for data, status in ((new, "Accepted"), (new, "NotFound"), (old, last)):
            answer = await csms.result("DeleteCertificate", {"certificateHashData": data})
            assert answer == {"status": status}
