"""What holds for every case module: its form, and the steps of its page in a passing run."""

from __future__ import annotations

import ast
import asyncio
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import cases_cs
import cases_csms
from harness.catalogue import row
from harness.embedded_run import Outcome, case_functions, run_cases
from harness.sut import Role
from harness.verdict import Stage, Verdict

MODULES = sorted(
    path
    for package in (cases_cs, cases_csms)
    for path in Path(package.__path__[0]).rglob("*.py")
    if path.name != "__init__.py"
)
PAGES: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("page_steps.yaml").read_text("utf-8")
)
LONGEST = 60
#: ``B01.FR.01``, ``E01.FR.01-06``, or a place in a part.
REQUIREMENT = re.compile(r"[A-P]\d\d\.FR\.\d\d\d?(-\d\d)?|Part [1-6], .+|2\.6 TxCtrlr")
#: Steps of our own that a case may record in its main part beside those of the page.
OWN_STEPS = {"read", "configure", "reboot", "queue", "after 2", "post", "NotifyReport", "alive"}


def _case_id(path: Path) -> str:
    return path.stem.removeprefix("test_").upper()


every_module = pytest.mark.parametrize("path", MODULES, ids=_case_id)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def _functions(path: Path) -> list[ast.AsyncFunctionDef | ast.FunctionDef]:
    found = (ast.AsyncFunctionDef, ast.FunctionDef)
    return [node for node in _tree(path).body if isinstance(node, found)]


@every_module
def test_id_file_and_function_have_one_name(path: Path) -> None:
    [function] = _functions(path)
    assert function.name == path.stem
    [decorator] = function.decorator_list
    assert isinstance(decorator, ast.Call)
    [argument] = decorator.args
    assert ast.literal_eval(argument) == _case_id(path)


@every_module
def test_the_module_lies_in_the_folder_of_its_block_and_role(path: Path) -> None:
    known = row(_case_id(path))
    assert (
        path.parent.parent.name == {Role.STATION: "cases_cs", Role.CSMS: "cases_csms"}[known.role]
    )
    assert path.parent.name[0].upper() == _case_id(path).split("_")[1]


@every_module
def test_the_docstring_begins_with_the_id_and_is_a_sentence(path: Path) -> None:
    text = ast.get_docstring(_tree(path)) or ""
    first = text.splitlines()[0]
    assert first.startswith(f"{_case_id(path)}: ")
    assert first.endswith(".")
    assert row(_case_id(path)).title not in text


@every_module
def test_every_check_is_recorded(path: Path) -> None:
    tree = _tree(path)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}
    assert not names & {"sleep", "fail", "skip", "xfail"}


@every_module
def test_a_case_knows_nothing_but_the_harness(path: Path) -> None:
    imports = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Import)]
    assert not imports
    found = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.ImportFrom)]
    assert all((node.module or "").startswith("harness.") for node in found)


@every_module
def test_a_case_can_be_read_beside_its_page(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_every_case_has_its_page_in_the_table() -> None:
    assert sorted(PAGES) == sorted(_case_id(path) for path in MODULES)
    assert sorted(PAGES) == sorted(id for role in Role for id in case_functions(role))


@cache
def _outcomes() -> dict[str, Outcome]:
    """Every case against the plain embedded systems, or the personality that it needs."""
    runs: defaultdict[tuple[Role, str], list[str]] = defaultdict(list)
    for id, page in PAGES.items():
        runs[row(id).role, page.get("personality", "")].append(id)
    found: dict[str, Outcome] = {}
    for (role, personality), ids in runs.items():
        for outcome in asyncio.run(run_cases(role, ids, personality=personality)):
            found[outcome.result.id] = outcome
    return found


def _main_steps(outcome: Outcome) -> set[str]:
    """Step numbers of the page with a validation; states run as a step count as that step."""
    main = [v for v in outcome.result.validations if v.stage is Stage.MAIN]
    return {v.step.split(">")[0] for v in main}


@pytest.mark.parametrize("id", PAGES)
def test_a_passing_run_validates_what_the_page_validates(id: str) -> None:
    outcome = _outcomes()[id]
    assert outcome.verdict is Verdict.PASS, outcome.result.reason
    assert {str(step) for step in PAGES[id]["validated"]} <= _main_steps(outcome)


@pytest.mark.parametrize("id", PAGES)
def test_every_recorded_step_is_one_of_the_page(id: str) -> None:
    numbers = {str(number) for number in range(1, PAGES[id]["last"] + 1)}
    assert _main_steps(_outcomes()[id]) <= numbers | OWN_STEPS


@pytest.mark.parametrize("id", PAGES)
def test_requirements_are_named_as_the_parts_name_them(id: str) -> None:
    for validation in _outcomes()[id].result.validations:
        for source in re.split(r"[,;] (?=[A-P]\d\d\.FR|Part)", validation.requirement):
            assert source == "" or REQUIREMENT.fullmatch(source), validation
