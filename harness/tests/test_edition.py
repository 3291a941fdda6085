"""What depends on the version of OCPP stands in its edition, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from harness.evidence.results import RunInfo
from harness.run.options import RunOptions
from harness.run.run import Run
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Sut

HARNESS = Path(__file__).parents[1]
VERSION = re.compile(r"2\.0\.1|OCPP20|v201|ocpp201", re.IGNORECASE)
#: The edition itself, and the one place that chooses it.
ITS_OWN = ("spec/ocpp201/", "spec/editions.py", "tests/")


def sources(suffix: str) -> Iterator[tuple[str, str]]:
    for path in sorted(HARNESS.rglob(f"*{suffix}")):
        name = path.relative_to(HARNESS).as_posix()
        if not name.startswith(ITS_OWN):
            yield name, path.read_text(encoding="utf-8")


def docstrings(tree: ast.Module) -> set[int]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, kinds) and node.body]
    return {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}


def named(text: str) -> Iterator[int]:
    """The lines of a module that name the version in a text or an import."""
    tree = ast.parse(text)
    spared = docstrings(tree)
    for node in ast.walk(tree):
        found = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            found = "" if id(node) in spared else str(node.value)
        elif isinstance(node, ast.ImportFrom):
            found = node.module or ""
        elif isinstance(node, ast.Import):
            found = " ".join(alias.name for alias in node.names)
        if VERSION.search(found):
            yield node.lineno


def test_no_module_names_the_version() -> None:
    found = [f"harness/{name}:{line}" for name, text in sources(".py") for line in named(text)]
    assert not found, f"take it from the Edition (harness/spec/edition.py): {found}"


def test_no_template_names_the_version() -> None:
    found = [f"harness/{name}" for name, text in sources(".j2") if VERSION.search(text)]
    assert not found, f"take it from the Edition (harness/spec/edition.py): {found}"


def test_texts_are_told_from_explanations() -> None:
    text = '"""Of OCPP 2.0.1."""\nX = "ocpp2.0.1"\nY = f"/{X}/OCPP20"\n'
    assert list(named(text)) == [2, 3]
    assert list(named("import ocpp.v201\nfrom ocpp.v201 import enums\n")) == [1, 2]


def test_results_say_which_edition(tmp_path: Path) -> None:
    suts = {role: Sut("x", role) for role in Role}
    run = Run(suts, RunOptions(tmp_path), "2025-03-01T12:00:00+00:00", is_worker=False)
    run.finish()
    assert run.results is not None
    info: RunInfo = run.results.run
    assert info.spec_edition == DEFAULT.title == "OCPP 2.0.1 Part 6 Edition 3, errata 2025-09"


def test_every_fixed_answer_is_of_a_message_that_there_is() -> None:
    fixed = {*DEFAULT.csms_answers, *DEFAULT.station_answers}
    assert fixed <= DEFAULT.actions
