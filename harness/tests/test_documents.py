"""What the documents name is there: files, targets, commands, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.cli.commands import COMMANDS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    path.relative_to(ROOT).as_posix()
    for folder in (ROOT, ROOT / ".github", ROOT / ".github/docs/pages", ROOT / "harness")
    for path in folder.glob("*.md")
]
#: A folder that an example makes.
MADE = "cases_cs/g_availability/"

each_document = pytest.mark.parametrize("name", DOCUMENTS)


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_there_are_documents() -> None:
    assert {"README.md", ".github/CONTRIBUTING.md", "harness/GLOSSARY.md"} <= set(DOCUMENTS)


@each_document
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]*)(?:#[^)]*)?\)", _text(name)):
        assert (ROOT / name).parent.joinpath(target).exists(), f"{name}: no {target}"


@each_document
def test_sections_that_are_linked_are_there(name: str) -> None:
    headings = re.findall(r"^#+ (.*)$", _text(name), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}
    for target in re.findall(r"\]\(#([^)]*)\)", _text(name)):
        assert target in anchors, f"{name}: no section #{target}"


@each_document
def test_paths_are_there(name: str) -> None:
    named = re.findall(r"`((?:harness|cases_cs|cases_csms|schemas|\.ci)/[\w./*]*)`", _text(name))
    missing = [path for path in named if path != MADE and not any(ROOT.glob(path.rstrip("/")))]
    assert not missing, f"{name}: {missing}"


@each_document
def test_commands_and_targets_are_there(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))
    code = "\n".join(re.findall(r"```sh\n.*?```|`[^`\n]+`", _text(name), re.DOTALL))
    unknown = set(re.findall(r"\bmake ([a-z]+)", code)) - targets
    assert not unknown, f"{name}: no targets {unknown}"
    known = {command.name for command in COMMANDS}
    unknown = set(re.findall(r"python -m harness ([a-z]+)", code)) - known
    assert not unknown, f"{name}: no commands {unknown}"


def test_the_glossary_is_sorted_and_says_each_word_once() -> None:
    rows = re.findall(
        r"^\| \*\*(.+?)\*\*.* \| (.+) \|$", _text("harness/GLOSSARY.md"), re.MULTILINE
    )
    words = [word.lower() for word, _ in rows]
    assert len(words) > 40
    assert words == sorted(set(words))


#: Words that the glossary does without, and where they mean something else.
UNUSED = {
    r"personalit(y|ies)": {"harness/entry/ocpp_conformance.py"},
    r"alterations?": set[str](),
    r"obligations?": set[str](),
    r"\w*bench(es)?": {"Makefile", "harness/timing/bench.py"},
}


@pytest.mark.parametrize("word", UNUSED)
def test_words_that_the_glossary_does_without_are_not_used(word: str) -> None:
    found = re.compile(rf"\b{word}\b", re.IGNORECASE)
    spared = {*UNUSED[word], "harness/GLOSSARY.md", "harness/tests/test_documents.py"}
    files = [
        path
        for folder in ("harness", "cases_cs", "cases_csms", ".github")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".md", ".j2")
    ]
    using = {
        path.relative_to(ROOT).as_posix()
        for path in (*files, ROOT / "README.md", ROOT / "Makefile")
        if found.search(path.read_text("utf-8"))
    }
    assert using <= spared, f"see harness/GLOSSARY.md: {sorted(using - spared)}"
