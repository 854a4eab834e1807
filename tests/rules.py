"""`make rules`: each numbered rule of `docs/rules.md`, with the tests that prove it.

A test proves a rule when its docstring begins with the rule's number (several numbers are separated by
commas: `R4, R5: …`). A rule whose line ends in *(later)* belongs to work that is not in the product yet; it
is listed and counted as open, never as proven.
"""

import ast
import functools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULE = re.compile(r"^- \*\*([RC]\d+)\*\* (.+)$")
NUMBERS = re.compile(r"^\s*((?:[RC]\d+)(?:\s*,\s*[RC]\d+)*)\s*[:.]")


def rules():
    """{number: sentence}, in the order of the page."""
    lines = (ROOT / "docs" / "rules.md").read_text().splitlines()
    return {found[1]: found[2] for found in map(RULE.match, lines) if found}


@functools.cache  # the tests are parsed once in a process
def proofs():
    """{number: [test names]}, read from the docstrings of the test functions."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            numbers = NUMBERS.match(ast.get_docstring(node) or "")
            for number in re.findall(r"[RC]\d+", numbers[1]) if numbers else ():
                found.setdefault(number, []).append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def main():
    """Print every rule with its proofs; fail when a test names a rule that does not exist."""
    known, proven = rules(), proofs()
    for number, sentence in known.items():
        tests = proven.get(number, [])
        print(f"{number:4} {'proven' if tests else 'open  '} {sentence}")
        for test in tests:
            print(f"              {test}")
    strangers = sorted(set(proven) - set(known))
    if strangers:
        print("Tests name rules that docs/rules.md does not have:", ", ".join(strangers))
    count = sum(number in proven for number in known)
    print(f"rules: {count} of {len(known)} proven")
    return 1 if strangers else 0


if __name__ == "__main__":
    sys.exit(main())
