"""The form of every case module; what it validates is in test_pages.py."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness import plugin
from harness.proof.embedded_run import case_functions
from harness.spec.catalogue import row
from harness.spec.roles import Role

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path
    for package in ("cases_cs", "cases_csms")
    for path in (ROOT / package).rglob("*.py")
    if path.name != "__init__.py"
)
LONGEST = 55
MOST_IMPORTS = 8
PARTS = ("Prerequisite", "Before", "Main", "Post scenario")


def _case_id(path: Path) -> str:
    return path.stem.removeprefix("test_").upper()


every_module = pytest.mark.parametrize("path", MODULES, ids=_case_id)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def _functions(path: Path) -> list[ast.AsyncFunctionDef | ast.FunctionDef]:
    found = (ast.AsyncFunctionDef, ast.FunctionDef)
    return [node for node in _tree(path).body if isinstance(node, found)]


def _line_of(path: Path, start: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def _acts(node: ast.stmt) -> bool:
    """Whether a statement does something with the system under test."""
    awaits = any(isinstance(each, ast.Await) for each in ast.walk(node))
    return awaits or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))


@every_module
def test_id_file_and_function_have_one_name(path: Path) -> None:
    case_id = _case_id(path)
    wanted = f'one function: @case("{case_id}") async def {path.stem}'
    [function] = _functions(path)
    assert function.name == path.stem, wanted
    [decorator] = function.decorator_list
    assert isinstance(decorator, ast.Call), wanted
    [argument] = decorator.args
    assert ast.literal_eval(argument) == case_id, wanted


@every_module
def test_the_module_lies_in_the_folder_of_its_block_and_role(path: Path) -> None:
    known = row(_case_id(path))
    package = {Role.STATION: "cases_cs", Role.CSMS: "cases_csms"}[known.role]
    wanted = f"{package}/{known.folder}"
    assert path.parent.relative_to(ROOT).as_posix() == wanted, f"move it to {wanted}"
    assert (path.parent / "__init__.py").exists(), f"a package: {wanted}/__init__.py"


@pytest.mark.parametrize("package", ["cases_cs", "cases_csms"])
def test_a_file_beside_a_module_is_one_of_its_case(package: str) -> None:
    beside = re.compile(r"(test_\w+)(\.lock|\.equivalents)?\.yaml")
    for path in (ROOT / package).rglob("*.yaml"):
        found = beside.fullmatch(path.name)
        assert found, f"{path}: a page (.yaml), a .lock.yaml or an .equivalents.yaml"
        module = path.with_name(f"{found[1]}.py")
        assert module.exists(), f"{path} lies beside no case: write {module.name}"


@every_module
def test_the_docstring_begins_with_the_id_and_is_a_sentence(path: Path) -> None:
    text = ast.get_docstring(_tree(path)) or ""
    begin, _, sentence = text.partition("\n")[0].partition(": ")
    assert begin == _case_id(path), f'begin the module with """{_case_id(path)}: …'
    is_sentence = len(sentence.split()) > 2 and sentence.endswith(".")
    assert is_sentence, "say after the id, in a sentence of your own, what a conforming system does"
    assert row(_case_id(path)).title not in text, "the title is the specification's: use your words"


@every_module
def test_every_check_is_recorded(path: Path) -> None:
    tree = _tree(path)
    asserts = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    assert not asserts, f"lines {asserts}: a check goes through an expectation of the peer"
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}
    forbidden = names & {"sleep", "fail", "skip", "xfail"}
    assert not forbidden, f"{forbidden}: wait for what comes, and let expectations judge"


@every_module
def test_a_case_knows_nothing_but_the_harness(path: Path) -> None:
    imports = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Import)]
    assert not imports, "from harness.… import …, and nothing else"
    found = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.ImportFrom)]
    others = [node.module for node in found if not (node.module or "").startswith("harness.")]
    assert not others, f"{others}: what it needs belongs in harness/steps_* or harness/states_*"


@every_module
def test_a_case_can_be_read_beside_its_page(path: Path) -> None:
    move = "move what is no step of the page to harness/steps_cs or harness/steps_csms"
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LONGEST, f"{lines} lines: {move}"
    imports = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.ImportFrom)]
    assert len(imports) <= MOST_IMPORTS, f"{len(imports)} imports: {move}"


@every_module
def test_the_parts_of_the_page_stand_in_its_order(path: Path) -> None:
    [function] = _functions(path)
    found = re.finditer(
        r"^    # (Before|Prerequisite|Main|Post scenario)\b", path.read_text("utf-8"), re.M
    )
    parts = [match[1] for match in found]
    assert parts.count("Main") == 1, "mark where the page's Main begins: # Main"
    assert parts == sorted(parts, key=PARTS.index), f"the page's order is {', '.join(PARTS)}"
    first = _line_of(path, f"    # {parts[0]}")
    early = [node for node in function.body if node.lineno < first and _acts(node)]
    assert not early, "what is done before Main is a preparation: # Before"


def test_every_module_is_found_as_a_case() -> None:
    found = {id for role in Role for id in case_functions(role)}
    differ = found ^ {_case_id(path) for path in MODULES}
    assert not differ, f"{differ}: each is test_<id>.py in a package, with @case"


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_every_worker_begins_with_its_slow_cases(workers: int) -> None:
    infos = [function.info for function in case_functions(Role.STATION).values()]
    items: list[Any] = [SimpleNamespace(function=SimpleNamespace(case_info=i)) for i in infos]
    dealt = plugin.dealt(items, workers)
    assert sorted(map(id, dealt)) == sorted(map(id, items))
    share = -(-len(items) // workers)
    slow = [sum(i.function.case_info.slow for i in dealt[n : n + share]) for n in (0, share)]
    assert max(slow) - min(slow) <= 1
    assert dealt[0].function.case_info.slow
    assert dealt[share].function.case_info.slow
