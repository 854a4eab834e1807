"""What a named guard is, and how the table says which one to take out."""

from typing import NamedTuple


class Guard(NamedTuple):
    """One thing in the code that keeps a promise.

    `file` holds each fragment of `edits` exactly once, and the fragment's replacement is the product without
    the guard. `rules` are the numbers of the rules that it keeps: tests whose docstring begins with one of
    them must notice that it is gone. `tests` names further tests (files, or file::test) that look for it.
    """

    name: str
    rules: tuple
    file: str
    edits: tuple
    tests: tuple = ()
    constraint: tuple = ()  # (table, name), for a promise that the database keeps
    wall: str = ""  # a table whose row-level security this takes down

    def without(self, text):
        """The text of the file with the guard taken out. Raises `LookupError` for a fragment that is gone."""
        for fragment, replacement in self.edits:
            if text.count(fragment) != 1:
                times = text.count(fragment)
                raise LookupError(f"{self.name}: {self.file} holds this {times} times, not once:\n{fragment}")
            text = text.replace(fragment, replacement)
        return text


def guard(name, rules, file, *edits, tests=""):
    """A guard in the code: pairs of a fragment of `file` and what stands there when the guard is gone."""
    return Guard(name, tuple(rules.split()), file, edits, tuple(tests.split()))


# What `orgs.rls` does to a schema after it is migrated ends with this line; a guard that the database holds
# is taken out right after it.
AFTER_MIGRATION = "    definers.apply(cursor, role, SEALED_AGAIN)\n"


def _in_the_database(statement):
    return ((AFTER_MIGRATION, f"{AFTER_MIGRATION}    cursor.execute({statement!r})\n"),)


def constraint(name, rules, table, constraint, tests=""):
    """A check or a unique constraint; a unique one with a condition is an index to PostgreSQL."""
    drop = f'ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS "{constraint}"; '
    drop += f'DROP INDEX IF EXISTS "{constraint}"'
    edits = _in_the_database(drop)
    return Guard(name, tuple(rules.split()), "orgs/rls.py", edits, tuple(tests.split()), (table, constraint))


def wall(name, rules, table, tests=""):
    """Row-level security of one table."""
    drop = f"ALTER TABLE IF EXISTS {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"
    edits = _in_the_database(drop)
    return Guard(name, tuple(rules.split()), "orgs/rls.py", edits, tuple(tests.split()), (), table)
