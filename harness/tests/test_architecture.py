"""The shape of the harness: files without cycles, packages that have a layer, names that last.

Who may import whom stands in pyproject.toml and is checked by ``make lint``.
"""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import grimp
import pytest

from harness.tests.manual import MANUAL

ROOT = Path(__file__).parents[2]
HARNESS = ROOT / "harness"
#: What lies flat in ``harness/``: what users start.
FLAT = {"plugin", "progress", "case", "__main__"}
CASE = re.compile(r"TC_[A-P]_")
CODE = re.compile(r"`([^`]+)`")
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
LONGEST = 400
#: Files that are longer, and why they are not two.
LONG = {
    "evidence/results.py": "one form of data, written and read back",
    "plugin.py": "all that pytest calls",
    "peers/fake_csms.py": "a station case says everything to this one object",
    "peers/fake_station.py": "a CSMS case says everything to this one object",
    "peers/peer.py": "what both peers say and hear",
    "reference/faults/station/root_certificates.py": "a table of faults",
    "reference/faults/station/wire.py": "a table of faults",
    "reference/station/station.py": "faults find the station's acts and parts by their names",
    "tests/made_sessions.py": "a table",
    "tests/test_fuzz_wire.py": "one property for each way in which a frame can be broken",
    "tests/test_mutation.py": "one subject: from a recording to its mutants and their verdicts",
    "tests/test_peer.py": "the verbs of both peers, one after the other",
    "tests/test_rules.py": "a table of stories for each rule",
    "tests/test_reference_csms.py": "one test for each message of a CSMS",
    "tests/test_reference_station.py": "one test for each message of a station",
    "tests/test_reference_station_transactions.py": "one test for each way of a transaction",
    "tests/test_rules_more.py": "one test for each standing rule",
}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("harness", exclude_type_checking_imports=False, cache_dir=None)


@cache
def settings() -> dict[str, Any]:
    """Those of import-linter."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)["tool"]["importlinter"]
    return found


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = settings()["contracts"]
    return found


def layers() -> list[str]:
    """Everything in ``harness/`` that has a layer, from the top down."""
    [contract] = [each for each in contracts() if each.get("containers")]
    return [name.strip() for layer in contract["layers"] for name in layer.split("|")]


def packages() -> set[str]:
    """The packages of the harness."""
    return {path.parent.name for path in HARNESS.glob("*/__init__.py")} - {"tests"}


def files() -> Iterator[Path]:
    return (path for path in HARNESS.rglob("*.py") if "__pycache__" not in path.parts)


def test_no_files_import_each_other_in_a_circle() -> None:
    imports = {
        module: graph().find_modules_directly_imported_by(module) for module in graph().modules
    }
    assert len(imports) > 300
    TopologicalSorter(imports).prepare()


def test_no_import_is_excepted_from_the_contracts() -> None:
    assert not settings()["exclude_type_checking_imports"]
    assert not [each for each in contracts() if "ignore_imports" in each]


def test_every_package_has_a_layer() -> None:
    differ = (packages() | FLAT | {"tests"}) ^ set(layers())
    assert not differ, f"pyproject.toml, layers of the first contract of import-linter: {differ}"


def test_nothing_else_lies_flat() -> None:
    differ = {path.stem for path in HARNESS.glob("*.py")} ^ {"__init__", *FLAT}
    assert not differ, f"harness/ holds packages, and FLAT alone: {differ}"


def test_every_package_without_reason_to_start_pytest_is_kept_from_it() -> None:
    [contract] = [each for each in contracts() if "pytest" in each.get("forbidden_modules", [])]
    kept = {name.removeprefix("harness.") for name in contract["source_modules"]}
    differ = (packages() - kept) ^ {"cli", "timing"}
    assert not differ, f'pyproject.toml, contract "Only what users start knows pytest": {differ}'


def test_long_files_have_a_reason() -> None:
    lengths = {
        str(path.relative_to(HARNESS)): len(path.read_text("utf-8").splitlines())
        for path in files()
    }
    long = {name for name, lines in lengths.items() if lines > LONGEST}
    assert long - set(LONG) == set(), f"longer than {LONGEST} lines: split it, or give a reason"
    # A few lines more or less need no change of the list.
    short = {name for name in LONG if lengths.get(name, 0) < LONGEST - 25}
    assert short == set(), "short by now: take it off the list"


def test_no_package_knows_a_case() -> None:
    """But faults say which they turn red, the proof what was found out, an example what is run."""
    knowing_all = ("reference/faults/", "proof/", "examples/")
    texts = {
        str(path.relative_to(HARNESS)): [*_texts(ast.parse(path.read_text("utf-8")))]
        for path in files()
        if not str(path.relative_to(HARNESS)).startswith((*knowing_all, "tests/"))
    }
    assert len(texts) > 100
    knowing = {name for name, found in texts.items() if any(CASE.match(each) for each in found)}
    assert not knowing, f"the id of a case belongs in the case or its files: {knowing}"


def _texts(tree: ast.Module) -> Iterator[str]:
    """The texts of a program that are no documentation."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = (node.body for node in ast.walk(tree) if isinstance(node, documented))
    docstrings = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield from [node.value] if isinstance(node.value, str) else []


# -- the architecture page


def page() -> str:
    return (HARNESS / "README.md").read_text("utf-8")


def test_the_page_has_a_line_for_every_package_and_no_other() -> None:
    rows = re.findall(r"^\| (`.*?) \|", page(), re.MULTILINE)
    named = [name.removesuffix(".py").rstrip("/") for row in rows for name in CODE.findall(row)]
    wanted = [name for name in layers() if name != "tests"]
    assert named == wanted, "harness/README.md, Packages: one row a layer, as in pyproject.toml"


def test_the_picture_shows_every_package_and_no_other() -> None:
    [picture] = re.findall(r"```mermaid\n(.*?)```", page(), re.DOTALL)
    shown = set(re.findall(r"\b(\w+)/", picture)) - {"cases_cs", "cases_csms"}
    differ = shown ^ packages()
    assert not differ, f"harness/README.md, the picture: {differ}"


def public() -> dict[str, set[str]]:
    """What users import, by module."""
    [block] = PYTHON.findall(page())
    return imported(block)


def imported(program: str) -> dict[str, set[str]]:
    """What a program imports from the harness, by module; a whole module has no names."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(program)):
        match node:
            case ast.Import(names):
                found.update({each.name: set[str]() for each in names})
            case ast.ImportFrom(module=str(module), names=names):
                found.setdefault(module, set()).update(each.name for each in names)
            case _:
                pass
    return {name: names for name, names in found.items() if name.split(".")[0] == "harness"}


@pytest.mark.parametrize("module", public())
def test_what_users_import_is_there(module: str) -> None:
    there = importlib.import_module(module)
    missing = {name for name in public()[module] if not hasattr(there, name)}
    assert not missing, f"{module} lacks what harness/README.md promises to users: {missing}"


def documents() -> list[Path]:
    """Everything that tells users what to write."""
    found = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md"), *HARNESS.glob("*.md")]
    assert ROOT / "README.md" in found
    return found


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_documents_use_public_paths_alone(document: Path) -> None:
    programs = PYTHON.findall(document.read_text("utf-8"))
    used = {name: names for program in programs for name, names in imported(program).items()}
    for module, names in used.items():
        assert module in public(), f"{module} is not in harness/README.md, What users import"
        exported = set(getattr(importlib.import_module(module), "__all__", ()))
        unknown = names - public()[module] - exported
        assert not unknown, f"not in harness/README.md, What users import: {module}: {unknown}"


def test_documents_show_imports() -> None:
    """The test above would hold for documents without any."""
    programs = PYTHON.findall(MANUAL)
    assert any("harness.case" in imported(program) for program in programs)
