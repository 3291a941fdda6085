"""The page of a run: what it shows, to whom, and whose answers it takes."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
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
from harness.live.so_far import SoFar, steps_of
from harness.operators import Hands, OperatorFailed, OperatorSettingsError, Unsupported
from harness.operators.base import Skipped
from harness.operators.web import WebOperator
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.tests.browser import (
    DESKTOP,
    PHONE,
    Browser,
    Page,
    browser,
    needs_chromium,
    relay,
    until,
)
from harness.tests.plugin_runs import LIMITS, ROOT, command, results, station_yaml
from harness.views.board import Board, Errand
from harness.views.case_lines import Calls, code

PAGE = ROOT / "cases_cs" / "e_transactions" / "test_tc_e_04_cs.yaml"
CASE = facts.CaseBegan("TC_E_04_CS", PAGE)
FAILED = facts.CaseEnded("TC_B_20_CS", "Reset", "FAIL", "step 3: <b>not</b> so", 3.0)
PASSED = facts.CaseEnded("TC_B_01_CS", "Cold Boot", "PASS", "", 3.0)
PLUG = "plug the vehicle into EVSE 1, connector 1"


class Shown:
    """A board, and what it was told."""

    def __init__(self, *, hands: bool = True) -> None:
        self.so_far = SoFar()
        self.board = Board(self.so_far, hands=hands)
        self.tell(facts.RunBegan("My station", 12), FAILED, CASE)

    def tell(self, *all_facts: facts.Fact) -> None:
        for fact in all_facts:
            self.so_far.hear(fact)
            self.board.hear(fact)

    def asked(self, do: str = PLUG, sees: str = "") -> Errand:
        errand = Errand(do, sees)
        self.board.put_up(errand)
        return errand


@contextmanager
def shown(*, hands: bool = True) -> Generator[Shown]:
    it = Shown(hands=hands)
    it.board.start()
    try:
        yield it
    finally:
        it.board.stop()


def asks(
    url: str, method: str = "GET", body: Any = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of what an HTTP client gets that is no browser."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        fields = {"Content-Type": "application/json", **fields}
    try:
        connection.request(method, parts.path, json.dumps(body) if body else None, fields)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.headers)
    finally:
        connection.close()


def origin(board: Board) -> str:
    parts = urlsplit(board.url)
    return f"{parts.scheme}://{parts.netloc}"


def says(board: Board, errand: Errand, how: str = "done", text: str = "") -> int:
    """Status of an answer by the page of the run."""
    body = {"errand": errand.id, "how": how, "text": text}
    return asks(f"{board.url}answer", "POST", body, Origin=origin(board))[0]


class Stream:
    """A client that follows."""

    def __init__(self, board: Board) -> None:
        parts = urlsplit(board.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        self._connection.request("GET", f"{parts.path}events")
        self._answer = self._connection.getresponse()

    def next(self) -> dict[str, Any]:
        line = self._answer.readline()
        while not line.startswith(b"data: "):
            assert line, "the stream has ended"
            line = self._answer.readline()
        return json.loads(line[6:])

    def until(self, **wanted: Any) -> dict[str, Any]:
        for _ in range(50):
            data = self.next()
            if all(data[name] == value for name, value in wanted.items()):
                return data
        raise AssertionError(f"not so: {wanted}; the last was {data}")

    def drop(self) -> None:
        self._answer.close()
        self._connection.close()


# -- to whom


def test_a_forged_request_is_refused() -> None:
    with shown() as it:
        board, errand = it.board, it.asked()
        own, answer = origin(board), {"errand": errand.id, "how": "done", "text": ""}
        token = urlsplit(board.url).path
        no_token = [f"{own}/", f"{own}/events", f"{own}/answer", f"{own}/x{token}"]
        wrong = f"{own}/{token.strip('/')[:-1]}x/"
        for url in [*no_token, wrong, f"{wrong}events"]:
            status, text, _ = asks(url)
            assert status == 403, url
            assert text.count("\n") == 1
            assert "not the link of a run that goes on" in text
            assert "My station" not in text
        assert asks(f"{wrong}answer", "POST", answer, Origin=own)[0] == 403
        at = f"{board.url}answer"
        foreign = (
            {},  # no browser says nothing of where a POST comes from
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": own, "Host": "evil.example"},
            {"Origin": own.replace("127.0.0.1", "localhost")},
        )
        for headers in foreign:
            assert asks(at, "POST", answer, **headers)[0] == 403, headers
        assert asks(board.url, Host="evil.example")[0] == 403
        assert asks(f"{board.url}events", Origin="http://evil.example")[0] == 403
        # What a form of another site could send at most, were its origin not told.
        plain = asks(at, "POST", answer, Origin=own, Content_Type="text/plain")
        assert plain[0] == 415
        for body in ([], {"how": "done"}, {**answer, "how": "explode"}, {**answer, "how": "seen"}):
            assert asks(at, "POST", body or [0], Origin=own)[0] == 400, body
        assert asks(at, "PUT", answer, Origin=own)[0] == 405
        assert not errand.answer.done()
        assert says(board, errand) == 200
        assert errand.answer.result(1).how == "done"


def test_nothing_of_it_is_kept_by_a_browser_or_shown_in_another_page() -> None:
    with shown() as it:
        for name in ("", "board.js", "board.css"):
            status, _, headers = asks(it.board.url + name)
            assert status == 200
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert "Access-Control-Allow-Origin" not in headers
        assert asks(it.board.url + "x.y")[0] == 404


def test_each_run_has_a_link_of_its_own_that_ends_with_it() -> None:
    with shown() as first, shown() as second:
        url = first.board.url
        assert urlsplit(url).path != urlsplit(second.board.url).path
        assert len(urlsplit(url).path) >= 22
        assert urlsplit(url).hostname == "127.0.0.1"
    with pytest.raises(ConnectionError):
        asks(url)


def test_a_link_for_a_phone_is_told_with_its_code() -> None:
    said: list[str] = []
    calls = Calls(said.append, waits=False, codes=True)
    calls.hear(facts.Served("http://192.0.2.7:8000/token/", afar=True))
    assert said[0] == "the run is shown at http://192.0.2.7:8000/token/"
    assert said[1] == code("http://192.0.2.7:8000/token/")
    assert len(said[1].splitlines()) > 12
    calls.hear(facts.Served("http://127.0.0.1:8000/token/", afar=False))
    assert len(said) == 3


# -- what it shows


def test_shows_the_run_so_far_and_what_is_new() -> None:
    with shown() as it:
        stream = Stream(it.board)
        first = stream.next()
        assert first["systems"] == "My station"
        assert [each["id"] for each in first["ended"]] == ["TC_B_20_CS"]
        assert (first["case"], first["cases"], first["fresh"]) == ("TC_E_04_CS", 12, True)
        it.tell(facts.AtStep("2>Booted 1"), facts.Awaited("X", "My station", 60))
        data = stream.until(place=f"step 2 of {steps_of(PAGE)}")
        assert data["waits"] == "waits for X from My station"
        assert 50 < data["left"] <= 60
        it.tell(PASSED)
        data = stream.next()
        assert (data["fresh"], [each["id"] for each in data["ended"]]) == (False, ["TC_B_01_CS"])
        stream.drop()
        again = Stream(it.board).next()
        assert [each["id"] for each in again["ended"]] == ["TC_B_20_CS", "TC_B_01_CS"]


def test_two_phones_are_asked_and_the_first_answer_counts() -> None:
    with shown() as it:
        phones = Stream(it.board), Stream(it.board)
        errand = it.asked()
        wanted = [{"id": errand.id, "do": PLUG, "sees": ""}]
        for phone in phones:
            phone.until(errands=wanted)
        assert says(it.board, errand, "done") == 200
        assert says(it.board, errand, "cannot") == 409
        assert errand.answer.result(1).how == "done"
        it.board.take_down(errand)
        for phone in phones:
            phone.until(errands=[])
        assert says(it.board, errand) == 409


def test_what_is_put_back_cannot_be_skipped() -> None:
    with shown() as it:
        errand = it.asked()
        it.tell(facts.CleaningUp())
        assert Stream(it.board).until(skippable=False)
        assert says(it.board, errand, "skip") == 400
        assert not errand.answer.done()


def test_a_run_is_not_held_up_by_those_who_do_not_read() -> None:
    with shown() as it:
        Stream(it.board)
        done = threading.Event()

        def flood() -> None:
            for number in range(20_000):
                it.tell(facts.AtStep(str(number)))
            done.set()

        threading.Thread(target=flood, daemon=True).start()
        assert done.wait(20)
        assert Stream(it.board).until(place="step 19999")


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


def _run(folder: Path, how: str) -> tuple[int, str, dict[str, Any]]:
    """A case that asks a person, who answers so: exit code, output and results."""
    sut = station_yaml(folder, "proper", LIMITS.replace("operator: 1", "operator: 40"))
    text, _, own = sut.read_text().partition("operator:\n")
    sut.write_text(f"{text}operator:\n  kind: web\n  fallback:\n{indent(own, '  ')}")
    module = folder / "test_mine.py"
    module.write_text(_MODULE)
    arguments = command(folder, sut, str(module))
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
    code, output, found = _run(tmp_path, "skip")
    assert code == 1, output
    assert found["cases"] == []
    [left_out] = found["not_run"]
    assert left_out["id"] == "TC_B_01_CS"
    assert "skipped by the person asked for plug_in(evse=1, connector=1)" in left_out["reason"]
    assert "the cable is away" in left_out["reason"]
    assert re.search(r"1/1 NOT RUN +TC_B_01_CS .*skipped by the person", output)
    assert "1 not run" in output


def test_a_case_goes_on_by_what_the_person_says(tmp_path: Path) -> None:
    code, output, found = _run(tmp_path, "done")
    [case] = found["cases"]
    assert case["verdict"] == "PASS", output
    assert code == 0
    assert not found.get("not_run")


# -- in a browser


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    with browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


CARD = "document.querySelector('.errand')"


def button(text: str) -> str:
    found = f"[...document.querySelectorAll('button')].find((b) => b.textContent === '{text}')"
    return f"({found})"


def press(page: Page, text: str) -> None:
    page.until(f"{button(text)} && !{button(text)}.disabled")
    page.js(f"{button(text)}.click()")


#: The least contrast of a text with what is behind it (WCAG 2, 1.4.3 and 1.4.11 want 4.5).
CONTRAST = """(() => {
  const light = (rgb) => rgb.map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("h1, h2, h3, p, label, button, b, li, li div")];
  return Math.min(...texts.filter((n) => n.offsetParent && n.textContent.trim() && !n.disabled)
    .map((node) => {
      const [a, b] = [light(parse(getComputedStyle(node).color).slice(0, 3)), light(behind(node))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }));
})()"""


@needs_chromium
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_is_readable(chromium: Browser, size: tuple[int, int], dark: bool) -> None:
    with shown() as it, chromium.page() as page:
        it.tell(facts.AtStep("2"), facts.Asked("plug_in", 90), PASSED, CASE)
        it.asked()
        page.open(it.board.url, size, dark=dark)
        page.until(f"{CARD} && !{button('Done')}.disabled")
        assert page.js("document.querySelector('.errand h3').textContent") == PLUG
        assert re.search(r"TC_E_04_CS", page.js("document.getElementById('place').textContent"))
        assert re.fullmatch(r"1:[0-3]\d left", page.js("document.getElementById('left').innerText"))
        assert "step 3: <b>not</b> so" in page.js("document.getElementById('cases').innerText")
        assert "2 of 12 cases" in page.js("document.getElementById('progress').innerText")
        width = page.js("document.documentElement.scrollWidth")
        assert width <= size[0]
        tall = page.js(
            "[...document.querySelectorAll('.errand button')].filter("
            "(b) => b.offsetParent).map((b) => b.getBoundingClientRect().height)"
        )
        assert min(tall) >= 44
        assert page.js(f"{button('Done')}.getBoundingClientRect().bottom") <= size[1]
        assert page.js(CONTRAST) >= 4.5
        unnamed = "[...document.querySelectorAll('input, textarea, progress')].filter("
        unnamed += "(n) => !(n.labels || []).length && !n.ariaLabel).length"
        assert page.js(unnamed) == 0


@needs_chromium
def test_is_answered_by_keyboard_and_goes_on_by_itself(chromium: Browser) -> None:
    with shown() as it, chromium.page() as page:
        errand = it.asked()
        page.open(it.board.url, DESKTOP)
        page.until(f"{CARD} && !{button('Done')}.disabled")
        for _ in range(6):
            page.press("Tab")
            if page.js("document.activeElement.textContent") == "Done":
                break
        page.press("Enter")
        assert errand.answer.result(10).how == "done"
        it.board.take_down(errand)
        page.until(f"!{CARD}")
        second = it.asked("look whether the lock is closed", "true or false")
        press(page, "No")
        assert second.answer.result(10).text == "false"
        it.board.take_down(second)
        third = it.asked()
        press(page, "Skip this case")
        assert not third.answer.done()  # it has to be meant
        press(page, "Skip it: it will be NOT RUN")
        assert third.answer.result(10).how == "skip"
        it.board.take_down(third)
        page.until(f"!{CARD}")
        it.tell(facts.RunEnded())
        page.until("document.getElementById('connection').textContent === 'The run has ended.'")


@needs_chromium
def test_a_dropped_connection_is_told_and_mended(chromium: Browser) -> None:
    with (
        shown() as it,
        relay(urlsplit(it.board.url).port or 0) as between,
        chromium.page(through=between) as page,
        chromium.page() as other,
    ):
        gone, errand = it.asked("unplug the vehicle"), it.asked()
        for each in (page, other):
            each.open(it.board.url, PHONE)
            each.until(f"{CARD} && !{button('Done')}.disabled")
        between.drop()
        page.until("document.getElementById('connection').textContent.includes('is lost')")
        assert page.js(f"{button('Done')}.disabled")
        it.board.take_down(gone)
        it.tell(PASSED)
        between.mend()
        page.until("document.querySelectorAll('.errand').length === 1")
        page.until("document.querySelectorAll('#cases li').length === 2")
        press(page, "Done")
        assert errand.answer.result(10).how == "done"
        it.board.take_down(errand)
        other.until(f"!{CARD}")


@needs_chromium
def test_a_wrong_link_says_so(chromium: Browser) -> None:
    with shown() as it, chromium.page() as page:
        page.open(f"{it.board.url[:-3]}xx/", PHONE)
        page.until("document.body.innerText.includes('not the link of a run that goes on')")


@needs_chromium
def test_another_site_cannot_press_a_button(chromium: Browser) -> None:
    """A page elsewhere that has found out the link still cannot answer, nor read."""
    with shown() as it, shown() as elsewhere, chromium.page() as page:
        errand = it.asked()
        page.open(elsewhere.board.url, DESKTOP)
        page.until("document.getElementById('systems')?.textContent === 'My station'")
        page.call("Page.setBypassCSP", enabled=True)
        page.open(elsewhere.board.url, DESKTOP)
        page.until("document.getElementById('systems')?.textContent === 'My station'")
        body = json.dumps({"errand": errand.id, "how": "done", "text": ""})
        for mode, kind in (("cors", "application/json"), ("no-cors", "text/plain")):
            page.js(
                f"fetch({it.board.url!r} + 'answer', {{method: 'POST', mode: {mode!r},"
                f" headers: {{'Content-Type': {kind!r}}}, body: {body!r}}}).catch(() => 0)"
                ".then(() => 1)"
            )
        read = page.js(f"fetch({it.board.url!r}).then((r) => r.text()).catch(() => 'refused')")
        assert read == "refused"
        assert not errand.answer.done()
        assert says(it.board, errand) == 200


@needs_chromium
def test_without_hands_it_only_shows(chromium: Browser) -> None:
    with shown(hands=False) as it, chromium.page() as page:
        page.open(it.board.url, PHONE)
        it.tell(facts.AtStep("2"), facts.Asked("arrange.password", 90))
        page.until("document.getElementById('waits').innerText.includes('arrange.password')")
        assert page.js("document.querySelectorAll('main button').length") == 0
    assert until(lambda: not it.board._thread.is_alive(), "the end of the thread")
