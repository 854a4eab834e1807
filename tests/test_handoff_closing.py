"""A case does not close while a handoff of it runs."""

import pytest
from django.urls import reverse

from cases.models import Case
from cases.models.case import StillOpen
from orgs.record import IllegalMove
from referrals.models import Handoff
from tests.makers import handoff as make
from tests.test_where_a_case_lies import case_of, words

TICKED = {"told": "on", "safety": "on", "written": "on"}
KEEPS = {
    "stx": ("supervisor_review", "returned", "offered", "acknowledged", "accepted", "declined"),
    "stt": ("accepted", "connected"),
}


@pytest.mark.parametrize("side, state", [(side, state) for side in KEEPS for state in KEEPS[side]])
def test_a_case_closes_after_its_handoffs(world, side, state):
    """R10: whoever answers for the person, or has said yes, closes nothing before; the page says so."""
    house, handoff = getattr(world, side), make.IN[state](world)
    case = case_of(world, house.advocate)
    with world.acting(house.advocate) as me:
        case.request_closure("goals_met", actor=me)
    with world.acting(house.supervisor) as boss:
        with pytest.raises(StillOpen) as refused:
            case.close(actor=boss)
        assert refused.value.left == {"handoffs": 1}
    client, address = world.client(house.supervisor), reverse("close_case", args=[case.number])
    html = client.get(address).content.decode()
    assert "Finish this first" in words(html) and f'href="{handoff.get_absolute_url()}"' in html
    answer = client.post(address, TICKED)
    assert answer.status_code == 200 and answer.context["left"] == 1


def test_what_is_over_or_the_others_keeps_no_case_open(world):
    """R10: a draft, what is over, and for the sender what is connected; a closed case submits nothing."""
    handoff = make.draft(world)
    case = case_of(world, world.stx.advocate)
    with world.acting(world.stx.supervisor) as boss:
        case.request_closure("goals_met", actor=world.stx.advocate)
        assert case.left_open() == {}
        case.close(actor=boss)
    with world.acting(world.stx.advocate) as me:
        with pytest.raises(IllegalMove):
            handoff.submit(actor=me)
        assert Handoff.objects.get(pk=handoff.pk).state == "draft"
    for state in ("connected", "completed", "discarded", "recalled"):
        made = make.IN[state](world)
        with world.acting(world.stx.advocate):
            assert Case.objects.get(pk=made.own_file().case_id).left_open() == {}, state
