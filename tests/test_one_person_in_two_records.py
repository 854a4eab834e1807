"""One human in two records: by an intake, a merge, a handoff. What protects them in one does so in both."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import glass, letting_go
from cases.models import (
    Case,
    Demand,
    LegalHold,
    MandatedReport,
    Merge,
    Person,
    SamePerson,
    Wall,
)
from orgs import clock, retention
from referrals.models import Handoff
from tests.makers import duty, handoff
from tests.makers import intake as intakes
from tests.makers.case import a_person, a_plan, draft_release, open_case
from tests.makers.demand import bare
from tests.test_retention import YEARS, close

SAID = {"reason": "danger_now", "why": "Somebody called from the hospital."}


@pytest.fixture
def joined(world):
    """A case and an intake of the same person, whose report was begun before anybody knew that."""
    me, boss = world.stx.advocate, world.stx.supervisor
    with world.acting(boss):
        case = open_case(me, plan=False)
        a_plan(case.person, boss, reach_at="340 555 0001", never="NEVER CALL 340 555 0999: HE HOLDS IT.")
        intake = intakes.triaged(boss, alias="", name="Marisol Secondname")
        a_plan(intake.person, boss, reach_at="340 555 0999", never="")
        report = duty.a_report(intake, boss)
        intake.link_case(case, actor=boss)
        return Case.objects.get(pk=case.pk), intake, MandatedReport.objects.get(pk=report.pk)


def merged(world):
    """(case that stays, case of the other record, the merge) of one advocate."""
    me = world.stx.advocate
    with world.acting(me):
        kept, gone = open_case(me), open_case(me, person=a_person(me, alias="Wren"))
    with world.acting(world.stx.supervisor) as boss:
        merge = Merge.make(Case.objects.get(pk=kept.pk), gone.person, actor=boss)
    return kept, gone, merge


# A report that was begun at an intake


def test_whoever_tells_the_person_of_a_report_reads_the_plan_of_the_case(world, joined):
    """R29, R37: right after the intake was joined, and when the plan is another later."""
    case, _intake, report = joined
    me = world.stx.advocate
    address = reverse("tell_person_mandatedreport", args=[report.pk])
    page = world.client(me).get(address).content.decode()
    assert "HE HOLDS IT" in page and "No safe-contact plan" in page  # to be confirmed again
    with world.acting(me):
        person = Person.objects.get(pk=case.person_id)
        a_plan(person, me, ways=["in_person"], reach_at="At the church", never="NEVER PHONE AGAIN")
    page = world.client(me).get(address).content.decode()
    assert "NEVER PHONE AGAIN" in page and "0999" not in page and "No safe-contact plan" not in page


def test_nobody_says_that_they_told_somebody_whom_nobody_may_reach(world):
    """R29, R37: without a plan that is confirmed "told after the report" is not there, and is not taken."""
    with world.acting(world.stx.advocate) as me:
        report = duty.a_report(open_case(me, plan=False), me, state="written_sent")
    client, address = world.client(me), reverse("tell_person_mandatedreport", args=[report.pk])
    page = client.get(address).content.decode()
    assert "No safe-contact plan" in page and 'value="after"' not in page and 'value="before"' in page
    assert client.post(address, {"answer": "after"}).status_code == 200
    with world.acting(me):
        report.refresh_from_db()
        assert report.told == ""
        with pytest.raises(Exception, match="safe-contact plan"):
            report.tell_person("after", actor=me)
    assert client.post(address, {"answer": "not_reached"}).status_code == 302


@pytest.mark.parametrize("how", ["of the case", "joined", "taken apart"])
def test_the_ledger_warns_of_every_report_in_it_that_is_not_safe_to_tell(world, how):
    """R29, R37: by the lines on the page, whosever the report is by now."""
    me = world.stx.advocate
    if how == "taken apart":
        case, other, merge = merged(world)
    with world.acting(world.stx.supervisor) as boss:
        if how == "taken apart":
            report = duty.a_report(Case.objects.get(pk=other.pk), boss)
        else:
            case, intake = open_case(me), intakes.triaged(boss)
            report = duty.a_report(case if how == "of the case" else intake, boss)
            if how == "joined":
                intake.link_case(case, actor=boss)
        report = MandatedReport.objects.get(pk=report.pk)
        duty.by_voice(report, boss)
        report.tell_person("not_safe", actor=boss)
        if how == "taken apart":
            Merge.objects.get(pk=merge.pk).undo(actor=boss)
    page = world.client(me).get(reverse("disclosures", args=[case.number])).content.decode()
    assert "Report by voice" in page and "not safe" in page.lower()


def test_nobody_is_asked_to_tell_the_dead_of_a_report(world, joined):
    """R33: of a report that was joined too."""
    case, _intake, report = joined
    with world.acting(world.stx.supervisor) as boss:
        duty.by_voice(report, boss)
        report.write(actor=boss, **duty.REPORT_FACTS)
        report.send_written(actor=boss, at=clock.now(), way="fax")
        case.record_death(actor=boss)
        report.refresh_from_db()
        assert (report.told, report.due_at) == ("died", None)


@pytest.mark.parametrize("first", ["the case", "the duplicate"])
def test_a_report_at_a_duplicate_reaches_the_case(world, first):
    """R29: whichever comes first, the case of the one or that the other is found to be the same."""
    me = world.stx.advocate
    with world.acting(world.stx.supervisor) as boss:
        one, two = intakes.assigned(boss, me), intakes.triaged(boss)
        a_plan(one.person, boss)
        report = duty.a_report(two, boss)
        if first == "the duplicate":
            two.find_duplicate(one, actor=boss)
        one.engage(actor=me, way="call")
        case = one.open_case(actor=me)
        if first == "the case":
            two.find_duplicate(one, actor=boss)
        report.refresh_from_db()
        assert (report.case_id, report.owner_id, report.person_id) == (case.pk, me.pk, case.person_id)


def test_a_report_that_was_begun_while_the_case_was_opened_is_the_cases(world):
    """R29: whoever begins it has the intake on the screen as it was."""
    with world.acting(world.stx.advocate) as me:
        intake = intakes.assigned(world.stx.supervisor, me)
        a_plan(intake.person, me)
        as_it_was = type(intake).objects.select_related("case").get(pk=intake.pk)
        assert as_it_was.case is None
        intake.engage(actor=me, way="call")
        case = intake.open_case(actor=me)
        assert duty.a_report(as_it_was, me).case_id == case.pk


# The glass


def test_no_emergency_opens_a_restricted_person_by_another_of_their_records(world, joined):
    """R32, R42: through the intake that was joined, before and after the glass was broken over it."""
    case, intake, _report = joined
    snoop = world.client(world.stx.colleague)
    opened = snoop.post(reverse("break_glass"), {"number": intake.number, **SAID}, follow=True)
    assert "Secondname" in opened.content.decode()
    with world.acting(world.stx.supervisor) as boss:
        Case.objects.get(pk=case.pk).restrict(True, actor=boss)
    shut = snoop.get(reverse("view_intake", args=[intake.number]))
    assert shut.status_code == 404 and "Secondname" not in shut.content.decode()
    for number in (intake.number, case.number, "I-9999"):
        page = snoop.post(reverse("break_glass"), {"number": number, **SAID}, follow=True).content.decode()
        assert "Secondname" not in page and "0999" not in page and "no record" in page.lower()


# A person whom the receiver of a handoff knows


@pytest.fixture
def known(world):
    """(the receiver's older case, the case that came by a handoff): of one person, as the receiver said."""
    here = world.stt
    with world.acting(here.supervisor) as boss:
        feared = a_person(boss, alias="Bluebird", relations={"never": ["Victor Testabuser"]})
        old = open_case(here.colleague, person=feared)
    made = handoff.acknowledged(world)
    answer = world.client(here.supervisor).post(
        reverse("accept_handoff", args=[made.reference]),
        {"advocate": str(here.advocate.pk), "known": [str(old.person_id)]},
    )
    assert answer.status_code == 302
    with world.acting(here.supervisor):
        new = Handoff.objects.get(pk=made.pk).own_file().case
        return old, Case.objects.get(pk=new.pk)


def test_whoever_is_walled_later_from_the_one_is_walled_from_the_other(world, known):
    """R42, R25: as the form has promised when it was accepted."""
    old, new = known
    with world.acting(world.stt.supervisor) as boss:
        assert {person.pk for person in letting_go.all_of(new.person)} == {old.person_id, new.person_id}
        Wall.build(old.person, world.stt.advocate, actor=boss, reason="other")
    with world.acting(world.stt.advocate) as me:
        assert new not in Case.objects.visible_to(me)


def test_what_holds_the_one_holds_the_other(world, known):
    """R35: the new case is not purged while the old one is held."""
    old, new = known
    with world.acting(world.stt.advocate):
        handed = Handoff.objects.get(files__case=new)
    for member in (world.stx.advocate, world.stt.advocate):
        with world.acting(member):
            handed.confirm(actor=member)
    with world.acting(world.stt.advocate) as me:
        handed.complete(actor=me)
    with world.acting(world.stt.supervisor) as boss:
        LegalHold.place(old, actor=boss, reason="subpoena", review_at=clock.now() + timedelta(days=30))
        close(new, world.stt.advocate, boss)
    world.forward(days=8 * YEARS)
    with world.acting(world.stt.supervisor) as boss:
        due = {pk for pk, _person in retention.due(boss.organization, retention.KINDS["case"])}
        assert new.pk not in due
        LegalHold.objects.get(case=old).lift("over", actor=boss)
        due = {pk for pk, _person in retention.due(boss.organization, retention.KINDS["case"])}
        assert new.pk in due


def test_whoever_must_never_learn_learns_by_neither(world, known):
    """R22, R25: of names that stood there, and of names that are written down later in either."""
    old, new = known
    with world.acting(world.stt.supervisor) as boss:
        police = world.vipd.organization
        with pytest.raises(ValidationError, match="must never learn"):
            draft_release(new, police, boss, recipient_unit="", recipient_name="Victor Testabuser")
        person = Person.objects.get(pk=new.person_id)
        person.correct(actor=boss, relations={**person.relations, "family": ["Rosa Testmother"]})
        old = Case.objects.select_related("person").get(pk=old.pk)
        with pytest.raises(ValidationError, match="must never learn"):
            draft_release(old, police, boss, recipient_unit="", recipient_name="Rosa Testmother")
        assert old.person.relations["never"] == ["Victor Testabuser"]


def test_no_emergency_opens_the_one_while_the_other_is_restricted(world, known):
    """R32."""
    old, new = known
    with world.acting(world.stt.supervisor) as boss:
        Case.objects.get(pk=old.pk).restrict(True, actor=boss)
    with world.acting(world.stt.intake_worker) as desk:
        assert glass.reachable(desk, old.number) is None and glass.reachable(desk, new.number) is None


def test_the_same_is_said_once_and_never_of_itself(world, known):
    old, new = known
    with world.acting(world.stt.supervisor) as boss:
        SamePerson.say(new.person, [old.person], actor=boss)
        assert SamePerson.objects.count() == 1


def test_who_must_never_learn_goes_with_an_intake_that_is_joined(world):
    """R22, R25: to the case, where releases are signed."""
    with world.acting(world.stx.supervisor) as boss:
        case = open_case(world.stx.advocate)
        intake = intakes.triaged(boss)
        intake.person.correct(actor=boss, relations={"never": ["Victor Testabuser"]})
        intake.link_case(case, actor=boss)
        person = Person.objects.get(pk=case.person_id)
        assert person.relations == {"never": ["Victor Testabuser"]}


# A merge


def test_after_a_merge_the_person_is_told_of_a_demand_under_the_plan_that_stands(world):
    """R28, R25, R37: the demand is about the record that stays."""
    with world.acting(world.stx.supervisor) as boss:
        kept, gone = open_case(boss), open_case(boss, person=a_person(boss, alias="Wren"))
        demand = bare(world, gone)
        Merge.make(Case.objects.get(pk=kept.pk), gone.person, actor=boss)
        Person.objects.get(pk=kept.person_id).plan.confirm(actor=boss)
    page = world.client(boss).get(reverse("notify_demand", args=[demand.pk])).content.decode()
    assert 'value="told"' in page and "No safe-contact plan" not in page
    with world.acting(boss):
        demand = Demand.objects.get(pk=demand.pk)
        demand.notify("told", actor=boss, way="call")
        assert demand.attempt.person_id == kept.person_id


@pytest.mark.parametrize("named", ["kept", "gone"])
def test_taken_apart_a_demand_is_about_the_person_of_its_case(world, named):
    """R28, R25: of the case that a supervisor named meanwhile, and of no other."""
    kept, gone, merge = merged(world)
    with world.acting(world.stx.supervisor) as boss:
        demand = bare(world, Case.objects.get(pk=gone.pk))
        meant = {"kept": kept, "gone": gone}[named]
        demand.name_case(Case.objects.get(pk=meant.pk), actor=boss)
        Merge.objects.get(pk=merge.pk).undo(actor=boss)
        demand = Demand.objects.get(pk=demand.pk)
        assert demand.case_id == meant.pk and demand.person_id == demand.case.person_id


def test_what_was_tried_before_a_merge_stays_on_the_page_of_its_case(world):
    """R25, R37: with what was written down then: the husband answers that number."""
    me = world.stx.advocate
    with world.acting(me):
        kept, gone = open_case(me), open_case(me, person=a_person(me, alias="Wren"))
        gone.log_contact(actor=me, way="call", outcome="someone_else", text="HER HUSBAND ANSWERED")
    with world.acting(world.stx.supervisor) as boss:
        Merge.make(Case.objects.get(pk=kept.pk), gone.person, actor=boss)
    page = world.client(me).get(gone.get_absolute_url()).content.decode()
    assert "HER HUSBAND ANSWERED" in page and "Someone else" in page
    assert "HER HUSBAND" not in world.client(me).get(kept.get_absolute_url()).content.decode()
