"""The HTML report, read back by a parser and by a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from harness.evidence.collected import collect
from harness.evidence.results import (
    write_case,
    write_results,
)
from harness.report.write import write_all
from harness.tests.packs import all_opened
from harness.tests.report_sample import NASTY, RUN, write_sample
from harness.tests.test_report import IDS, RED, VERDICTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("run")
    write_sample(directory)
    write_all(directory)
    return directory


class Page(HTMLParser):
    """Elements and attributes, texts of the elements that stay raw, and what is left open."""

    VOID = frozenset({"meta", "link", "input", "br"})
    ENDLESS = frozenset({"line", "rect", "path", "use"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.raw: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ENDLESS
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            self.raw.append((self.open[-1], data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def case_of(text: str, case_id: str) -> str:
    """The part of the page, unpacked, that a case's row opens to."""
    return text.split(f'id="{case_id}"')[1].split('<details class="case"')[0]


def test_html_is_well_formed_and_self_contained(folder: Path) -> None:
    page = Page(all_opened((folder / "results.html").read_text()))
    assert page.open == []
    assert {a.get("src") for _, a in page.elements} == {None}
    assert [a["href"] for a in page.all("link")] == ["data:,"]
    targets = {a["href"] for tag in ("a", "use") for a in page.all(tag)}
    ids = {a["id"] for _, a in page.elements if "id" in a}
    for target in {each for each in targets if not each.startswith("#?")}:
        assert target[1:] in ids if target[0] == "#" else (folder / target).is_file()
    for tag, text in page.raw:
        assert tag == "script" or "@import" not in text
        assert tag == "script" or "url(" not in text


def test_html_holds_nothing_executable_that_is_not_ours(folder: Path) -> None:
    text = (folder / "results.html").read_text()
    page = Page(all_opened(text))
    assert not [name for _, a in page.elements for name in a if name.startswith("on")]
    assert {tag for tag, _ in page.elements} & {"img", "iframe", "object", "embed", "base"} == set()
    assert [a.get("type", "ours") for a in page.all("script")] == ["ours"]
    assert {a.get("type", "ours") for a in Page(text).all("script")} == {"ours", "text/plain"}
    assert not [a for a in page.all("a") if a["href"].lower().startswith("javascript")]


def test_html_has_each_case_with_its_verdict_and_anchor(folder: Path) -> None:
    page = Page((folder / "results.html").read_text())
    cases = [a for a in page.all("details") if a.get("class") == "case"]
    assert [a["id"] for a in cases] == [*RED, *(i for i in IDS if i not in RED)]
    verdicts = dict(zip(IDS, VERDICTS, strict=True))
    assert {a["id"]: a["data-verdict"] for a in cases} == verdicts
    assert {a["data-block"] for a in cases} == {"B_Provisioning", "E_Transactions"}
    assert {a["data-role"] for a in cases} == {"CS", "CSMS"}


def test_html_holds_the_frames_as_they_were(folder: Path) -> None:
    text = all_opened((folder / "results.html").read_text())
    *_, event = re.findall(r"CALL TransactionEvent.*?<pre[^>]*>(.*?)</pre>", text, re.DOTALL)
    assert json.loads(re.sub("<.*?>", "", unescape(event)))["triggerReason"] == "CablePluggedIn"
    bodies = re.findall("<pre[^>]*>(.*?)</pre>", text, re.DOTALL)
    assert NASTY in map(unescape, bodies)
    boot = case_of(text, "TC_B_01_CSMS").split("CALL BootNotification")[0]
    assert boot.rindex("Station \u2192 CSMS") > boot.rfind("CSMS \u2192 Station")


def test_html_has_what_is_red_in_the_open_and_what_is_green_packed(folder: Path) -> None:
    text = (folder / "results.html").read_text()
    failed = case_of(text, "TC_E_03_CS")
    assert "<dd>E03.FR.01</dd>" in failed
    assert "expected Authorized, got CablePluggedIn" in failed.split("</summary>")[0]
    assert 'class="pack"' in case_of(text, "TC_B_01_CS")
    assert "BootNotification" not in case_of(text, "TC_B_01_CS")
    assert "BootNotification" in case_of(all_opened(text), "TC_B_01_CS")


def test_html_marks_the_message_and_the_field_that_failed(folder: Path) -> None:
    failed = case_of((folder / "results.html").read_text(), "TC_E_03_CS")
    assert re.findall("<mark>(.*?)</mark>", failed) == [
        '"triggerReason": "CablePluggedIn"',
        '"seqNo": 0',
        "idToken is absent",
    ]
    drawn = re.findall(r'<g class="bad"><text class="label"[^>]*>(.*?)</text>', failed)
    assert [each for each in drawn if each.startswith("TransactionEvent")] == [
        "TransactionEvent (Updated, CablePluggedIn)"
    ]


def test_html_of_a_torn_transcript_shows_the_rest(tmp_path: Path) -> None:
    write_sample(tmp_path)
    path = tmp_path / "transcripts" / "TC_E_03_CS.jsonl"
    content = path.read_bytes()
    path.write_bytes(b"\xff\n[]\n" + content[:-40])
    write_all(tmp_path)
    text = all_opened((tmp_path / "results.html").read_text())
    assert Page(text).open == []
    assert "3 more in the transcript, too many or unreadable." in text
    assert "TransactionEvent (Started, CablePluggedIn)" in text


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_html_in_a_browser(folder: Path, tmp_path: Path) -> None:
    """A probe beside the page's own script filters, follows an anchor and renders frames."""
    page = (folder / "results.html").read_text()
    probe = """
    const seen = () => cases.filter((item) => !item.hidden).map((item) => item.id).join(" ");
    const log = [];
    const set = (name, value) => {
      fields[name].value = value;
      form.dispatchEvent(new Event("input"));
      log.push(seen());
    };
    set("text", "cable PLUGIN"); set("text", ""); set("role", "CSMS"); set("role", "");
    set("block", "E_Transactions"); log.push(location.hash); set("block", "");
    log.push(location.hash);
    show("#?verdict=ERROR"); log.push(seen());
    show("#?cause=TransactionEventRequest+%24.seqNo+E01.FR.07"); log.push(seen());
    show("#TC_B_01_CS"); log.push(seen()); log.push(String($("TC_B_01_CS").open));
    fill($("TC_B_01_CS")).then(() => {
      log.push(String($("TC_B_01_CS").querySelectorAll("pre").length > 0));
      print(); log.push(String($("TC_E_03_CS").open));
      document.title = JSON.stringify(log);
    });
    """
    # The page's policy admits its own script alone; the probe is no part of it.
    changed = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    changed = changed.replace("show(location.hash);\n</script>", f"{probe}</script>")
    assert probe in changed
    copy = tmp_path / "probe.html"
    copy.write_text(changed)
    title = re.search("<title>(.*?)</title>", dump_dom(copy, tmp_path))
    assert title is not None
    every = " ".join([*RED, *(i for i in IDS if i not in RED)])
    assert json.loads(title[1]) == [
        "TC_E_03_CS",
        every,
        "TC_B_01_CSMS",
        every,
        "TC_E_03_CS TC_E_14_CS TC_E_40_CS",
        "#?block=E_Transactions",
        every,
        "",
        "TC_B_20_CS",
        "TC_E_03_CS",
        every,
        "true",
        "true",
        "true",
    ]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_policy_of_the_page_admits_its_script(folder: Path, tmp_path: Path) -> None:
    page = folder / "results.html"
    assert "8 of 8 cases" not in page.read_text()
    assert "8 of 8 cases" in dump_dom(page, tmp_path)


def dump_dom(page: Path, profile: Path) -> str:
    assert CHROMIUM is not None
    quiet = [
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        # What is packed is unpacked before the page is read.
        "--virtual-time-budget=5000",
    ]
    command = [CHROMIUM, *quiet, f"--user-data-dir={profile / 'profile'}", "--dump-dom"]
    done = subprocess.run([*command, page.as_uri()], capture_output=True, timeout=60, check=True)
    return done.stdout.decode()


def test_a_full_run_makes_a_page_of_a_few_megabytes(tmp_path: Path) -> None:
    results = write_sample(tmp_path)
    case = next(case for case in results.cases if case.id == "TC_E_03_CS")
    for number in range(100, 465):
        write_case(tmp_path, replace(case, id=f"TC_E_{number}_CS"))
    write_results(tmp_path, collect(tmp_path, RUN))
    write_all(tmp_path)
    assert (tmp_path / "results.html").stat().st_size < 10_000_000
