"""A merge that was a mistake is undone: to each what was its own, and nothing of the other's (R25)."""

from datetime import date, timedelta

import pytest
from django.db import connection

from cases.models import Case, LegalHold, Merge, Person, Release, Wall
from cases.models.merge import NotMerged
from cases.signing import NotReleased
from orgs import audit_search, clock, retention
from orgs.models import AuditLine
from referrals.models import Handoff, Intake, Outcome
from referrals.models.handing import GoesFurther
from tests.makers import demand as demands
from tests.makers import handoff as handoffs
from tests.makers import referral as packets
from tests.makers.case import a_person, a_plan, active_release, open_case
from tests.makers.duty import a_goal

MARIA = {
    "alias": "",
    "name": "Maria Realname",
    "phone": "+13405550999",
    "address": "Secret shelter 5",
    "born": date(1999, 1, 2),
    "relations": {"never": ["Juan Abuser"]},
    "language": "es",
    "interpreter": True,
}


@pytest.fixture
def me(world):
    with world.acting(world.stx.supervisor) as member:
        yield member


def two(me, plans=("kept", "gone"), **known):
    """(case that stays, case of the other): each with a plan, where `plans` says so."""
    kept = open_case(me, person=a_person(me, alias="Bluebird", relations={"never": ["Victor"]}), plan=False)
    gone = open_case(me, person=a_person(me, **{**MARIA, **known}), plan=False)
    if "kept" in plans:
        a_plan(kept.person, me, ways=["call", "in_person"], never="Never at night.", reach_at="340 555 0001")
    if "gone" in plans:
        a_plan(gone.person, me, ways=["call"], never="Never say shelter.", reach_at="340 555 0999")
    return kept, gone


def merged(kept, gone, me):
    return Merge.make(Case.objects.get(pk=kept.pk), gone.person, actor=me)


def undo(merge, me):
    return Merge.objects.get(pk=merge.pk).undo(actor=me)


def again(case):
    return Person.objects.get(pk=case.person_id)


def test_each_has_again_what_was_its_own(me):
    """R25, R8: no name, phone, birth date or place of the other's stays, and no token finds the wrong one."""
    kept, gone = two(me)
    goal = a_goal(gone, me)
    before = {field: getattr(again(kept), field) for field in MARIA}
    merge = merged(kept, gone, me)
    assert again(kept).name == "Maria Realname"
    goal.refresh_from_db()
    assert (goal.person_id, goal.state) == (kept.person_id, "set")
    assert undo(merge, me) == []
    assert {field: getattr(again(kept), field) for field in MARIA} == before
    assert {field: getattr(again(gone), field) for field in MARIA} == {**MARIA}
    goal.refresh_from_db()
    assert (goal.person_id, goal.state) == (gone.person_id, "set")
    for words, case in (("Realname", gone), ("3405550999", gone), ("Bluebird", kept)):
        assert [p.pk for p in Person.objects.matching(me, words)] == [case.person_id]
    row = Merge.objects.get()
    assert row.before is None and row.undone_at
    assert AuditLine.objects.get(verb="undo_merge").details["gone"] == str(gone.person_id)


def test_each_has_its_own_plan_to_be_confirmed_again(me):
    """R25, R37: neither stays without, and no warning of the other's is left."""
    kept, gone = two(me)
    undo(merged(kept, gone, me), me)
    for case, ways, never, at in (
        (kept, ["call", "in_person"], "Never at night.", "340 555 0001"),
        (gone, ["call"], "Never say shelter.", "340 555 0999"),
    ):
        plan = again(case).plan
        assert (plan.ways, plan.never, plan.reach_at) == (ways, never, at) and not plan.is_verified
        assert Case.objects.get(pk=case.pk).plan_verified_at is None
    assert not any("shelter" in plan.never for plan in again(kept).plans.all())


def test_a_plan_that_came_along_goes_back(me):
    """R25: the one without a plan has none again, and is not called under the other's."""
    kept, gone = two(me, plans=["gone"])
    merge = merged(kept, gone, me)
    again(kept).plan.confirm(actor=me)
    assert undo(merge, me) == []
    assert again(kept).plan is None and Case.objects.get(pk=kept.pk).plan_verified_at is None
    plan = again(gone).plan
    assert plan.never == "Never say shelter." and not plan.is_verified


def test_what_people_changed_since_stays_and_is_shown(world, me):
    """R25: what was typed since is not overwritten; the page says which it is, before and after."""
    kept, gone = two(me)
    merge = merged(kept, gone, me)
    again(kept).correct(
        actor=me, phone="+13405550777", relations={"never": ["Victor", "Juan Abuser", "Rosa"]}
    )
    a_plan(again(kept), me, never="Never before noon.")
    client, url = world.client(me), f"/cases/{kept.number}/merge/{merge.pk}/undo/"
    page = client.get(url).content.decode()
    assert (
        "phone, who must never learn of this, safe-contact plan" in page
        and "walls, legal holds and releases" in page
    )
    page = client.post(url, follow=True).content.decode()
    assert "phone, who must never learn of this, safe-contact plan" in page
    person = again(kept)
    assert (person.phone, person.name) == ("+13405550777", "")
    assert person.relations == {"never": ["Victor", "Rosa"]}
    assert person.plan.never == "Never before noon." and person.plan.is_verified
    assert again(gone).plan.never == "Never say shelter."


def test_what_was_signed_while_they_were_one_ends(world, me):
    """R25, R17: its text named one person for two; what was signed before goes on, for whom it was signed."""
    kept, gone = two(me)
    old = active_release(gone, world.vipd.organization, me, recipient_unit="St. Croix")
    world.forward(minutes=1)
    merge = merged(kept, gone, me)
    since = active_release(Case.objects.get(pk=gone.pk), world.stt.organization, me)
    assert since.person_id == kept.person_id
    later = active_release(
        Case.objects.get(pk=kept.pk),
        world.prosecution.organization,
        me,
        recipient_unit="Victim Services Unit",
    )
    undo(merge, me)
    for release in (old, since, later):
        release.refresh_from_db()
    assert (later.end_reason, since.end_reason) == ("APART", "APART")
    assert (later.person_id, since.person_id) == (kept.person_id, gone.person_id)
    assert old.person_id == gone.person_id and old.is_open
    assert old.lets_through(["SAFETY"], world.vipd.organization)


def test_an_outcome_told_under_the_others_release_goes(world):
    """R2, R25: the word is about one who signed nothing, and at the agency nobody reads it any more."""
    packet, intake = packets.acknowledged(world)
    with world.acting(world.stx.supervisor) as me:
        kept = Case.open_for(intake.person, actor=me, assigned_to=me)
        gone = open_case(me, person=a_person(me, alias="Redbird"))
        terms = {"categories": ["OUTCOME"], "recipient_unit": world.officer.unit.name}
        release = active_release(gone, world.vipd.organization, me, **terms)
        world.forward(minutes=1)
        merge = merged(kept, gone, me)
        Outcome.tell(Release.objects.get(pk=release.pk), packet, "accepted", actor=me)
    assert read_outcome(world, packet)
    world.forward(minutes=1)
    with world.acting(world.stx.supervisor) as me:
        undo(merge, me)
        release.refresh_from_db()
        assert (release.person_id, release.end_reason) == (gone.person_id, "APART")
        assert not Outcome.objects.exists()
    assert not read_outcome(world, packet)


def read_outcome(world, packet):
    page = world.client(world.officer).get(f"/referrals/{packet.reference}/").content.decode()
    return "The person accepted services" in page


def test_an_outcome_is_read_only_of_a_packet_about_who_signed(world):
    """R2, R25: whatever else went wrong, a release of one person lets no word through about another."""
    packet, intake = packets.acknowledged(world)
    with world.acting(world.stx.supervisor) as me:
        case = Case.open_for(intake.person, actor=me, assigned_to=me)
        terms = {"categories": ["OUTCOME"], "recipient_unit": world.officer.unit.name}
        release = active_release(case, world.vipd.organization, me, **terms)
        Outcome.tell(release, packet, "accepted", actor=me)
    assert read_outcome(world, packet)
    with world.acting(world.stx.supervisor) as me:
        Intake.objects.update(person=a_person(me, alias="Redbird"))
        with pytest.raises(NotReleased, match="packet"):
            Outcome.tell(release, packet, "accepted", actor=me)
    assert not read_outcome(world, packet)


@pytest.mark.parametrize("state", ["offered", "acknowledged", "accepted", "connected"])
def test_a_file_handed_over_under_the_others_release_is_shut(world, state):
    """R25, R27: however far it came, nobody at the receiver opens it any more."""
    made, merge, release = handed_over_while_one(world, state)
    url = f"/handoffs/{made.reference}/snapshot/"
    client = world.client(world.stt.advocate if state == "connected" else world.stt.supervisor)
    assert client.get(url).status_code == 200
    world.forward(minutes=1)
    with world.acting(world.stx.supervisor) as me:
        undo(merge, me)
        assert Release.objects.get(pk=release.pk).end_reason == "APART"
        made = Handoff.objects.get(pk=made.pk)
        assert made.release_revoked_at and made.state == ("connected" if state == "connected" else "recalled")
    assert client.get(url).status_code != 200


def test_a_file_under_the_others_release_is_not_offered_afterwards(world):
    """R10, R25: written while they were one record, and let go by nobody."""
    made, merge, _release = handed_over_while_one(world, "supervisor_review")
    with world.acting(world.stx.supervisor) as me:
        undo(merge, me)
        with pytest.raises(GoesFurther):
            Handoff.objects.get(pk=made.pk).offer(actor=me)


def handed_over_while_one(world, state):
    """A hand-over file of the one under a release that the other had signed: (handoff, merge, release)."""
    kept, gone = handoffs.case(world), handoffs.case(world)
    release = handoffs.release(world, gone)
    world.forward(minutes=1)
    with world.acting(world.stx.supervisor) as me:
        merge = merged(kept, gone, me)
    with world.acting(world.stx.advocate) as me:
        made = Handoff.draft(
            Case.objects.get(pk=kept.pk),
            world.stt.organization,
            actor=me,
            release=Release.objects.get(pk=release.pk),
            content=handoffs.CONTENT,
            **handoffs.FACTS,
        )
        made.submit(actor=me)
    here, there = world.stx, world.stt
    steps = [
        ("offered", here.supervisor, lambda me: made.offer(actor=me)),
        ("acknowledged", there.intake_worker, lambda me: made.acknowledge(actor=me)),
        ("accepted", there.supervisor, lambda me: made.accept(there.advocate, actor=me)),
        ("connected", here.advocate, lambda me: made.confirm(actor=me)),
        ("connected", there.advocate, lambda me: made.confirm(actor=me)),
    ]
    names = [name for name, _member, _step in steps]
    last = len(names) - names[::-1].index(state) if state in names else 0
    for _name, member, step in steps[:last]:
        with world.acting(member) as me:
            made = Handoff.objects.get(pk=made.pk)
            step(me)
    return made, merge, release


def test_a_wall_of_the_joint_record_stands_around_both_afterwards(world, me):
    """R25, R42: nobody can say of which of the two it was meant."""
    kept, gone = two(me)
    merge = merged(kept, gone, me)
    Wall.build(again(kept), world.stx.second_supervisor, actor=me, reason="other")
    undo(merge, me)
    for case in (kept, gone):
        assert not Case.objects.visible_to(world.stx.second_supervisor).filter(pk=case.pk).exists()


def test_who_works_here_finds_neither_afterwards(world, me):
    """R25, R42: who was named for the joint record is named for both, and nobody else is."""
    kept, gone = two(me)
    merge = merged(kept, gone, me)
    Wall.name_insiders(again(kept), [me], actor=me, themselves=world.stx.second_supervisor)
    undo(merge, me)
    assert again(kept).named_only and again(gone).named_only
    assert world.client(world.stx.second_supervisor).get(f"/cases/{gone.number}/").status_code == 404
    assert set(Wall.objects.filter(reason="self").values_list("person", flat=True)) == {
        kept.person_id,
        gone.person_id,
    }


def test_a_wall_that_one_record_alone_had_goes_to_both_with_the_undoing(world, me):
    """R25, R42: of walls that were not set by this code while they were one, too; the stricter wins."""
    kept, gone = two(me)
    merge = merged(kept, gone, me)
    Wall.build(again(kept), world.stx.second_supervisor, actor=me, reason="self")
    Wall.objects.filter(person=gone.person_id).delete()
    undo(merge, me)
    assert again(gone).keeps_out(world.stx.second_supervisor)


def test_a_wall_reaches_every_record_of_a_chain_of_merges(world, me):
    """R25, R42: a record that was put together with another before is behind it too; a lifted one of none."""
    kept, gone = two(me)
    first = merged(kept, gone, me)
    third = open_case(me, person=a_person(me, alias="Wren"), plan=False)
    second = merged(third, kept, me)
    wall = Wall.build(again(third), world.stx.colleague, actor=me, reason="other")
    Wall.build(again(third), world.stx.second_supervisor, actor=me, reason="other")
    wall.lift(actor=me)
    with pytest.raises(NotMerged):  # of the two that are one, the one that stays is part of a third
        undo(first, me)
    undo(second, me)
    undo(first, me)
    for case in (kept, gone, third):
        assert not again(case).keeps_out(world.stx.colleague)
        assert again(case).keeps_out(world.stx.second_supervisor)


def test_walls_that_would_leave_nobody_above_either_keep_them_one(world, me):
    """R42: one supervisor can always open every record, of those that come back too."""
    kept, gone = two(me)
    merge = merged(kept, gone, me)
    Wall.build(again(kept), world.stx.second_supervisor, actor=me, reason="other")
    Wall.objects.filter(person=gone.person_id).update(user=me)
    with pytest.raises(NotMerged) as refused:
        undo(merge, me)
    assert refused.value.why == "nobody" and Merge.objects.get().undone_at is None


def test_the_audit_of_the_record_that_went_is_behind_the_wall_too(world, me):
    """R42, R25: while they are one nobody who is walled reads a line about either."""
    kept, gone = two(me)
    merged(kept, gone, me)
    Wall.build(again(kept), world.stx.administrator, actor=me, reason="other")
    with world.acting(world.stx.administrator) as member:
        seen = audit_search.lines_for(member).values_list("subject_id", flat=True)
        assert not {kept.person_id, gone.person_id} & set(seen)


@pytest.mark.parametrize("on", ["kept", "gone"])
@pytest.mark.parametrize("by", ["hold", "demand"])
def test_what_was_held_as_one_is_held_as_two(world, me, by, on):
    """R35, R25: the other is not purged either until a supervisor lifts its own hold."""
    cases = dict(zip(("kept", "gone"), two(me), strict=True))
    merge = merged(cases["kept"], cases["gone"], me)
    of = Case.objects.get(pk=cases[on].pk)
    if by == "hold":
        LegalHold.place(
            of, actor=me, reason="audit", note="Grant 7", review_at=clock.now() + timedelta(days=9)
        )
    else:
        demand = demands.bare(world, of, kind="request")  # which puts no hold beside it
    world.forward(days=20)  # nobody has looked again, or answered, yet
    undo(merge, me)
    for which, case in cases.items():
        holds = LegalHold.objects.filter(person=case.person_id, lifted_at=None)
        assert holds.exists() == (by == "hold" or which != on)
        assert is_held(case.person_id)
    if by == "demand":
        demand.refresh_from_db()
        assert demand.person_id == cases[on].person_id
    else:
        other = LegalHold.objects.exclude(person=cases[on].person_id).get()
        assert (other.reason, other.note) == ("audit", "Grant 7") and other.case.legal_hold
        other.lift("over", actor=me)
        assert not is_held(other.person_id)


def test_what_nobody_held_is_held_of_neither(me):
    """R35: taking apart holds nothing by itself."""
    kept, gone = two(me)
    undo(merged(kept, gone, me), me)
    assert not LegalHold.objects.exists()


def is_held(person_id):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {retention.held_person('%s::uuid')}", [person_id])
        return cursor.fetchone() == (True,)


def test_facts_that_were_the_others_no_longer_decide(world, me):
    """R25, R22: the one who is no child is none again; releases are held against what is each one's own."""
    kept, gone = two(me, born=date(2012, 1, 2), age_group="minor")
    merge = merged(kept, gone, me)
    assert Case.objects.get(pk=kept.pk).minor
    undo(merge, me)
    assert not again(kept).is_minor(clock.now()) and not Case.objects.get(pk=kept.pk).minor
    assert again(gone).is_minor(clock.now()) and Case.objects.get(pk=gone.pk).minor
    release = active_release(Case.objects.get(pk=kept.pk), world.stt.organization, me)
    assert release.lets_through(["SAFETY"], world.stt.organization)


@pytest.mark.parametrize("dead", ["kept", "gone"])
def test_who_did_not_die_lives_again(me, dead):
    """R25, R33: the death of the one is not the other's."""
    cases = dict(zip(("kept", "gone"), two(me), strict=True))
    cases[dead].record_death(actor=me, on=clock.today())
    merge = merged(cases["kept"], cases["gone"], me)
    assert all(case.person_died for case in Case.objects.filter(person=cases["kept"].person_id))
    undo(merge, me)
    for which, case in cases.items():
        assert again(case).has_died == (which == dead)
        assert Case.objects.get(pk=case.pk).person_died == (which == dead)


def test_a_merge_of_before_is_undone_as_far_as_it_can_be(world, me):
    """R25: what the record said before was not kept then: the page says so, and nothing is made up."""
    kept, gone = two(me)
    merge = merged(kept, gone, me)
    merge.before = None
    merge.save(update_fields=["before"])
    page = world.client(me).get(f"/cases/{kept.number}/merge/{merge.pk}/undo/").content.decode()
    assert "by hand" in page
    undo(merge, me)
    assert again(kept).name == "Maria Realname" and again(gone).plan.never == "Never say shelter."
    assert not again(gone).plan.is_verified
