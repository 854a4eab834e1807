"""The navigation: at most six entries a role, each leading somewhere; counts where somebody must act."""

import pytest
from django.urls import reverse

from config.navigation import ENTRIES
from orgs.roles import Role
from tests.makers import handoff as handoffs
from tests.makers import referral as referrals


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_at_most_six_entries_and_each_leads_somewhere(role):
    assert 1 <= len(ENTRIES[role]) <= 6
    for name, _label in ENTRIES[role]:
        assert reverse(name)


def test_counts_stand_where_somebody_must_act(world):
    referrals.sent(world)
    handoff = handoffs.submitted(world)
    page = world.client(world.stx.supervisor).get("/handoffs/").content.decode()
    assert page.count('class="count') == 2  # one in the inbox, one to review
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.offer(actor=supervisor)
    for who, expected in ((world.stx.advocate, 0), (world.stt.intake_worker, 1), (world.stt.supervisor, 1)):
        nav = world.client(who).get("/handoffs/").content.decode().split("<main")[0]
        assert nav.count('class="count') == expected, who.email


def test_a_referrer_sees_no_count(world):
    """R3: nothing in an officer's navigation moves with what a victim service organization does."""
    referrals.acknowledged(world)
    assert 'class="count' not in world.client(world.officer).get("/referrals/").content.decode()
