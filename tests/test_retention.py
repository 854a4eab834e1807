"""How long records are kept, what goes, and what stays of it (R35)."""

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import (
    Case,
    ContactAttempt,
    Disclosure,
    LegalHold,
    Note,
    Person,
    PersonToken,
    Purge,
    Release,
    SafeContactPlan,
    Service,
)
from cases.models.purge import OwnProposal
from cases.tasks import list_purges
from orgs import clock, reminders, retention, totals, yearly
from orgs.models import Reminder, Tally
from referrals.models import Handoff, HandoffFile, Intake, Message, Referral, ReferralCopy
from tests.makers import demand as demands
from tests.makers.case import a_person, active_release, open_case
from tests.makers.demand import bare
from tests.makers.duty import REPORT_FACTS, a_goal, a_report, by_voice
from tests.makers.handoff import IN
from tests.makers.intake import triaged
from tests.makers.referral import acknowledged, draft

YEARS = 366


def close(case, actor, supervisor):
    case.request_closure("goals_met", actor=actor)
    case.close(actor=supervisor)
    return case


def full_case(world, **known):
    """A closed case in which everything has been done once."""
    me, boss = world.stx.advocate, world.stx.supervisor
    with world.acting(me):
        case = open_case(me, person=a_person(me, **known))
        case.log_contact(actor=me, way="call", outcome="reached", text="They are well.", services=["A1"])
        note = case.notes.first()
        case.add_note("They asked for the number again.", actor=me, corrects=note)
        case.add_service("A2", actor=me)
        release = active_release(case, world.stt.organization, me)
        release.disclose(actor=me, categories=["SAFETY"], what="Where to meet", method="verbal")
        release.revoke(actor=me)
        goal = a_goal(case, me)
        goal.review("nearly", clock.today() + timedelta(days=3), actor=me)
        goal.reach(actor=me)
        for followup in case.followups.filter(state="scheduled"):
            followup.cancel("not_needed", actor=me)
        world.forward(days=8)
        reminders.claim()
        close(case, me, boss)
    return case


def carried_out(world, proposer=None, approver=None):
    """The list of St. Croix, proposed by one supervisor and approved by the other."""
    proposer, approver = proposer or world.stx.supervisor, approver or world.stx.second_supervisor
    with world.acting(proposer):
        purge = Purge.list_due(proposer.organization, actor=proposer)
        purge.propose(actor=proposer)
    with world.acting(approver):
        purge.approve(actor=approver)
    return purge


def left_of(case):
    """The tables in which a row still points at a case or its person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname, f.confrelid::regclass::text FROM pg_constraint f"
            " JOIN pg_class c ON c.oid = f.conrelid"
            " JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]"
            " WHERE f.contype = 'f' AND f.confrelid IN ('cases_case'::regclass, 'cases_person'::regclass)"
        )
        found = set()
        for table, column, target in cursor.fetchall():
            pk = case.pk if target == "cases_case" else case.person_id
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [pk])
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_a_closed_case_goes_after_its_years_with_everything_in_it(world):
    """R35: rows are really deleted, in every table that points at the case or the person."""
    case = full_case(world)
    kept = full_case(world)
    world.forward(days=7 * YEARS - 30)
    with world.acting(world.stx.supervisor):
        assert Purge.list_due(world.stx.organization) is None
    world.forward(days=60)
    with world.acting(world.stx.supervisor):
        kept.reopen(actor=world.stx.supervisor)
        reminded = Reminder.objects.filter(subject_id=case.pk).count()
        assert left_of(case) >= {"cases_note", "cases_release", "cases_disclosure", "cases_persontoken"}
    assert reminded
    purge = carried_out(world)
    with world.acting(world.stx.supervisor):
        assert not Case.objects.filter(pk=case.pk).exists() and left_of(case) == set()
        assert not Person.objects.filter(pk=case.person_id).exists()
        assert not Reminder.objects.filter(subject_id=case.pk).exists()
        assert Case.objects.filter(pk=kept.pk).exists() and "cases_note" in left_of(kept)
        gone = dict(purge.counts.values_list("relation", "gone"))
        assert gone["cases_case"] == gone["cases_person"] == 1 and gone["cases_note"] == 2
        assert gone["cases_disclosure"] == 1 and gone["cases_service"] == 2 and gone["orgs_reminder"]
        assert gone["cases_goal"] == gone["cases_goallook"] == 1
        hashes = [bytes(item.hash) for item in purge.items.filter(kind="case")]
        assert hashes == [hashlib.sha256(case.pk.bytes).digest()]
        assert not purge.items.exclude(subject_id=None, person_id=None).exists()


def test_the_figures_of_a_year_are_the_same_before_and_after(world):
    """R35, R46: what was purged stays counted, in codes, and oversight's totals do not move."""
    for _ in range(3):
        full_case(world)
    acknowledged(world)
    world.forward(days=8 * YEARS)
    full_case(world)
    with world.acting(world.stx.administrator):
        before = yearly.counts(world.stx.organization.pk)
    with world.acting(world.council.oversight):
        territory = totals.quarters()
    carried_out(world)
    with world.acting(world.stx.administrator):
        assert Case.objects.count() == 1 and Tally.objects.exists()
        assert yearly.counts(world.stx.organization.pk) == before
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Tally.objects.update(number=0)
    with world.acting(world.council.oversight):
        assert totals.quarters() == territory


def test_two_supervisors_decide(world):
    """R35, C10: whoever proposed does not approve: not by the move, and not by the database."""
    full_case(world)
    world.forward(days=8 * YEARS)
    boss = world.stx.supervisor
    with world.acting(boss):
        purge = Purge.list_due(boss.organization, actor=boss)
        purge.propose(actor=boss)
        with pytest.raises(OwnProposal):
            purge.approve(actor=boss)
        with pytest.raises(DatabaseError, match="approved_by_another"), transaction.atomic():
            Purge.objects.filter(pk=purge.pk).update(approved_by=boss)
    for approver in (world.stx.advocate, world.stx.administrator):
        with world.acting(boss), transaction.atomic():
            Purge.objects.filter(pk=purge.pk).update(approved_by=approver)
            with pytest.raises(DatabaseError, match="one supervisor proposed"), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT carry_out_purge(%s)", [purge.pk])
            transaction.set_rollback(True)
    with world.acting(boss):
        assert Case.objects.count() == 1


def test_the_owner_deletes_nothing_that_no_approved_purge_names(world):
    """R35: not another's purge, not what is not on the list, not what has not come to its end."""
    old = full_case(world)
    world.forward(days=8 * YEARS)
    young = full_case(world)
    boss, other = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(boss):
        purge = Purge.list_due(boss.organization, actor=boss)
        purge.items.create(
            organization=boss.organization, kind="case", subject_id=young.pk, person_id=young.person_id
        )
        purge.items.filter(subject_id=old.pk).delete()
        Purge.objects.filter(pk=purge.pk).update(schedule={kind: 0 for kind in purge.schedule})
        purge.propose(actor=boss)
    with world.acting(world.stt.supervisor):
        for call in ("carry_out_purge(%s)", "purge_rows(%s, NULL, 'cases_case', NULL)"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SELECT {call}", [purge.pk])
    with world.acting(other):
        purge.approve(actor=other)
        assert set(Case.objects.values_list("pk", flat=True)) == {old.pk, young.pk}
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Note.objects.all()._raw_delete("default")


def test_a_legal_hold_wins_always(world):
    """R35: everything about the person stays, on the list or off it, placed before or after the approval."""
    held, late = full_case(world), full_case(world)
    boss, other = world.stx.supervisor, world.stx.second_supervisor
    world.forward(days=8 * YEARS)
    with world.acting(boss):
        LegalHold.place(held, actor=boss, reason="subpoena", review_at=world.now + timedelta(days=90))
        purge = Purge.list_due(boss.organization, actor=boss)
        assert not purge.items.filter(person_id=held.person_id).exists()
        purge.propose(actor=boss)
        LegalHold.place(late, actor=boss, reason="litigation", review_at=world.now + timedelta(days=90))
    with world.acting(other):
        purge.approve(actor=other)
        assert set(Case.objects.values_list("pk", flat=True)) == {held.pk, late.pk}
        assert "cases_note" in left_of(late) and Person.objects.filter(pk=late.person_id).exists()
        assert not purge.items.exists() and not purge.counts.exists()
        held.holds.get().lift("over", actor=other)
    world.forward(days=91)
    purge = carried_out(world)
    with world.acting(other):
        assert set(Case.objects.values_list("pk", flat=True)) == {late.pk}


def test_a_legal_demand_that_is_open_holds_like_a_hold(world):
    """R35, R28: what a court asks for is not purged before it is answered."""
    case, boss = full_case(world), world.stx.supervisor
    world.forward(days=8 * YEARS)
    with world.acting(boss):
        demand = demands.bare(world, case, kind="request")  # which puts no hold beside it
        assert not any(retention.due(world.stx.organization, kind) for kind in kinds_with_people())
        demand.withdraw("They took it back.", actor=boss)
        assert [pk for pk, _person in retention.due(world.stx.organization, retention.KINDS["case"])] == [
            case.pk
        ]


@pytest.mark.parametrize("of", ["a case", "an intake"])
def test_a_duty_that_runs_holds_all_of_its_person(world, of):
    """R35, R29: a report of today is not purged within its 48 hours, nor what was told under it."""
    boss = world.stx.supervisor
    if of == "a case":
        record = full_case(world)
    else:
        with world.acting(boss):
            record = triaged(boss)
            record.find_ineligible(actor=boss, reason="other_matter")
    kind = retention.KINDS["case" if of == "a case" else "intake"]

    def due():
        with world.acting(boss):
            return record.pk in {pk for pk, _person in retention.due(boss.organization, kind)}

    world.forward(days=7 * YEARS + 60)
    assert due()
    with world.acting(boss):
        report = a_report(type(record).objects.get(pk=record.pk), boss)
    assert not due()
    with world.acting(boss):
        by_voice(report, boss)
        report.write(actor=boss, **REPORT_FACTS)
        report.send_written(actor=boss, at=world.now, way="fax")
        report.tell_person("too_young", actor=boss)
        assert report.due_at is None
    assert not due()  # its lines of the ledger are of today
    world.forward(days=7 * YEARS + 60)
    assert due()


def test_a_demand_about_an_intake_holds_it(world):
    """R35, R28: what is asked for by law stays, also where nobody has made a case of it."""
    boss = world.stx.supervisor
    with world.acting(boss):
        intake = triaged(boss)
        intake.find_ineligible(actor=boss, reason="other_matter")
    world.forward(days=3 * YEARS + 60)
    with world.acting(boss):
        assert retention.due(boss.organization, retention.KINDS["intake"])
        demand = bare(world)
        demand.name_case(intake, actor=boss)
        assert not retention.due(boss.organization, retention.KINDS["intake"])
        demand.withdraw("They took it back.", actor=boss)
        assert retention.due(boss.organization, retention.KINDS["intake"])


def test_the_other_records_of_a_person_go_with_the_last_of_them(world):
    """R35: whom an intake made that was joined to a case: no name stays behind to which nothing points."""
    case, boss = full_case(world), world.stx.supervisor
    with world.acting(boss):
        intake = triaged(boss, name="Marisol Secondname", alias="")
        intake.link_case(Case.objects.get(pk=case.pk), actor=boss)
    world.forward(days=7 * YEARS + 60)
    carried_out(world)
    with world.acting(boss):
        assert not Case.objects.filter(pk=case.pk).exists()
        assert not Person.objects.filter(pk__in=[intake.person_id, case.person_id]).exists()
        assert not Person.objects.matching(boss, "Secondname")


def kinds_with_people():
    return [kind for kind in retention.KINDS.values() if kind.person and not kind.theirs]


# What goes with a record of a kind that goes before its case, by the table that points at it. A new table
# that points at one of these says here that it goes along, or is loosened in a room's `retention.py`.
ALONG = {
    "cases_note": {"cases_note.corrects_id"},
    "cases_contactattempt": set(),
    "cases_release": {
        "cases_releaseusergrant.content_object_id",
        "cases_releasegroupgrant.content_object_id",
        "cases_releasepaper.release_id",
        "cases_signaturemark.release_id",
        "cases_disclosure.release_id",
        "referrals_outcome.release_id",
    },
    "referrals_referralcopy": set(),
    "referrals_handofffile": set(),
}


def test_nothing_is_taken_along_by_accident(db):
    """R35: every reference to a record that goes before its case is decided about, by name."""
    for table, along in ALONG.items():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname || '.' || a.attname FROM pg_constraint f"
                " JOIN pg_class c ON c.oid = f.conrelid"
                " JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]"
                " WHERE f.contype = 'f' AND f.confrelid = %s::regclass",
                [table],
            )
            assert {name for (name,) in cursor.fetchall()} - retention.LOOSENED == along, table


def test_a_hold_is_looked_at_again(world):
    """R35: a reminder rings on the day that was said, and goes on until a supervisor has looked."""
    case, boss = full_case(world), world.stx.supervisor
    with world.acting(boss):
        hold = LegalHold.place(case, actor=boss, reason="audit", review_at=world.now + timedelta(days=30))
        first = Reminder.objects.get(clock="review_hold", rung=0)
        assert first.due_at == hold.review_at and first.team == "supervisor"
        again = LegalHold.place(case, actor=boss, reason="audit", review_at=world.now + timedelta(days=60))
        assert again.pk == hold.pk and LegalHold.objects.count() == 1
        assert Reminder.objects.filter(clock="review_hold", version=2).exists()
        again.lift("over", actor=boss)
        assert not Reminder.objects.filter(clock="review_hold", fired_at=None).exists()


def test_a_person_stays_while_anything_here_is_about_them(world):
    """R35: a second case of the same person keeps the person, their plan and their tokens."""
    first = full_case(world)
    world.forward(days=8 * YEARS)
    me = world.stx.advocate
    with world.acting(me):
        second = open_case(me, person=first.person)
    carried_out(world)
    with world.acting(me):
        assert not Case.objects.filter(pk=first.pk).exists()
        assert Person.objects.get(pk=first.person_id).called
        assert PersonToken.objects.filter(person=first.person_id).exists()
        assert second.person_id == first.person_id


def test_an_intake_that_became_nothing_goes_with_our_copy_and_the_referrer_sees_nothing(world):
    """R35, R3, R16: the referrer's page, its own copy and its messages are the same bytes as before."""
    packet, intake = acknowledged(world)
    reference = packet.reference
    with world.acting(world.stx.supervisor):
        intake.refer_out(actor=world.stx.supervisor, reason="other_service")
    with world.acting(world.officer):
        Referral.objects.get(pk=packet.pk).write_message("Call me.", actor=world.officer)
    world.forward(days=3 * YEARS + 31)
    page = world.client(world.officer).get(f"/referrals/{reference}/").content
    carried_out(world)
    after = world.client(world.officer).get(f"/referrals/{reference}/").content
    assert without_reference(page) == without_reference(after) and reference.encode() in after
    with world.acting(world.stx.supervisor):
        assert not Intake.objects.filter(pk=intake.pk).exists()
        assert not Person.objects.filter(pk=intake.person_id).exists()
        assert not ReferralCopy.objects.exists() and not Message.objects.exists()
        assert Referral.objects.filter(pk=packet.pk).exists()
    assert world.client(world.stx.supervisor).get(f"/referrals/{reference}/").status_code == 200
    with world.acting(world.officer):
        assert ReferralCopy.objects.get(referral=packet).content["name"]
        assert Message.objects.filter(referral=packet).exists()


def without_reference(page):
    import re

    return re.sub(rb'csrfmiddlewaretoken" value="[^"]+"', b"", page)


def test_each_kind_goes_by_its_own_period(world):
    """R35: notes, tries and releases go before the case where the organization says so; the case stays."""
    case = full_case(world)
    organization = world.stx.organization
    with world.acting(world.stx.administrator):
        organization.retention = {"note": 3, "attempt": 1, "release": 3, "copy": 1}
        organization.save(update_fields=["retention"])
    world.forward(days=2 * YEARS)
    carried_out(world)
    with world.acting(world.stx.advocate):
        assert not ContactAttempt.objects.filter(case=case).exists()
        assert Note.objects.filter(case=case).count() == 2 and Release.objects.filter(case=case).exists()
        assert Service.objects.filter(case=case).count() == 2 and SafeContactPlan.objects.exists()
    world.forward(days=2 * YEARS)
    carried_out(world)
    with world.acting(world.stx.advocate):
        assert not Note.objects.filter(case=case).exists()
        assert not Release.objects.filter(case=case).exists() and not Disclosure.objects.exists()
        assert Case.objects.get(pk=case.pk).person.called


def test_what_a_handoff_carried_goes_on_each_side_by_its_own_period(world):
    """R35, R16: the sealed snapshot of one side goes; the coded handoff and the other side's file stay."""
    handoff = IN["completed"](world)
    world.forward(days=366)
    with world.acting(world.stx.supervisor):
        assert HandoffFile.objects.filter(handoff=handoff).count() == 1
    carried_out(world)
    with world.acting(world.stx.supervisor):
        assert not HandoffFile.objects.filter(handoff=handoff).exists()
        assert Handoff.objects.filter(pk=handoff.pk).exists()
    with world.acting(world.stt.supervisor):
        assert HandoffFile.objects.filter(handoff=handoff).count() == 1
    answer = world.client(world.stx.supervisor).get(f"/handoffs/{handoff.reference}/")
    assert answer.status_code == 404
    assert world.client(world.stx.supervisor).get("/handoffs/").status_code == 200
    assert world.client(world.stt.supervisor).get(f"/handoffs/{handoff.reference}/").status_code == 200


def test_drafts_and_sent_packets_of_a_referrer_go_by_its_own_periods(world):
    """R35, R3: an agency's words go; the packet's coded row stays, and the receiver's copy with it."""
    from orgs.keyring.members import join
    from orgs.models import User
    from orgs.tenancy import acting_for
    from tests.signing import opened
    from tests.world import PASSPHRASE

    with acting_for(world.vipd.organization.pk), transaction.atomic():
        second = User.objects.create_user(
            "second@vipd.test",
            PASSPHRASE,
            organization=world.vipd.organization,
            name="Second (invented)",
            role="unit_supervisor",
        )
        join(second, PASSPHRASE, opened(world.vipd.administrator)[1])
    forgotten, packet = draft(world), acknowledged(world)[0]
    world.forward(days=31)
    carried_out(world, world.vipd.unit_supervisor, second)
    with world.acting(world.officer):
        assert not Referral.objects.filter(pk=forgotten.pk).exists()
        assert Referral.objects.filter(pk=packet.pk).exists()
    world.forward(days=4 * YEARS)
    carried_out(world, world.vipd.unit_supervisor, second)
    with world.acting(world.officer):
        assert not ReferralCopy.objects.exists() and Referral.objects.filter(pk=packet.pk).exists()
    assert world.client(world.officer).get(f"/referrals/{packet.reference}/").status_code == 200
    with world.acting(world.stx.supervisor):
        assert ReferralCopy.objects.get().content["name"]


def test_what_a_supervisor_is_walled_from_waits_for_two_others(world):
    """R35, R42: it is neither shown to nor decided by whoever must not know of it."""
    from cases.models import Wall

    case, boss, other = full_case(world), world.stx.supervisor, world.stx.second_supervisor
    with world.acting(world.stx.advocate):
        Wall.build(case.person, other, actor=world.stx.advocate, reason="other")
    world.forward(days=8 * YEARS)
    with world.acting(boss):
        purge = Purge.list_due(boss.organization, actor=boss)
        assert purge.counted(boss)["case"] == (1, 0) and "case" not in purge.counted(other)
        purge.propose(actor=boss)
    with world.acting(other):
        purge.approve(actor=other)
        assert Case.objects.filter(pk=case.pk).exists()


def test_every_quarter_the_list_is_made_and_somebody_hears(world):
    """R35: the clock lists and deletes nothing; supervisors are reminded until they have looked."""
    full_case(world)
    list_purges()
    with world.acting(world.stx.supervisor):
        assert not Purge.objects.exists()
    world.forward(days=8 * YEARS)
    list_purges()
    list_purges()
    with world.acting(world.stx.supervisor):
        purge = Purge.objects.get()
        assert purge.listed_by is None and purge.state == "listed" and Case.objects.count() == 1
        first = Reminder.objects.filter(subject_id=purge.pk).order_by("rung").first()
        assert (first.clock, first.team) == ("review_purge", "supervisor")
        purge.withdraw(actor=world.stx.supervisor)
        assert not Reminder.objects.filter(subject_id=purge.pk, fired_at=None).exists()
    world.forward(days=89)
    list_purges()
    with world.acting(world.stx.supervisor):
        assert Purge.objects.count() == 1
    world.forward(days=2)
    list_purges()
    with world.acting(world.stx.supervisor):
        assert Purge.objects.count() == 2


@pytest.mark.parametrize("kind", sorted(retention.KINDS))
def test_no_period_is_below_the_least(world, kind):
    """R35: a setting cannot go under the minimum of the installation."""
    organization, kind = world.stx.organization, retention.KINDS[kind]
    assert retention.period(organization, kind) == kind.usual >= kind.least > 0
    organization.retention = {kind.code: 0}
    assert retention.period(organization, kind) == kind.least
