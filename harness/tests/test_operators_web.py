"""A person asked on a page, by the operator alone and in a run."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from pathlib import Path
from textwrap import indent
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped
from harness.live import facts
from harness.live.feed import Feed
from harness.operators import Hands, OperatorFailed, OperatorSettingsError, Unsupported
from harness.operators.base import Skipped
from harness.operators.web import WebOperator
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.tests.boards import (
    CASE,
    asks,
    says,
    shown,
)
from harness.tests.plugin_runs import LIMITS, ROOT, command, results, station_yaml
from harness.views.board import Errand

# -- the operator


def station(**settings: Any) -> WebOperator:
    operator = WebOperator(Sut("S", Role.STATION), settings)
    operator.look_on(LIVE)
    return operator


class _Live(Feed):
    """The run that operators are shown: keeps the last link."""

    url = ""

    def tell(self, fact: facts.Fact) -> None:
        if isinstance(fact, facts.Served):
            self.url = fact.url
        super().tell(fact)


LIVE = _Live()


async def errands(operator: WebOperator, count: int) -> tuple[Errand, ...]:
    """Those on its page, once there are so many."""
    board = operator._board
    async with asyncio.timeout(10):
        while len(board._errands) != count:  # noqa: ASYNC110  # put up on any thread
            await asyncio.sleep(0.01)
    return board._errands


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("action", "how", "text", "outcome"),
    [
        ("plug_in", "done", "", None),
        ("look", "seen", "true", True),
        ("look", "seen", "it is open", "it is open"),
        ("plug_in", "cannot", "no cable", Unsupported("no cable")),
        ("plug_in", "skip", "", Skipped("")),
    ],
)
async def test_does_what_the_person_says(action: str, how: str, text: str, outcome: Any) -> None:
    operator = station()
    await operator.start()
    LIVE.tell(CASE)
    more = {"what": "lock"} if action == "look" else {}
    work = asyncio.create_task(operator.perform(action, evse=1, connector=1, **more))
    [errand] = await errands(operator, 1)
    assert await asyncio.to_thread(says, operator._board, errand, how, text) == 200
    if isinstance(outcome, Exception):
        with pytest.raises(type(outcome), match=str(outcome) or None):
            await work
    else:
        assert await work == outcome
    await errands(operator, 0)
    await operator.close()


@pytest.mark.asyncio
async def test_takes_back_what_the_wire_shows_or_nobody_wants_any_more() -> None:
    operator = station()
    await operator.start()
    sut = Sut("S", Role.STATION, limits=Limits(operator=0.5))
    hands, plugged = Hands(operator, Transcript("x"), sut), asyncio.Event()
    work = asyncio.create_task(hands.until(plugged.wait).plug_in(1, 1))
    await errands(operator, 1)
    plugged.set()
    await work
    await errands(operator, 0)
    with pytest.raises(CaseStopped, match=r"not done within 0\.5 s"):
        await hands.unplug(1, 1)
    await errands(operator, 0)
    work = asyncio.create_task(hands.unplug(1, 1))
    await errands(operator, 1)
    work.cancel()
    await errands(operator, 0)
    await operator.close()


@pytest.mark.asyncio
async def test_refuses_what_no_person_can_be_asked() -> None:
    with pytest.raises(Unsupported, match="nobody can be asked to do harness-probe-nonsense"):
        await station().perform("harness-probe-nonsense")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"listen": "0.0.0.0"}, "one address or name of this machine"),
        ({"listen": "::"}, "one address or name of this machine"),
        ({"listen": ""}, "one address or name of this machine"),
        ({"port": 70000}, "must be a port"),
        ({"token": "x"}, "is no key here"),
    ],
)
def test_wrong_settings_say_what_to_write(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(OperatorSettingsError, match=told):
        station(**settings)


@pytest.mark.asyncio
async def test_a_page_that_cannot_be_opened_ends_the_run() -> None:
    with shown() as it:
        taken = urlsplit(it.board.url).port
        with pytest.raises(OperatorFailed, match=r"cannot be opened: .*in use"):
            await station(port=taken).start()


# -- a run

_MODULE = """
from harness.case import case


@case("TC_B_01_CS")
async def test_tc_b_01_cs(fake_csms):
    await fake_csms.hands.plug_in(1, 1)
    sent = await fake_csms.send(1, "DataTransfer", vendorId="x")
    await sent.response(2, status="Accepted")
"""


def _described(folder: Path) -> Path:
    """A station in front of which a person is asked."""
    sut = station_yaml(folder, "proper", LIMITS.replace("operator: 1", "operator: 40"))
    text, _, own = sut.read_text().partition("operator:\n")
    sut.write_text(f"{text}operator:\n  kind: web\n  fallback:\n{indent(own, '  ')}")
    return sut


def _run(folder: Path, how: str, *more: str, sut: Path) -> tuple[int, str, dict[str, Any]]:
    """A case that asks a person, who answers so: exit code, output and results."""
    module = folder / "test_mine.py"
    module.write_text(_MODULE)
    arguments = command(folder, sut, str(module), *more)
    arguments.remove("-q")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        arguments, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        output = ""
        for line in process.stdout:
            output += line
            if found := re.search(r"the run is shown at (http://\S+)/", line):
                _answer(found[1], how)
    return process.returncode, output, results(folder)


def _answer(url: str, how: str) -> None:
    own = url.rpartition("/")[0]
    with urlopen(f"{url}/events", timeout=30) as stream:
        for line in stream:
            data = json.loads(line[6:]) if line.startswith(b"data: ") else {"errands": []}
            if data["errands"]:
                break
    assert (data["case"], data["skippable"]) == ("TC_B_01_CS", True)
    assert 0 < data["left"] <= 40
    body = {"errand": data["errands"][0]["id"], "how": how, "text": "the cable is away"}
    assert asks(f"{url}/answer", "POST", body, Origin=own)[0] == 200


def test_a_case_that_is_skipped_is_not_run(tmp_path: Path) -> None:
    code, output, found = _run(tmp_path, "skip", sut=_described(tmp_path))
    assert code == 1, output
    assert found["cases"] == []
    [left_out] = found["not_run"]
    assert left_out["id"] == "TC_B_01_CS"
    assert "skipped by the person asked for plug_in(evse=1, connector=1)" in left_out["reason"]
    assert "the cable is away" in left_out["reason"]
    assert re.search(r"1/1 NOT RUN +TC_B_01_CS .*skipped by the person", output)
    assert "1 not run" in output


def test_a_case_goes_on_by_what_the_person_says(tmp_path: Path) -> None:
    code, output, found = _run(tmp_path, "done", sut=_described(tmp_path))
    [case] = found["cases"]
    assert case["verdict"] == "PASS", output
    assert code == 0
    assert not found.get("not_run")


def test_a_case_that_was_skipped_is_run_by_the_one_who_resumes(tmp_path: Path) -> None:
    sut = _described(tmp_path)
    code, output, found = _run(tmp_path, "skip", sut=sut)
    assert (code, len(found["not_run"])) == (1, 1), output
    code, output, found = _run(tmp_path, "done", "--resume", sut=sut)
    assert (code, found.get("not_run") or []) == (0, []), output
    assert [(each["id"], each["verdict"]) for each in found["cases"]] == [("TC_B_01_CS", "PASS")]
    # It has a result now: nobody is asked again.
    code, output, found = _run(tmp_path, "cannot", "--resume", sut=sut)
    assert (code, [each["verdict"] for each in found["cases"]]) == (0, ["PASS"]), output
