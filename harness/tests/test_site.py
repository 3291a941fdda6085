"""The site is whole, needs nobody else's host, and describes all that there is to use."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from ocpp_conformance import OPTIONS

from harness.cli.commands import COMMANDS
from harness.evidence.verdict import Verdict
from harness.rules.rulebook import OF_CSMS, OF_STATION
from harness.run.gate import ExitCode
from harness.spec.editions import DEFAULT
from harness.sut.contract import CONTRACT, Action
from harness.sut.model import OPERATOR_KINDS
from harness.sut.schema import schema
from harness.sut.template_contract import KEYS, WORDS
from harness.tests.browser import DESKTOP, browser, needs_chromium
from harness.tests.manual import MANUAL, PAGES, ROOT

CONFIG = ROOT / ".github/docs/mkdocs.yml"


def build(config: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "-d", site],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built."""
    folder = tmp_path_factory.mktemp("site")
    done = build(CONFIG, folder)
    assert done.returncode == 0, done.stderr
    return folder


class _Seen(HTMLParser):
    """What a page shows, and what a browser loads for it without being asked."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.text: list[str] = []
        self.loaded: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "source"):
            self.loaded += [value for name, value in attrs if name in ("src", "href") and value]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def text_of(page: Path) -> str:
    return re.sub(r"\s+", " ", "".join(_Seen(page).text))


def test_every_page_is_there_and_loads_from_beside_it_alone(site: Path) -> None:
    """So that it works as files, and below any path of a server."""
    pages = {path.relative_to(site).as_posix(): _Seen(path) for path in site.rglob("*.html")}
    nav = re.findall(r": ([\w-]+)\.md$", CONFIG.read_text("utf-8"), re.MULTILINE)
    assert {f"{name}.html" for name in nav} == pages.keys() - {"404.html"}
    assert {path.stem for path in PAGES.glob("*.md")} < set(nav)
    loaded = {(name, place) for name, seen in pages.items() for place in seen.loaded}
    assert {"stylesheets/wide.css", "javascripts/iframe-worker.js"} <= {
        place for _, place in loaded
    }
    elsewhere = {each for each in loaded if re.match(r"[a-z]+:|//", each[1])}
    assert not elsewhere
    rooted = {name for name, place in loaded if place.startswith("/")}
    assert rooted <= {"404.html"}
    # It would have the theme fetch a program to draw it, or be shown as its source.
    texts = {name: (site / name).read_text("utf-8") for name in pages}
    assert not [name for name, text in texts.items() if "mermaid" in text or "flowchart TD" in text]
    assert "<td>one case after the other</td>" in texts["architecture.html"]
    styles = [path.read_text("utf-8") for path in site.rglob("*.css")]
    assert not [found for text in styles for found in re.findall(r"url\(.?(?:http|//)", text)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[a](nowhere.md) [b](#nowhere) [c](../../../harness/no.md)",
            [
                r"'page\.md'.*nowhere\.md",
                r"'page\.md'.*#nowhere",
                r"'page\.md'.*no\.md",
                r"- page\.md$",
            ],
        ),
        ("<!-- made: nothing -->", ["nothing is made that is called nothing"]),
    ],
)
def test_what_is_broken_breaks_the_build(text: str, said: list[str], tmp_path: Path) -> None:
    """Links that lead nowhere, a page that is left out, a part that nobody makes."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/page.md").write_text(f"# A page\n\n{text}\n", "utf-8")
    config = {"INHERIT": str(CONFIG), "docs_dir": "pages", "nav": ["index.md"]}
    hook = {"hooks": [str(CONFIG.with_name("hook.py"))]}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump({**config, **hook}), "utf-8")
    done = build(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert done.returncode != 0
    missing = [each for each in said if not re.search(each, done.stderr, re.MULTILINE)]
    assert not missing, done.stderr


@contextmanager
def served(folder: Path) -> Generator[str]:
    """The URL of a folder on a server, until the context ends."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


#: What the search found, and what was loaded from elsewhere.
_FOUND = "document.querySelector('.md-search-result__link[href*=\"operators.html\"]')"
_FOREIGN = """performance.getEntriesByType('resource').map(each => each.name)
    .filter(name => !name.startsWith(BASE) && !name.startsWith('data:'))"""
_BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@needs_chromium
def test_the_site_is_searched_as_files_and_below_a_path(site: Path, tmp_path: Path) -> None:
    """In light and dark, as the device has it."""
    backgrounds: dict[bool, set[str]] = {False: set(), True: set()}
    with served(site.parent) as server, browser(tmp_path) as chromium:
        for base in (site.as_uri(), f"{server}/{site.name}"):
            for dark, seen in backgrounds.items():
                with chromium.page() as page:
                    page.open(f"{base}/verdicts.html?q=look.report", DESKTOP, dark=dark)
                    page.until(_FOUND)
                    assert page.js(_FOREIGN.replace("BASE", f"'{base}'")) == []
                    seen.add(page.js(_BACKGROUND))
    light, dark = backgrounds.values()
    assert len(light) == len(dark) == 1
    assert light != dark


def test_operators_are_told_their_whole_contract(site: Path) -> None:
    told = text_of(site / "operators.html")
    for each in CONTRACT:
        assert all(fact in told for fact in facts(each)), each.name
    assert all(f"{each.name} " in told and plain(each.meaning) in told for each in (*KEYS, *WORDS))


def facts(action: Action) -> list[str]:
    parameters = [parameter.name for parameter in action.parameters]
    asked = re.sub(r"[{}]", "", action.question)
    made_of = [plain(action.freshness), plain(action.result), action.refusal.value]
    return [action.name, asked, *parameters, *action.special, *made_of]


def plain(text: str) -> str:
    return text.replace("`", "")


def test_every_feature_is_described(site: Path) -> None:
    words = DEFAULT.table("feature_words")
    features = DEFAULT.features
    assert words.keys() == {*features.counted, *frozenset().union(*features.known.values())}
    told = text_of(site / "features.html")
    assert not [each for each, what in words.items() if plain(f"{each} {what}") not in told]


def test_every_key_of_a_description_has_its_place(site: Path) -> None:
    told = text_of(site / "description.html")
    assert not [each for each in keys_of(schema()) if f" {each} " not in told]


def keys_of(described: Any, prefix: str = "") -> Iterator[str]:
    for name, each in described["properties"].items():
        if "properties" in each:
            yield from keys_of(each, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_every_rule_and_command_has_its_place(site: Path) -> None:
    rules = text_of(site / "rules.html")
    assert not [r.__name__ for r in (*OF_STATION, *OF_CSMS) if f"{r.__name__} " not in rules]
    commands = text_of(site / "commands.html")
    assert not [c.name for c in COMMANDS if f"usage: python -m harness {c.name} " not in commands]


# What is made from the code cannot lack anything; these are about what people wrote.


@pytest.mark.parametrize("command", [each.name for each in COMMANDS])
def test_every_command_is_described(command: str) -> None:
    assert re.search(rf"python -m harness {command}\b", MANUAL)


@pytest.mark.parametrize("option", [names.split()[0] for names in OPTIONS])
def test_every_option_of_pytest_is_described(option: str) -> None:
    assert re.search(rf"(?<!\w){option}(?![\w-])", MANUAL)


@pytest.mark.parametrize("kind", OPERATOR_KINDS)
def test_every_kind_of_operator_is_described(kind: str) -> None:
    operators = (PAGES / "operators.md").read_text("utf-8")
    assert re.search(rf"^\| \[?`{kind}`.* \| \w+", operators, re.MULTILINE)
    assert kind == "embedded" or f"### {kind}\n" in operators


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_described(code: ExitCode) -> None:
    assert re.search(
        rf"^\| {code.value} \| \w+", (PAGES / "ci.md").read_text("utf-8"), re.MULTILINE
    )


@pytest.mark.parametrize("state", [*Verdict, "NOT RUN"])
def test_every_verdict_is_described(state: str) -> None:
    verdicts = (PAGES / "verdicts.md").read_text("utf-8")
    assert re.search(rf"^(\*\*{state}\*\*:|## {state}$)", verdicts, re.MULTILINE)
