"""The table of named guards (`tests/guards`): it fits the code, and every rule that stands proven is in it.

That each guard is really missed when it is gone is what `make rules-mutate` finds out, which takes minutes.
"""

import ast
from pathlib import Path

import pytest
from django.db import connection

from tests import rules
from tests.guards import GUARDS, WITHOUT
from tests.mutate import proofs_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_each_guard_is_where_the_table_says(guard):
    """A fragment that moved or changed must be found again, or the table would guard nothing."""
    text = (ROOT / guard.file).read_text()
    without = guard.without(text)
    assert without != text
    if guard.file.endswith(".py"):
        ast.parse(without)
    assert proofs_of(guard), "no test would look for it"


def test_guards_have_names_of_their_own():
    names = [guard.name for guard in GUARDS]
    assert len(names) == len(set(names))


def test_every_proven_rule_has_a_guard_or_a_reason():
    """A rule that a test proves names what keeps it, or says why nothing could be taken out for it."""
    named = {number for guard in GUARDS for number in guard.rules}
    proven = set(rules.proofs())
    assert proven <= set(rules.rules()), "a test names a rule that does not exist"
    assert named <= set(rules.rules()), "a guard keeps a rule that does not exist"
    assert sorted(proven - named - set(WITHOUT)) == [], "no guard and no reason"
    assert not named & set(WITHOUT), "a guard and a reason for having none"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "guard", [guard for guard in GUARDS if guard.constraint or guard.wall], ids=lambda guard: guard.name
)
def test_what_the_database_guards_is_there(guard):
    with connection.cursor() as cursor:
        if guard.wall:
            asked = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = %s"
            cursor.execute(asked, [guard.wall])
        else:
            asked = (
                "SELECT EXISTS (SELECT 1 FROM pg_constraint"
                " WHERE conrelid = to_regclass(%s) AND conname = %s)"
                " OR EXISTS (SELECT 1 FROM pg_indexes WHERE tablename = %s AND indexname = %s)"
            )
            cursor.execute(asked, [*guard.constraint, *guard.constraint])
        assert cursor.fetchone() == (True,)
