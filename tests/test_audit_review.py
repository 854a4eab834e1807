"""Answering what stood out: on record for good, as it was shown, by another, with a clock (C16)."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Wall
from orgs import audit, audit_reviews, house, reminders, tasks
from orgs.audit_week import Week
from orgs.models import AuditLine, AuditReview, HouseDuty, OutboxMessage, Reminder
from orgs.models.membership import NotNow
from tests.makers.case import open_case
from tests.test_members import second_administrator

PAGE, ANSWER = "review_audit", "answer_finding"


def exported(world, *members, record=None):
    """Each of these took something out of Causeway, in a week that is over now."""
    for member in members:
        with world.acting(member):
            audit.write(member, "export", record)
    world.forward(days=7)
    return Week.of(world.now).after(-1)


def page_of(world, member):
    return world.client(member).get(reverse(PAGE)).content.decode()


def marks_on(page):
    """What the buttons "Nothing to it" carry, one for each finding that may be answered here."""
    return re.findall(r'name="shown" value="([^"]+)"[^>]*>\s*<input type="hidden" name="decision"', page)


def week_mark_on(page):
    found = re.search(r'name="shown" value="([^"]+)"><button class="button">This week is read', page)
    return found and found[1]


def rows(world):
    with world.acting(world.stx.administrator):
        return list(AuditReview.objects.order_by("at", "id").values_list("kind", "decision", "alone"))


def post(world, member, name, **data):
    return world.client(member).post(reverse(name), data)


def test_an_answer_says_who_when_and_to_which_figures(world):
    """C16: kept with what was shown, sealed where it could name somebody, with a line in the audit."""
    me, advocate = world.stx.administrator, world.stx.advocate
    week = exported(world, advocate)
    [mark] = marks_on(page_of(world, me))
    said = {"shown": mark, "decision": "look", "note": "Called Marisol's desk: not there"}
    assert post(world, me, ANSWER, **said).status_code == 302
    with world.acting(me):
        row = AuditReview.objects.get()
        assert (row.week, row.kind, row.member, row.reviewed_by) == (week.first, "taken", advocate, me)
        assert row.shown == {"count": 1, "usual": 0, "days": 0} and row.note == said["note"]
        line = AuditLine.objects.get(verb="answer_finding")
        assert "Marisol" not in str(line.details) and line.details["decision"] == "look"
    page = page_of(world, me)
    assert "Still needs a look" in page and "not there" in page


def test_a_week_is_read_when_all_of_it_has_an_answer(world):
    """C16: and then it says by whom, and the clock turns to the next."""
    me = world.stx.administrator
    week = exported(world, world.stx.advocate, world.stx.colleague)
    tasks.keep_house_of(str(me.organization_id))
    first, second = marks_on(page_of(world, me))
    post(world, me, ANSWER, shown=first, decision="nothing")
    page = page_of(world, me)
    assert week_mark_on(page) is None and "1 finding has no answer yet" in page
    post(world, me, ANSWER, shown=second, decision="nothing")
    assert post(world, me, PAGE, shown=week_mark_on(page_of(world, me))).status_code == 302
    with world.acting(me):
        assert AuditReview.objects.get(kind="week").week == week.first
        assert audit_reviews.waiting(me.organization_id) == []
        assert HouseDuty.objects.get(what="review_audit").since == week.after(1).ends
        assert AuditLine.objects.get(verb="review_audit").details["findings"] == 2
    assert "Read by Administrator (invented)" in page_of(world, me)


def test_what_needs_a_look_stays_until_somebody_says_how_it_ended(world):
    """C16: a later week is not read over it, and the first answer stays beside the last."""
    me = world.stx.administrator
    exported(world, world.stx.advocate)
    post(world, me, ANSWER, shown=marks_on(page_of(world, me))[0], decision="look", note="Ask on Monday")
    post(world, me, PAGE, shown=week_mark_on(page_of(world, me)))
    world.forward(days=7)
    page = page_of(world, me)
    assert "Nothing stood out" in page and week_mark_on(page) is None and "Ask on Monday" in page
    mark = re.search(r'\?shown=([^"]+)">How it ended', page)[1]
    client = world.client(me)
    assert "Administrator (invented) said" in client.get(f"{reverse(ANSWER)}?shown={mark}").content.decode()
    refused = client.post(reverse(ANSWER), {"shown": mark.replace("%3A", ":"), "decision": "dealt"})
    assert refused.status_code == 200 and "Say in a sentence" in refused.content.decode()
    said = {"shown": mark.replace("%3A", ":"), "decision": "dealt", "note": "It was for the funder"}
    assert client.post(reverse(ANSWER), said).status_code == 302
    assert rows(world) == [("taken", "look", False), ("week", "read", False), ("taken", "dealt", False)]
    assert week_mark_on(page_of(world, me))


@pytest.mark.parametrize("wrong", ["", "made up", "another's", "old"])
def test_a_press_without_the_page_answers_nothing(world, wrong):
    """C16: nobody answers what they were not shown."""
    me, second = world.stx.administrator, second_administrator(world)
    exported(world, world.stx.advocate)
    [mark] = marks_on(page_of(world, second if wrong == "another's" else me))
    if wrong == "old":
        world.forward(hours=13)
    mark = mark if wrong in ("another's", "old") else wrong
    answer = post(world, me, ANSWER, shown=mark, decision="nothing")
    assert answer.status_code == (409 if wrong else 302)
    assert post(world, me, PAGE, shown=mark).status_code == answer.status_code
    assert rows(world) == []


def test_what_has_changed_since_it_was_shown_is_not_answered(world):
    """C16: neither a finding with other figures nor a week with another finding."""
    me, advocate = world.stx.administrator, world.stx.advocate
    week = exported(world, advocate)
    [mark] = marks_on(page_of(world, me))
    with world.acting(me):
        shown = audit_reviews.mark_of_week(me, week, [])
    grown(world, me, mark, week)
    for name, given in ((PAGE, shown), (PAGE, mark), (ANSWER, shown)):
        assert post(world, me, name, shown=given, decision="nothing").status_code == 409
    post(world, me, ANSWER, shown=mark, decision="nothing")
    assert post(world, me, PAGE, shown=shown).status_code == 409  # nothing waits, and yet it is another week
    assert rows(world) == [("taken", "nothing", False)]


def grown(world, me, mark, week):
    """As if a line of that week had come in late: a mark of one export fewer than there are."""
    with world.acting(me):
        _week, told = audit_reviews.as_shown(mark, me)
        told["figures"]["count"] = 2
        fewer = audit_reviews.shown(me, week, told)
    assert post(world, me, ANSWER, shown=fewer, decision="nothing").status_code == 409


def test_nobody_answers_for_themselves_while_there_is_another(world):
    """C16, C10: a finding about an administrator waits for another one, and holds the week."""
    me = world.stx.administrator
    second = second_administrator(world)
    exported(world, me)
    page = page_of(world, me)
    assert marks_on(page) == [] and "another administrator answers it" in page
    with world.acting(me):
        week = Week.of(world.now).after(-1)
        [mine] = [one for one in audit_reviews.findings(me, week) if one.kind == "taken"]
        mark = audit_reviews.mark_of(me, week, mine)
    assert post(world, me, ANSWER, shown=mark, decision="nothing", note="It was I").status_code == 409
    for mark in marks_on(page_of(world, second)):
        post(world, second, ANSWER, shown=mark, decision="nothing")
    assert ("taken", "nothing", False) in rows(world)


def test_the_only_administrator_answers_for_themselves_and_is_seen_to(world):
    """C16, C10: never by one press, with a sentence, and the row says that it was so."""
    me = world.stx.administrator
    exported(world, me)
    page = page_of(world, me)
    assert "You are the only administrator" in page and marks_on(page) == []
    mark = re.search(r'\?shown=([^"]+)">Say more', page)[1].replace("%3A", ":")
    assert post(world, me, ANSWER, shown=mark, decision="nothing").status_code == 200
    assert rows(world) == []
    post(world, me, ANSWER, shown=mark, decision="nothing", note="The yearly copy")
    assert rows(world) == [("taken", "nothing", True)]
    assert "answered by themself" in page_of(world, me)


@pytest.mark.parametrize(
    "row",
    [
        {"alone": False},  # about themselves, and it does not say so
        {"alone": True, "note": ""},
        {"decision": "look", "note": "", "member": None},
        {"kind": "week", "decision": "nothing", "member": None},
        {"kind": "anything", "member": None},
        {"week": "2026-11-24", "member": None},  # a Tuesday
    ],
)
def test_the_database_knows_what_an_answer_is(world, row):
    """C16, C10: whoever writes it, and by whatever way."""
    me = world.stx.administrator
    fields = {"week": "2026-11-23", "kind": "taken", "member": me, "decision": "nothing", "note": "x",
              "reviewed_by": me, "at": world.now, "alone": False} | row  # fmt: skip
    with world.acting(me), pytest.raises(IntegrityError), transaction.atomic():
        AuditReview.objects.create(organization_id=me.organization_id, **fields)


def test_an_answer_about_what_one_is_walled_from_is_not_there(world):
    """R42: nor its note, nor its line, nor does it hold up their week."""
    me, second, advocate = world.stx.administrator, second_administrator(world), world.stx.advocate
    with world.acting(advocate):
        case = open_case(advocate)
    for member in (advocate, world.stx.colleague, world.stx.supervisor, world.stx.second_supervisor,
                   world.stx.intake_worker):  # fmt: skip
        with world.acting(member):
            audit.write(member, "view", case)
    exported(world, advocate)
    page = page_of(world, second)
    assert f"{case.number} was opened by 5 members" in page
    for mark in marks_on(page):
        said = {"decision": "look", "note": f"About {case.number}"}
        post(world, second, ANSWER, shown=mark, **said)
    with world.acting(advocate):
        Wall.build(case.person, me, actor=advocate, reason="other")
    page = page_of(world, me)
    assert case.number not in page and "taken out" in page.lower()
    assert case.number not in world.client(me).get(reverse("audit")).content.decode()
    with world.acting(me):
        assert {look.kind for look in audit_reviews.looks(me)} >= {"taken"}
        assert "record" not in {look.kind for look in audit_reviews.looks(me)}


def test_the_clock_rings_until_the_oldest_week_is_read(world):
    """C16: an organization that reads nothing is told each day, and no week is left out."""
    me = world.stx.administrator
    with world.acting(me):
        audit.write(me, "sign_in")
    tasks.keep_house_of(str(me.organization_id))
    world.forward(days=22)
    tasks.keep_house_of(str(me.organization_id))
    with world.acting(me):
        reminders.claim()
        mails = OutboxMessage.objects.filter(reminder__clock="review_audit")
        assert {mail.recipient_id for mail in mails.all()} == {me.pk}
        told, weeks = mails.count(), audit_reviews.waiting(me.organization_id)
        assert len(weeks) == 3
    assert "3 weeks wait" in page_of(world, me)
    for page in ("audit", "members"):
        assert "3 weeks wait to be read" in world.client(me).get(reverse(page)).content.decode()
    for _day in range(9):
        world.forward(days=1)
        with world.acting(me):
            reminders.claim()
    with world.acting(me):
        assert mails.count() >= told + 7
        for week in weeks:
            assert audit_reviews.waiting(me.organization_id)[0] == week
            for one in audit_reviews.findings(me, week):
                mark = audit_reviews.mark_of(me, week, one)
                audit_reviews.answer(mark, "nothing", "Known", actor=me)
            found = audit_reviews.findings(me, week)
            audit_reviews.read(audit_reviews.mark_of_week(me, week, found), actor=me)
        left = Reminder.objects.filter(clock="review_audit", fired_at=None)
        assert left and all(row.started_at == weeks[-1].after(1).ends for row in left)
        with pytest.raises(NotNow):
            audit_reviews.read(audit_reviews.mark_of_week(me, weeks[0], []), actor=me)
        house.settle()


def test_a_week_that_runs_is_shown_and_not_answered(world):
    """C16: what stands out may still grow."""
    me = world.stx.administrator
    with world.acting(me):
        audit.write(world.stx.advocate, "export")
        week = Week.of(world.now)
        [one] = audit_reviews.findings(me, week)
        mark = audit_reviews.mark_of(me, week, one)
        with pytest.raises(NotNow):
            audit_reviews.answer(mark, "nothing", actor=me)
        with pytest.raises(NotNow):
            audit_reviews.read(audit_reviews.mark_of_week(me, week, [one]), actor=me)
    page = world.client(me).get(reverse(PAGE), {"week": str(week.first)}).content.decode()
    assert "This week still runs" in page and marks_on(page) == []
    for odd in ("x", "2026-11-24", "9999-12-31", "0001-01-01"):
        assert world.client(me).get(reverse(PAGE), {"week": odd}).status_code == 200


def test_the_page_costs_the_same_however_much_stands_out(world, django_assert_max_num_queries):
    exported(world, *(getattr(world.stx, who) for who in ("advocate", "colleague", "supervisor")))
    client = world.client(world.stx.administrator)
    with django_assert_max_num_queries(27):
        client.get(reverse(PAGE))
