"""What was opened lately is there again, and never what a member may no longer see."""

from django.urls import reverse

from cases.models import Wall
from cases.recent import recent
from tests.makers.case import a_person, open_case
from tests.makers.intake import a_walk_in


def opened(world, who):
    client = world.client(who)
    page = client.get(reverse("find"))
    return [answer.what for answer in page.context["recent"]]


def test_what_was_opened_lately_comes_first(world):
    me = world.stx.advocate
    with world.acting(me) as advocate:
        first = open_case(advocate, person=a_person(advocate, alias="Kestrel"))
        other = open_case(advocate, person=a_person(advocate, alias="Heron"))
    client = world.client(me)
    for case in (first, other, first):
        client.get(case.get_absolute_url())
    assert [what.split(",")[0] for what in opened(world, me)] == ["Kestrel", "Heron"]
    assert opened(world, world.stx.supervisor) == []
    assert "recent" not in client.get(reverse("find"), {"q": "Kes"}).content.decode()


def test_a_wall_takes_it_away_at_once(world):
    """R42: who is walled finds no trace of what they had opened."""
    me = world.stx.supervisor
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate, person=a_person(advocate, alias="Kestrel"))
    world.client(me).get(case.get_absolute_url())
    assert len(opened(world, me)) == 1
    with world.acting(world.stx.second_supervisor) as another:
        Wall.build(case.person, me, actor=another, reason="other")
    assert opened(world, me) == []
    assert "Kestrel" not in world.client(me).get(reverse("find")).content.decode()


def test_an_intake_is_among_them(world):
    desk = world.stx.intake_worker
    with world.acting(desk):
        intake = a_walk_in(desk, alias="Mampoo")
    world.client(desk).get(intake.get_absolute_url())
    assert opened(world, desk)[0].startswith("Mampoo")


def test_it_costs_a_few_questions(world, django_assert_max_num_queries):
    me = world.stx.advocate
    with world.acting(me) as advocate:
        for number in range(12):
            case = open_case(advocate, person=a_person(advocate, alias=f"Bird {number}"))
            world.client(me).get(case.get_absolute_url())
        assert len(recent(me)) == 6
    client = world.client(me)
    client.get(reverse("find"))
    with django_assert_max_num_queries(12):
        client.get(reverse("find"))
