"""The preflight: what a run would stumble over is said before it, in one clear sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness import clock
from harness.evidence.recorder import Recorder
from harness.evidence.results import CaseResult
from harness.evidence.verdict import Verdict
from harness.operators import OperatorFailed, OperatorSettingsError, UntrustworthyError
from harness.operators.embedded import EmbeddedStation
from harness.operators.offers import offers
from harness.pki.keys import Flaw
from harness.plan.planned import plan
from harness.preflight.finding import Finding, Weight
from harness.preflight.in_person import meet
from harness.preflight.on_paper import address, limits, missing_templates, operator_gaps
from harness.preflight.stumbled import hints, stumbled
from harness.proof.keys import shared_keys
from harness.reference.csms import Csms, CsmsConfig, TlsFiles
from harness.reference.station import StationConfig
from harness.reference.variants import Variant
from harness.spec.roles import Role
from harness.sut.file import line_of, load
from harness.sut.model import Listen, OperatorSpec, Sut
from harness.testbed.bringup import BringUpError, Embedding, csms_test_bed, station_test_bed
from harness.testbed.kits import embedded_sut
from harness.testbed.station import StationTestBed

PLAIN = embedded_sut(Role.STATION)
PASSWORD = "0123456789abcdefgh"


def by_templates(sut: Sut, *names: str) -> Sut:
    """The same system, whose operator has these templates alone."""
    return replace(
        sut, operator=OperatorSpec("command", {"actions": {name: ["x"] for name in names}})
    )


# -- on paper


@pytest.mark.parametrize(
    ("kind", "actions", "name", "expected"),
    [
        ("http", {"ask": 1}, "ask.Reset", True),
        ("http", {"ask.Reset": 1}, "ask.Reset", True),
        ("http", {"ask.Reset": 1}, "ask.GetLog", False),
        ("websocket", {"*": 1}, "arrange.token", True),
        ("command", {"arrange": 1}, "arrange.token", True),
        ("command", {}, "plug_in", False),
        ("none", {}, "plug_in", False),
        ("prompt", {}, "plug_in", True),
        ("python", {}, "plug_in", None),
    ],
)
def test_what_an_operator_offers(
    kind: str, actions: dict[str, int], name: str, expected: bool | None
) -> None:
    assert offers(OperatorSpec(kind, {"actions": actions}), name) is expected


def test_each_gap_says_what_it_costs() -> None:
    hands = ("plug_in", "unplug", "present_token", "drive_in", "drive_out")
    sut = by_templates(PLAIN, *hands)
    found = list(operator_gaps(sut, plan(sut, ["TC_A_01_CS", "TC_E_26_CS", "TC_E_38_CS"])))
    told = {each.text: each.weight for each in found}
    assert told["the operator has no power_cycle: 1 case(s) go on without it"] is Weight.WELL
    lost = "the operator has no unplug_ev: 1 case(s) INCONCLUSIVE (TC_E_26_CS)"
    assert told[lost] is Weight.COSTS
    assert not [text for text in told if "plug_in" in text.split(":")[0]]


def test_all_that_is_asked_can_be_done() -> None:
    sut = replace(PLAIN, operator=OperatorSpec("prompt"))
    [found] = operator_gaps(sut, plan(sut, ["TC_A_01_CS"]))
    assert (found.weight, "power_cycle" in found.text) == (Weight.WELL, True)


def test_a_case_that_cannot_end_in_time_is_named() -> None:
    cases = plan(PLAIN, ["TC_B_21_CS"])
    [found] = limits(replace(PLAIN, limits=replace(PLAIN.limits, case=5.0)), cases)
    assert found.weight is Weight.COSTS
    assert "TC_B_21_CS" in found.text
    assert found.path == "limits.case"
    [found] = limits(PLAIN, cases)
    assert found.weight is Weight.WELL


def test_an_address_that_nobody_else_reaches() -> None:
    [found] = address(replace(PLAIN, listen=Listen(host="csms.example")))
    assert "bind: 0.0.0.0" in found.text
    assert not list(address(replace(PLAIN, listen=Listen())))
    assert not list(address(replace(PLAIN, listen=Listen(host="csms.example", bind="0.0.0.0"))))


def test_the_cheap_part_names_what_stops_cases() -> None:
    names = {each.text for each in missing_templates(by_templates(PLAIN, "plug_in"))}
    assert "the operator has no unplug" in names
    assert "the operator has no plug_in" not in names
    assert "the operator has no power_cycle" not in names  # cases go on without it


def test_line_of_a_key(tmp_path: Path) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text("name: X\nrole: CS\nsecurity_profile: 0\nlisten:\n  port: 1\n", "utf-8")
    assert [line_of(path, key) for key in ("listen.port", "listen.host", "evses")] == [5, 4, 1]


# -- in person


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("changes", "station", "path", "said"),
    [
        ({}, {}, "", "says of its EVSEs and features is what the description says"),
        ({"evses": {1: (1,)}}, {"evses": {1: (1,), 2: (1,)}}, "evses", "with EVSE(2)"),
        ({}, {"cache": False}, "features.C-49", "features: C-49"),
        ({"serial_number": "OTHER"}, {"serial_number": "RS-1"}, "serial_number", "RS-1"),
        ({"version": "9"}, {"firmware": "1.0.0"}, "version", "reports show"),
    ],
)
async def test_a_station_is_held_to_its_description(
    tmp_path: Path, changes: dict[str, Any], station: dict[str, Any], path: str, said: str
) -> None:
    sut = replace(PLAIN, **changes)
    embedding = Embedding(Variant("", config=station), keys=shared_keys)
    async with station_test_bed(sut, lambda _sut: Recorder(None), tmp_path, embedding) as bed:
        found = await meet(bed)
    [it] = [each for each in found if said in each.text]
    assert it.path == path
    assert (it.weight is Weight.WELL) == (not path)


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("serial", "path", "said"),
    [
        ("CS001", "", "its certificate is in the name of its serial number"),
        ("RS-9", "serial_number", "in the name of CS001, and its serial number is RS-9"),
    ],
)
async def test_in_whose_name_a_certificate_is(
    tmp_path: Path, serial: str, path: str, said: str
) -> None:
    sut = replace(PLAIN, security_profile=3, serial_number="")
    variant = Variant("", config={"serial_number": serial})
    embedding = Embedding(variant, keys=shared_keys)
    async with station_test_bed(sut, lambda _sut: Recorder(None), tmp_path, embedding) as bed:
        found = await meet(bed)
    [it] = [each for each in found if "certificate" in each.text]
    assert (it.path, it.weight is Weight.WELL) == (path, not path)
    assert said in it.text


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["ca_file", "station_ca_file"])
async def test_a_file_of_roots_that_holds_none(tmp_path: Path, name: str) -> None:
    file = tmp_path / "root.pem"
    file.write_text("no certificate", "utf-8")
    sut = Sut("C", Role.CSMS, url="wss://127.0.0.1:1", operator=OperatorSpec("none"))
    sut = replace(sut, security_profile=2, **{name: str(file)})
    with pytest.raises(BringUpError, match="name a file of them in PEM") as caught:
        async with csms_test_bed(sut, lambda _sut: Recorder(None), tmp_path, Embedding()):
            pass
    assert caught.value.path == name


@pytest.mark.simulated_time
@pytest.mark.asyncio
async def test_a_clock_that_goes_wrong(tmp_path: Path) -> None:
    def late(station: Any) -> None:
        station.clock = lambda: clock.now() - timedelta(seconds=60)

    embedding = Embedding(alter=late, keys=shared_keys)
    async with station_test_bed(PLAIN, lambda _sut: Recorder(None), tmp_path, embedding) as bed:
        found = await meet(bed)
    [it] = [each for each in found if "60 s from the one here" in each.text]
    assert (it.weight, it.path) == (Weight.WRONG, "deviation")


async def _met_station(folder: Path, alter: Callable[[StationConfig], StationConfig]) -> Finding:
    """What is found where a station is set up otherwise than described."""
    limits = replace(PLAIN.limits, connect=20.0, silence=2.0)
    sut = replace(PLAIN, limits=limits, security_profile=1, operator=OperatorSpec("none"))
    sut = replace(sut, password=PASSWORD, listen=replace(sut.listen, host="127.0.0.1"))
    embedding = Embedding(keys=shared_keys)
    async with station_test_bed(sut, lambda _sut: Recorder(None), folder, embedding) as bed:
        url = f"ws://127.0.0.1:{bed.sut.listen.port}"
        config = StationConfig("CS001", url, PASSWORD, security_profile=1)
        station = EmbeddedStation(alter(config))
        await station.start()
        try:
            found = await meet(bed)
        finally:
            await station.close()
    return next(each for each in found if each.weight is Weight.WRONG)


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("alter", "path", "said"),
    [
        (lambda c: replace(c, password="another-password-16"), "password", "wrong user name or"),
        (lambda c: replace(c, identity="CS002"), "identity", "does not end in the identity"),
        (lambda c: replace(c, url="ws://127.0.0.1:1"), "listen", "set the station up to connect"),
        (lambda c: replace(c, security_profile=0), "security_profile", "sends no password"),
        (
            lambda c: replace(c, security_profile=2, url=c.url.replace("ws:", "wss:")),
            "security_profile",
            "TLS",
        ),
    ],
    ids=["password", "identity", "url", "profile 0", "profile 2"],
)
async def test_why_a_station_does_not_come(
    tmp_path: Path, alter: Callable[[StationConfig], StationConfig], path: str, said: str
) -> None:
    found = await _met_station(tmp_path, alter)
    assert said in found.text
    assert found.path == path, found.text


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("changes", "path", "said"),
    [
        ({}, "", "its clock is right"),
        ({"password": "another-password-16"}, "password", "does not take"),
        ({"identity": "CS009"}, "url", "make the station known"),
        ({"url": "ws://127.0.0.1:1/ocpp"}, "url", "nobody listens"),
        ({"url": "ws://{}/other"}, "url", "nothing at this path"),
        ({"security_profile": 2, "url": "wss://{}/ocpp"}, "security_profile", "TLS"),
        ({"security_profile": 0}, "security_profile", "write the profile that it has"),
        ({"url": "ws://no-such-host.invalid/ocpp"}, "url", "nobody knows this host"),
    ],
    ids=["well", "password", "identity", "port", "path", "profile", "no password", "host"],
)
async def test_why_a_csms_takes_nobody(
    tmp_path: Path, changes: dict[str, Any], path: str, said: str
) -> None:
    config = CsmsConfig(stations={"CS001": PASSWORD}, security_profile=1)
    csms = Csms(config)
    await csms.start()
    try:
        port = csms.urls[1].split("/")[2]
        changes = {k: v.format(port) if isinstance(v, str) else v for k, v in changes.items()}
        limits = replace(PLAIN.limits, connect=3.0, response=3.0)
        sut = Sut("C", Role.CSMS, url=csms.urls[1], password=PASSWORD, limits=limits)
        sut = replace(sut, operator=OperatorSpec("none"), **changes)
        bed_of = csms_test_bed(sut, lambda _sut: Recorder(None), tmp_path, Embedding())
        async with bed_of as bed:
            found = await meet(bed)
    finally:
        await csms.stop()
    assert [(each.path, said in each.text) for each in found if said in each.text] == [
        (path, True)
    ], found


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("flaw", "profile", "root", "path", "said"),
    [
        (None, 2, "CS002", "ca_file", "name the root of the CSMS's certificate in ca_file"),
        (Flaw.WRONG_NAME, 2, "CS001", "url", "write the host that the certificate names"),
        (Flaw.EXPIRED, 2, "CS001", "url", "shows an old certificate"),
        (None, 1, "", "security_profile", "write the security_profile of both"),
    ],
    ids=["root", "name", "expired", "no TLS"],
)
async def test_a_csms_whose_tls_is_another(
    tmp_path: Path, flaw: Flaw | None, profile: int, root: str, path: str, said: str
) -> None:
    roots = {each: shared_keys(tmp_path, each) for each in ("CS001", "CS002")}
    shown = roots["CS001"].bad_servers[flaw] if flaw else roots["CS001"].servers
    pairs = tuple((each.certificate, each.key) for each in shown)
    config = CsmsConfig(
        stations={"CS001": PASSWORD}, security_profile=2, tls=TlsFiles(pairs), name="localhost"
    )
    csms = Csms(config)
    await csms.start()
    try:
        url = csms.urls[2] if profile == 2 else csms.urls[2].replace("wss:", "ws:")
        sut = Sut("C", Role.CSMS, security_profile=profile, url=url, password=PASSWORD)
        trusted = str(roots[root].old_root.certificate) if root else ""
        limits = replace(PLAIN.limits, connect=3.0)
        sut = replace(sut, operator=OperatorSpec("none"), ca_file=trusted, limits=limits)
        bed_of = csms_test_bed(sut, lambda _sut: Recorder(None), tmp_path, Embedding())
        async with bed_of as bed:
            [found] = await meet(bed)
    finally:
        await csms.stop()
    assert (found.weight, found.path) == (Weight.WRONG, path), found
    assert said in found.text


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (OperatorSettingsError("operator.settings.class", "is 1", "write 2"), ":6: oper.*write 2"),
        (OperatorFailed("no relay"), ":6: the operator: no relay"),
        (UntrustworthyError("claims"), ":4: claims"),
        (BringUpError("cannot listen"), ":3: cannot listen"),
        (OSError("a disc is full"), "^a disc is full"),
    ],
)
def test_what_ends_a_run_is_said_with_its_line(
    tmp_path: Path, error: Exception, where: str
) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text(
        "name: x\nrole: CS\nlisten: {port: 1, port_2: 2}\noperator:\n  kind: python\n"
        "  settings: {class: 1}\nsecurity_profile: 0\n"
        "features: [C-06.1, C-09.1, C-10.1, C-12.1, C-36, C-48.1]\n",
        "utf-8",
    )
    assert re.search(where, stumbled(load(path), error))
    path.unlink()
    assert str(error) in stumbled(Sut("x", Role.STATION, file=str(path)), error)


def test_cases_without_a_connection_say_once_what_to_write() -> None:
    sut = Sut("C", Role.CSMS, url="ws://h:1")

    def case(reason: str, verdict: Verdict = Verdict.INCONCLUSIVE) -> CaseResult:
        return CaseResult("TC_B_01_CSMS", "T", "B", Role.CSMS, verdict, reason, 1.0)

    refused = "the CSMS under test could not be reached at ws://h:1/CS001: HTTP 404"
    told = list(hints(sut, [case(refused), case(refused), case("the operator cannot do ask")]))
    assert told == ["the CSMS has nothing at this path: mend the url, or make the station known"]
    assert list(hints(sut, [case(refused, Verdict.FAIL)])) == []


@pytest.mark.asyncio
async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    def bed(port: int) -> AbstractAsyncContextManager[StationTestBed]:
        sut = replace(PLAIN, listen=Listen(port=port, port_2=0), operator=OperatorSpec("none"))
        embedding = Embedding(keys=shared_keys)
        return station_test_bed(sut, lambda _sut: Recorder(None), tmp_path, embedding)

    async with bed(0) as first:
        with pytest.raises(BringUpError, match=r"cannot listen at 127\.0\.0\.1.*in listen"):
            async with bed(first.sut.listen.port):
                pass
