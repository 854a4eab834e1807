"""The rooms and the doors between them: imports go one way, and grants are written in one place."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ORDER = ["config", "referrals", "cases", "orgs"]  # each may import itself and what stands to its right


def imports(path):
    """Every top-level package that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)


@pytest.mark.parametrize("room", ORDER)
def test_imports_go_one_way(room):
    above = set(ORDER[: ORDER.index(room)])
    for path in (ROOT / room).rglob("*.py"):
        assert not above & set(imports(path)), f"{path.relative_to(ROOT)} looks up into {above}"


def test_nobody_grants_by_hand():
    """C10: grants are written in orgs/access.py alone."""
    for room in ORDER:
        for path in (ROOT / room).rglob("*.py"):
            names = {n.id for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Name)}
            assert not names & {"assign_perm", "remove_perm", "bulk_assign_perm"}, path


def test_no_secret_and_no_machine_in_the_tree():
    for path in ROOT.rglob("*.py"):
        if ".venv" in path.parts or ".causeway" in path.parts:
            continue
        assert "BEGIN PRIVATE KEY" not in path.read_text() or path == Path(__file__)


def utc_days(path):
    """The lines that take the day out of the present moment without asking which day the islands have."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date":
            names = {getattr(n, "id", getattr(n, "attr", "")) for n in ast.walk(node.func.value)}
            if "now" in names and not names & {"local", "_local", "astimezone"}:
                yield node.lineno


def test_every_day_is_a_day_of_the_islands():
    """In the evening of the islands UTC has the next day, and a day that is one off is a missed clock."""
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in [*ORDER, "tests"]
        for path in (ROOT / room).rglob("*.py")
        for line in utc_days(path)
    ]
    assert not found
