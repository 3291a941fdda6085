"""The page of a run as people see it, on a phone and on a desktop."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from urllib.parse import urlsplit

import pytest

from harness.live import facts
from harness.tests.boards import (
    CASE,
    PASSED,
    PLUG,
    says,
    shown,
)
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
