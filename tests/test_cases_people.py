"""People: nothing need be known, only their own house finds them, and walls win over every role."""

import pytest
from django.urls import reverse

from cases.models import Case, CaseAssignment, FollowUp, Person, PersonToken, Release, Wall
from orgs.models import AuditLine
from tests.makers.case import a_followup, a_person, active_release, open_case


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.mark.parametrize("known", [{}, {"alias": "Bluebird"}, {"name": "Ana Lake"}], ids=str)
def test_a_person_needs_no_name(world, me, known):
    """R36: an alias alone, or nothing at all, makes a person, a case and its page."""
    person = Person.enter(actor=me, **known)
    case = open_case(me, person=person)
    assert person.called == (next(iter(known.values()), "No name given"))
    assert person.called in world.client(me).get(case.get_absolute_url()).content.decode()


def test_the_form_takes_an_empty_person(world, me):
    """R36: every field of the person may stay empty, or be emptied."""
    case = open_case(me, person=a_person(me, name="Ana Lake", phone="+13405550142"))
    answer = world.client(me).post(reverse("correct_person", args=[case.number]), {})
    assert answer.status_code == 302
    person = Person.objects.get()
    assert (person.name, person.alias, person.phone, person.called) == ("", "", "", "No name given")
    assert not person.tokens.exists()


def test_a_correction_is_found_and_the_old_name_is_not(world, me):
    case = open_case(me, person=a_person(me, alias="", name="Ana Lake"))
    said = {"name": "Bea Rivers", "phone": "340 555 0177", "never": "Victor Lake\n\n Old Tom "}
    world.client(me).post(reverse("correct_person", args=[case.number]), said)
    found = {text: Person.objects.matching(me, text).exists() for text in ("bea", "5550177", "ana", "lake")}
    assert found == {"bea": True, "5550177": True, "ana": False, "lake": False}
    assert Person.objects.get().relations == {"never": ["Victor Lake", "Old Tom"]}
    lines = str(list(AuditLine.objects.values_list("details", "subject_label")))
    assert "relations" in lines and "Victor" not in lines and "Bea" not in lines


@pytest.mark.parametrize(
    "said", [{"phone": "12"}, {"born": "spring"}, {"island": "XX"}, {"language": "qq"}], ids=str
)
def test_a_wrong_person_is_kept_on_the_page(world, me, said):
    case = open_case(me)
    answer = world.client(me).post(
        reverse("correct_person", args=[case.number]), {"name": "As typed", **said}
    )
    assert set(answer.context["form"].errors) == set(said) and "As typed" in answer.content.decode()
    assert Person.objects.get().name == ""


def test_the_same_name_elsewhere_has_other_tokens(world, me):
    """R8: no index crosses the wall, not even a hashed one."""
    a_person(me, name="Ana Lake")
    ours = set(PersonToken.objects.values_list("token", flat=True))
    with world.acting(world.stt.advocate) as other:
        a_person(other, name="Ana Lake")
        theirs = set(PersonToken.objects.values_list("token", flat=True))
        assert Person.objects.matching(other, "ana").count() == 1
    assert ours and theirs and not ours & theirs


def test_a_wall_hides_everything_of_a_person(world, me):
    """R42: lists, pages, search, promises, releases and offers; a supervisor like anybody else."""
    boss = world.stx.supervisor
    case = open_case(me, person=a_person(me, name="Ana Lake"))
    followup = a_followup(case, me)
    release = active_release(case, world.stt.organization, me)
    offer = case.offer(world.stx.colleague, actor=me)
    rows = [(Case, case), (FollowUp, followup), (Release, release), (CaseAssignment, offer)]
    assert all(row in model.objects.visible_to(boss) for model, row in rows)
    wall = Wall.build(case.person, boss, actor=me, reason="knows_person")
    assert not any(model.objects.visible_to(boss).exists() for model, _row in rows)
    assert not Person.objects.matching(boss, "ana").exists()
    client = world.client(boss)
    pages = [case.get_absolute_url(), release.get_absolute_url(), reverse("close_case", args=[case.number])]
    assert [client.get(url).status_code for url in pages] == [404, 404, 404]
    for url in ("/caseload/", "/find/?q=ana", f"/find/?q={case.number}"):
        assert "Bluebird" not in client.get(url).content.decode()
    wall.lift(actor=me)
    assert Case.objects.visible_to(boss).exists()


def test_a_wall_is_about_a_member_and_no_suspect(world, me):
    """R42: the one such fact is a wall between a member and a person; no table holds anybody else."""
    fields = {field.name for field in Wall._meta.get_fields()}
    assert fields == {"id", "organization", "person", "user", "reason", "note", "set_by", "set_at"}
    assert Wall._meta.get_field("user").related_model._meta.label == "orgs.User"


def test_walls_are_built_and_taken_away_on_a_page(world, me):
    case, boss = open_case(me), world.stx.supervisor
    client, url = world.client(me), reverse("restrict_case", args=[case.number])
    assert client.post(url, {"member": boss.pk, "reason": "knows_person"}).status_code == 302
    case.refresh_from_db()
    assert case.restricted and Wall.objects.get().user == boss
    answer = client.post(url, {"member": world.stx.second_supervisor.pk, "reason": "knows_person"})
    assert "member" in answer.context["form"].errors and Wall.objects.count() == 1
    client.post(reverse("lift_wall", args=[case.number, Wall.objects.get().pk]))
    case.refresh_from_db()
    assert not case.restricted and not Wall.objects.exists()


def test_who_shuts_herself_out_is_asked_again(world, me):
    """R42: one press shuts nobody out of their own case; what is left with nobody is said, and nothing lost.

    With the second press the case goes back to the supervisors, and out of sight.
    """
    case = open_case(me)
    a_followup(case, me)
    client, url = world.client(me), reverse("restrict_case", args=[case.number])
    said = {"member": me.pk, "reason": "knows_person", "note": "We went to school together."}
    again = client.post(url, said)
    page = again.content.decode()
    assert again.status_code == 200 and "out" in again.context["form"].errors and not Wall.objects.exists()
    assert f"{case.number}, 1 follow-up" in page and "We went to school together." in page
    assert client.post(url, {**said, "out": "on"}).url == reverse("caseload")
    case.refresh_from_db()
    assert case.assigned_to is None and client.get(url).status_code == 404
    boss = world.client(world.stx.supervisor)
    lifted = boss.post(reverse("lift_wall", args=[case.number, Wall.objects.get().pk]), follow=True)
    assert lifted.redirect_chain[-1][0] == reverse("assign_case", args=[case.number])
    assert f"{case.number} is with nobody. Say who should take it." in lifted.content.decode()


def test_where_somebody_lives_stays_in_the_house(world, me):
    """R41: an address stands on the form of the person and on no list, release, ledger or find page."""
    case = open_case(me, person=a_person(me, address="12 Cocoa Road"))
    release = active_release(case, world.stt.organization, me, categories=["TRANSFER"])
    client = world.client(me)
    assert "Cocoa" in client.get(reverse("correct_person", args=[case.number])).content.decode()
    for url in (
        "/caseload/",
        "/find/?q=blue",
        release.get_absolute_url(),
        f"/cases/{case.number}/disclosures/",
    ):
        assert "Cocoa" not in client.get(url).content.decode()
