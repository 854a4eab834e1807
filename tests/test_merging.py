"""Two records of one person become one: whatever kept something back in either keeps it back in both."""

import re

import pytest

from cases.forms.merge import pair
from cases.merging import narrower
from cases.models import Case, ContactAttempt, Disclosure, Merge, Person, Release, SafeContactPlan, Wall
from cases.models.merge import NotMerged
from orgs import clock
from orgs.models import AuditLine
from tests.makers.case import a_person, a_plan, active_release, draft_release, open_case
from tests.makers.intake import a_walk_in


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def boss(world):
    return world.stx.supervisor


@pytest.fixture
def them(world):
    return world.stt.organization


@pytest.fixture
def two(me):
    """Two cases of what turns out to be one person."""
    one = open_case(me, person=a_person(me, name="Ana Lake"), plan=False)
    return one, open_case(me, person=a_person(me, alias="Wren", phone="+13405550142"), plan=False)


def merge(one, other, boss):
    return Merge.make(Case.objects.get(pk=one.pk), other.person, actor=boss)


def join(client, one, other):
    """Both steps of the page: the number, then the press beside both people."""
    url = f"/cases/{one.number}/merge/"
    shown = client.post(url, {"which": other.number.lower()}).context["form"]
    return client.post(url, {**shown.initial, "sure": "on"})


def test_cases_releases_and_the_ledger_follow(world, me, boss, them, two):
    """R25: everything of both is found under one person, and the other is found no more."""
    one, other = two
    intake = a_walk_in(world.stx.intake_worker)
    type(intake).objects.filter(pk=intake.pk).update(person=other.person)
    release = active_release(other, them, me)
    release.disclose(actor=me, categories=["SAFETY"], what="Safe tonight", method="system")
    merge(one, other, boss)
    for row in (other, release, intake):
        row.refresh_from_db()
        assert row.person_id == one.person_id
    assert Disclosure.objects.about(one.person).get().what == "Safe tonight"
    assert {p.pk for word in ("ana", "wren") for p in Person.objects.matching(me, word)} == {one.person_id}
    kept = Person.objects.get(pk=one.person_id)
    assert (kept.name, kept.alias, kept.phone) == ("Ana Lake", "Bluebird", "+13405550142")
    shown = world.client(me).get(f"/cases/{one.number}/disclosures/").content.decode()
    assert "Safe tonight" in shown
    assert Case.objects.for_page().get(pk=one.pk).told == 1
    assert AuditLine.objects.filter(verb="merge", subject_id=one.person_id, actor_id=boss.pk).count() == 1


@pytest.mark.parametrize("walled_from", [0, 1])
def test_a_wall_of_either_stands_around_both(world, me, boss, two, walled_from):
    """R25, R42: who was kept from one record is kept from both, and loses the case that was theirs."""
    colleague = world.stx.colleague
    case = open_case(me, person=two[0].person, assigned_to=colleague, plan=False)
    Wall.build(two[walled_from].person, colleague, actor=me, reason="other")
    merge(*two, boss)
    for row in (*two, case):
        row.refresh_from_db()
        assert row.restricted
        assert row not in Case.objects.visible_to(colleague)
    assert case.assigned_to is None


def test_two_records_that_together_nobody_could_see_stay_two(world, me, boss, two):
    """R25: not one supervisor would be left."""
    Wall.build(two[0].person, world.stx.second_supervisor, actor=me, reason="other")
    Wall.build(two[1].person, boss, actor=me, reason="other")
    with pytest.raises(NotMerged) as refused:
        merge(*two, boss)
    assert refused.value.why == "nobody" and not Merge.objects.exists()


def test_the_narrower_plan_stands_and_is_confirmed_again(me, boss, two):
    """R25, R37: only ways that both allow, all that either forbids, and no call before it is confirmed."""
    a_plan(two[0].person, me, ways=["call", "in_person"], never="Never at night.")
    a_plan(two[1].person, me, ways=["call", "text"], never="Never leave a message.")
    merge(*two, boss)
    plan = Person.objects.get(pk=two[0].person_id).plan
    assert plan.ways == ["call"] and plan.never == "Never at night. Never leave a message."
    assert not plan.is_verified
    two[1].refresh_from_db()
    assert two[1].plan_verified_at is None
    assert SafeContactPlan.objects.filter(person=two[0].person_id, superseded_at=None).count() == 1


def test_two_long_warnings_say_that_there_is_more():
    long = SafeContactPlan(ways=["call"], times=[])
    long.never, other = "x" * 299, SafeContactPlan(ways=["call"], times=[])
    other.never = "y" * 200
    assert len(narrower(long, other)["never"]) == 300 and narrower(long, other)["never"].endswith(" …")
    assert narrower(long, None) is None


def test_of_two_releases_the_shorter_stands(me, boss, them, two):
    """R25: to the same organization; what goes elsewhere is not touched."""
    long = active_release(two[0], them, me, days=60)
    short = active_release(two[1], them, me, days=10)
    merge(*two, boss)
    for release in (long, short):
        release.refresh_from_db()
    assert short.is_open and not long.is_open and long.end_reason == "MERGED"


@pytest.mark.parametrize("no", ["refuse", "revoke"])
@pytest.mark.parametrize("first", [True, False])
def test_where_one_record_says_no_it_is_no(world, me, boss, them, two, no, first):
    """R25: a refusal or withdrawal of either ends the other's release to that organization, and no other."""
    yes, other = two if first else reversed(two)
    release = active_release(yes, them, me)
    elsewhere = active_release(yes, world.vipd.organization, me, recipient_unit="St. Croix")
    said_no = draft_release(other, them, me) if no == "refuse" else active_release(other, them, me)
    getattr(said_no, no)(actor=me)
    merge(*two, boss)
    for row in (release, elsewhere):
        row.refresh_from_db()
    assert not release.is_open and release.end_reason == "MERGED" and elsewhere.is_open


def test_a_release_without_a_contrary_word_stands(me, boss, them, two):
    """R25: nothing was said against it in the other record."""
    release = active_release(two[1], them, me)
    merge(*two, boss)
    release.refresh_from_db()
    assert release.is_open


def test_a_minor_in_either_record_is_a_minor(me, boss):
    """R22, R25: who may sign follows the stricter of the two."""
    grown = open_case(me, plan=False)
    child = open_case(me, person=a_person(me, age_group="minor", relations={"never": ["Victor"]}), plan=False)
    merge(grown, child, boss)
    person = Person.objects.get(pk=grown.person_id)
    assert person.is_minor(clock.now()) and person.relations["never"] == ["Victor"]
    grown.refresh_from_db()
    assert grown.minor


def test_a_supervisor_takes_them_apart_and_what_is_stricter_stays(world, me, boss, them, two):
    """R25: rows go back to whose they were; walls, the plan and ended releases stay as they became."""
    one, other = two
    Wall.build(one.person, world.stx.colleague, actor=me, reason="other")
    release = active_release(other, them, me, days=60)
    active_release(one, them, me, days=10)
    client = world.client(boss)
    answer = join(client, one, other)
    assert answer.status_code == 302
    made, person = Merge.objects.get(), other.person_id
    assert f"/merge/{made.pk}/undo/" in client.get(f"/cases/{one.number}/").content.decode()
    assert client.post(f"/cases/{one.number}/merge/{made.pk}/undo/").status_code == 302
    other.refresh_from_db()
    release.refresh_from_db()
    assert other.person_id == person and release.person_id == person and not release.is_open
    assert Wall.objects.filter(person=person, user=world.stx.colleague).exists()
    assert {p.pk for p in Person.objects.matching(me, "wren")} == {person}
    assert Merge.objects.get().undone_by == boss
    with pytest.raises(NotMerged):
        made.undo(actor=boss)


def test_both_people_are_shown_before_they_are_joined(world, me, boss, them, two):
    """R25: a number alone joins nobody, ticked or not; the page shows both, and which releases would end."""
    one, other = two
    active_release(one, them, me, days=60)
    active_release(other, them, me, days=10)
    client, url = world.client(boss), f"/cases/{one.number}/merge/"
    for said in ({}, {"sure": "on"}, {"sure": "on", "pair": "0" * 32}):
        page = client.post(url, {"which": other.number, **said})
        shown = page.content.decode()
        assert page.status_code == 200 and not Merge.objects.exists()
        for word in (one.number, other.number, "Bluebird", "Ana Lake", "Wren", me.name, "Join them"):
            assert word in shown
        assert f"a release ends to: {them.name}" in shown and "does not come back" in shown
    unticked = client.post(url, page.context["form"].initial)
    assert unticked.status_code == 200 and "sure" in unticked.context["form"].errors
    assert not Merge.objects.exists() and one.number in unticked.content.decode()
    seen = AuditLine.objects.filter(verb="view", actor_id=boss.pk).values_list("subject_id", flat=True)
    assert {one.pk, other.pk} <= set(seen)
    said = client.post(url, {**page.context["form"].initial, "sure": "on"}, follow=True)
    assert f"{one.number} was joined with {other.number}" in said.content.decode() and Merge.objects.exists()


def test_only_the_two_who_were_shown_are_joined(world, me, boss, two):
    """R25: the mark of another pair shows that pair, and joins nobody."""
    one, other = two
    third = open_case(me, person=a_person(me, alias="Heron"), plan=False)
    client, url = world.client(boss), f"/cases/{one.number}/merge/"
    shown = client.post(url, {"which": other.number}).context["form"].initial
    page = client.post(url, {**shown, "which": third.number, "sure": "on"})
    assert page.status_code == 200 and "Heron" in page.content.decode() and not Merge.objects.exists()


def test_a_number_behind_a_wall_answers_as_one_that_is_not_there(world, me, boss, two):
    """R42, R6: word for word, in both steps."""
    one, other = two
    Wall.build(other.person, boss, actor=me, reason="other")
    client, url = world.client(boss), f"/cases/{one.number}/merge/"
    for said in ({}, {"sure": "on", "pair": pair(one, other)}):
        walled, unknown = (client.post(url, {"which": n, **said}) for n in (other.number, "C-9999"))
        assert walled.context["form"].errors == unknown.context["form"].errors
        assert "which" in walled.context["form"].errors and b"Wren" not in walled.content
        assert text_of(walled, other.number) == text_of(unknown, "C-9999")
    assert not Merge.objects.exists()


def text_of(answer, number):
    """A page without the number that was typed and the mark of its form."""
    page = answer.content.decode().replace(number, "")
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page)


def test_only_a_supervisor_merges_or_takes_apart(world, me, boss, two):
    """R25, C10: an advocate is refused both, and a supervisor who is walled from one finds it nowhere."""
    one, other = two
    said = {"which": other.number, "sure": "on"}
    assert world.client(me).post(f"/cases/{one.number}/merge/", said).status_code == 403
    made = merge(one, open_case(me, person=a_person(me), plan=False), boss)
    assert world.client(me).post(f"/cases/{one.number}/merge/{made.pk}/undo/").status_code == 403
    Wall.build(other.person, world.stx.second_supervisor, actor=me, reason="other")
    answer = world.client(world.stx.second_supervisor).post(f"/cases/{one.number}/merge/", said)
    assert answer.status_code == 200 and "which" in answer.context["form"].errors
    for which in ("C-9999", one.number, "", "C-\x000001", "' OR 1=1"):
        answer = world.client(boss).post(f"/cases/{one.number}/merge/", {**said, "which": which})
        assert answer.status_code == 200 and "which" in answer.context["form"].errors


def test_another_organizations_case_is_not_found(world, me, boss, two):
    """R8: numbers are counted inside an organization; nothing of another house can be merged."""
    with world.acting(world.stt.advocate) as other:
        theirs = open_case(other)
        Case.objects.filter(pk=theirs.pk).update(number="C-7777")
    answer = world.client(boss).post(f"/cases/{two[0].number}/merge/", {"which": "C-7777", "sure": "on"})
    assert "which" in answer.context["form"].errors


def test_a_record_is_merged_once(me, boss, two):
    """R25: what is part of another record already is not merged again."""
    gone = two[1].person
    merge(*two, boss)
    with pytest.raises(NotMerged):
        Merge.make(Case.objects.get(pk=two[0].pk), gone, actor=boss)
    third = open_case(me, plan=False)
    with pytest.raises(NotMerged):
        Merge.make(third, gone, actor=boss)


def test_attempts_stay_where_they_were_written(me, boss, two):
    """R25: what can only be added to is not rewritten by a merge."""
    a_plan(two[1].person, me)
    ContactAttempt.record(two[1].person, actor=me, way="call", outcome="no_answer")
    merge(*two, boss)
    assert ContactAttempt.objects.get().person_id != two[0].person_id
    assert Release.objects.count() == 0
