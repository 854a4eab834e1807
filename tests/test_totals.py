"""Totals: what oversight sees, and that nothing small can be worked out from it."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs import totals
from orgs.suppression import smallest_shown, suppress
from orgs.tenancy import new_id
from referrals.models import Referral

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
LAST_QUARTER = datetime(2026, 8, 14, 16, 0, tzinfo=UTC)
counts = st.lists(st.integers(0, 60), min_size=1, max_size=8)


@given(counts, st.integers(5, 20))
def test_no_small_figure_is_shown(counts, smallest):
    """R46."""
    shown, total = suppress(counts, smallest)
    assert all(count is None or count >= smallest for count in (*shown, total))
    assert all(s in (None, c) for s, c in zip(shown, counts, strict=True))


@given(counts, st.integers(5, 20))
def test_what_is_hidden_is_never_alone_nor_small_together(counts, smallest):
    """R46: the total less what is shown is what is hidden; it must not be one cell, nor few."""
    shown, total = suppress(counts, smallest)
    hidden = [c for s, c in zip(shown, counts, strict=True) if s is None]
    if total is not None and hidden and len(counts) > 1:
        assert len(hidden) >= 2 and sum(hidden) >= smallest


@pytest.mark.parametrize(("smallest", "cells", "top"), [(3, 3, 12), (4, 3, 12), (5, 2, 20), (3, 4, 8)])
def test_no_hidden_figure_can_be_worked_out_even_by_one_who_knows_the_rule(smallest, cells, top):
    """R46: for everything that can be shown, each hidden figure has two values at least that would show it.

    Every table of this size is tried; the reader is given the rule, the figures and the total.
    """
    answers = defaultdict(list)
    for table in product(range(top + 1), repeat=cells):
        shown, total = suppress(list(table), smallest)
        answers[tuple(shown), total].append(table)
    for (shown, total), tables in answers.items():
        if total is not None and total > top:
            continue  # tables with larger figures would show the same, and are not among those tried
        for place, figure in enumerate(shown):
            if figure is None:
                assert len({table[place] for table in tables}) > 1, (shown, total, tables)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(counts, st.integers(5, 20))
def test_the_database_hides_what_the_rule_hides(db, counts, smallest):
    """R46: the rule is written twice, inside the wall and outside, and says the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT suppressed(%s::bigint[], %s)", [counts, smallest])
        *shown, total = cursor.fetchone()[0]
    assert (shown, total) == suppress(counts, smallest)


@pytest.mark.parametrize(("setting", "shown"), [(11, 11), (5, 5), (1, 5), (-3, 5), (30, 30)])
def test_the_setting_never_goes_below_five(setting, shown):
    """R46."""
    assert smallest_shown(setting) == shown


# The page


def packets(
    world, count, island="STX", victimizations=("V10",), kind="", at=LAST_QUARTER, state="acknowledged"
):
    """Packets as rows, without what is in them; only their coded columns are counted."""
    with world.acting(world.officer):
        Referral.objects.bulk_create(
            Referral(
                organization=world.vipd.organization,
                reference=str(new_id())[-10:],
                referrer=world.officer,
                receiver=world.stx.organization,
                state=state,
                saved_at=at,
                sent_at=at,
                island_needed=island,
                victimizations=list(victimizations),
                trafficking_kind=kind,
            )
            for _ in range(count)
        )


@pytest.fixture
def quarter(world):
    world.hold(NOW)

    def first():
        with world.acting(world.council.oversight):
            return totals.quarters()[0]

    return first


def row(quarter, island):
    return next((total, counts) for name, total, counts in quarter.islands if name == totals.ISLANDS[island])


def test_oversight_sees_large_figures_by_island_and_kind(world, quarter):
    """R13, R46: and each packet is counted once, in one kind."""
    packets(world, 30)
    packets(world, 15, victimizations=("V10", "V15"))
    packets(world, 12, victimizations=("V10", "V02"))
    packets(world, 14, victimizations=("V04",))
    packets(world, 13, island="STT", victimizations=())
    packets(world, 16, island="STJ", victimizations=("V22",))
    found = quarter()
    assert found.total == 100
    total, by_kind = row(found, "STX")
    assert total == 71
    cells = dict(zip(totals.KINDS, by_kind, strict=True))
    assert cells["domestic_violence"] == 30 and cells["trafficking"] == 15


def test_small_figures_and_what_would_tell_them_are_hidden(world, quarter):
    """R46: three on St. John beside a shown total hide more than St. John."""
    packets(world, 40)
    packets(world, 20, island="STT")
    packets(world, 3, island="STJ")
    found = quarter()
    assert found.total == 63
    assert row(found, "STX")[0] == 40
    assert row(found, "STT") == (None, [None] * 7)
    assert row(found, "STJ") == (None, [None] * 7)


def test_inside_an_island_few_of_a_kind_hide_more_than_themselves(world, quarter):
    """R46: three of one kind beside a shown total hide the next kind too."""
    for count, kinds in ((40, ("V10",)), (12, ("V04",)), (3, ("V22",))):
        packets(world, count, victimizations=kinds)
    packets(world, 20, island="STT")
    packets(world, 3, island="STJ")
    total, by_kind = row(quarter(), "STX")
    assert total == 55 and 40 in by_kind
    assert 3 not in by_kind and 12 not in by_kind and by_kind.count(None) >= 2


def test_a_small_quarter_shows_nothing(world, quarter):
    """R46."""
    packets(world, 10)
    assert quarter().total is None and quarter().islands == []


def test_a_quarter_is_counted_when_it_is_over(world, quarter):
    """R46: two looks at a running quarter would tell one packet."""
    packets(world, 50, at=NOW)
    assert quarter().total is None


def test_no_state_changes_a_figure(world, quarter):
    """R3: what became of a packet moves no total."""
    packets(world, 40)
    before = quarter()
    with world.acting(world.officer):
        Referral.objects.filter(state="acknowledged").update(state="closed_to_referrer")
    assert quarter() == before


def test_the_owners_floor_holds_whatever_is_asked(world, quarter):
    """R46: a caller who asks for single packets gets none below five."""
    packets(world, 4)
    with world.acting(world.council.oversight), connection.cursor() as cursor:
        cursor.execute("SELECT max(sent) FROM referral_totals(0)")
        assert cursor.fetchone() == (None,)


def test_oversight_reads_no_row_and_no_uncounted_table(world):
    """R13: the totals are all that the role can reach."""
    packets(world, 20)
    with world.acting(world.council.oversight):
        assert not Referral.objects.exists()
        assert not Referral.objects.visible_to(world.council.oversight).exists()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM referrals_sent_in('2026-07-01')")


def test_the_page_carries_its_caveat(world, quarter):
    """R48: what is counted, what is hidden, and that much is never reported."""
    packets(world, 40)
    page = world.client(world.council.oversight).get(reverse("totals")).content.decode()
    for word in ("not persons", "below 11 are not shown", "Most victims never come", "40 referrals in all"):
        assert word in page


def test_totals_and_the_operators_page_are_for_their_roles_alone(world):
    """R13: and the attempt of another is on record."""
    for name, allowed in (("totals", world.council.oversight), ("operator", world.operator.operator)):
        assert world.client(allowed).get(reverse(name)).status_code == 200
        for other in (world.stx.administrator, world.officer, world.stx.supervisor):
            assert world.client(other).get(reverse(name)).status_code == 404


def test_an_operator_sees_queues_and_sizes_and_nobody(world):
    """R11: figures of the installation; no name of a person or an organization."""
    page = world.client(world.operator.operator).get(reverse("operator")).content.decode()
    for word in ("Set aside after many tries", "MB", "Last tick"):
        assert word in page
    assert "Help on St. Croix" not in page and "Police" not in page


@pytest.mark.parametrize(
    ("name", "who"), [("totals", "council.oversight"), ("operator", "operator.operator")]
)
def test_these_pages_cost_the_same_always(world, name, who, django_assert_max_num_queries):
    code, role = who.split(".")
    client = world.client(getattr(getattr(world, code), role))
    with django_assert_max_num_queries(12):
        client.get(reverse(name))
