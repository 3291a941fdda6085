"""What belongs to a role stands in the table of kits, and nowhere else."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from harness.spec.roles import Role
from harness.testbed.kits import KITS, embedded_sut

HARNESS = Path(__file__).parents[1]
#: The table itself, the features by role, which are the edition's, and how tests are made.
ALLOWED = ("testbed/kits.py", "spec/ocpp201/features.py", "tests/")


def is_role(node: ast.AST | None) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("Role", role.name) for role in Role}
    )


def is_named(node: ast.AST) -> bool:
    """Whether a node is a thing by its name: what a choice between two of them picks."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Constant)


def mappings(tree: ast.AST) -> Iterator[int]:
    """Lines with a dictionary by role, or with a choice between two names by role."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            found = any(map(is_role, node.keys))
        elif isinstance(node, ast.IfExp) and isinstance(node.test, ast.Compare):
            sides = (node.test.left, *node.test.comparators)
            found = any(map(is_role, sides)) and is_named(node.body) and is_named(node.orelse)
        else:
            continue
        if found:
            yield node.lineno


def test_roles_are_mapped_in_one_place() -> None:
    found = [
        f"harness/{name}:{line}"
        for path in sorted(HARNESS.rglob("*.py"))
        if not (name := path.relative_to(HARNESS).as_posix()).startswith(ALLOWED)
        for line in mappings(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, f"take it from the kit of the role (harness/testbed/kits.py): {found}"


def test_a_mapping_is_seen() -> None:
    text = "A = {Role.STATION: 1}\nB = x if role is Role.CSMS else y.z\n"
    text += "C = {} if role is Role.CSMS else f()\n"
    assert list(mappings(ast.parse(text))) == [1, 2]


def test_every_role_has_a_kit_of_its_own() -> None:
    assert set(KITS) == set(Role)
    for role, kit in KITS.items():
        assert embedded_sut(role).role is role
        assert importlib.import_module(kit.cases).__name__ == kit.cases
    names = [name for kit in KITS.values() for name in kit.faults]
    assert len(names) == len(set(names)), "a fault is chosen by its name alone"
