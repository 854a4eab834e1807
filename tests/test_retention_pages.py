"""What an administrator sets, what supervisors look at and decide, what is printed (R35)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case, LegalHold, Purge, Wall
from cases.views.assignment import candidates
from orgs import clock, yearly
from orgs.models import AuditLine
from tests.makers.case import a_person, open_case
from tests.test_retention import YEARS, full_case


def text(response):
    return response.content.decode()


def lines(world, verb):
    with world.acting(world.stx.administrator):
        return list(AuditLine.objects.filter(organization=world.stx.organization, verb=verb))


def test_an_administrator_sets_periods_and_none_below_the_least(world):
    """R35: a number that is too small is said, and what was typed stays."""
    client, url = world.client(world.stx.administrator), reverse("change_retention")
    page = client.get(url)
    usual = {name: field.initial for name, field in page.context["form"].fields.items()}
    answer = client.post(url, {**usual, "case": "2", "note": "5"})
    assert answer.status_code == 200 and "case" in answer.context["form"].errors
    assert 'value="2"' in text(answer) and 'value="5"' in text(answer)
    assert client.post(url, {**usual, "case": "10"}).status_code == 302
    world.stx.organization.refresh_from_db()
    assert world.stx.organization.retention == {"case": 10}
    assert lines(world, "change_settings")[-1].details == {"changed": ["retention.case"]}
    assert "10 years" in text(client.get(reverse("organization_settings")))


def test_from_the_list_to_the_certificate(world):
    """R35: counts first, names to who opens them, one proposes, another approves, a certificate stays."""
    gone, kept = full_case(world), full_case(world)
    world.forward(days=8 * YEARS)
    boss, other = world.client(world.stx.supervisor), world.client(world.stx.second_supervisor)
    assert "No list stands" in text(boss.get(reverse("purges")))
    page = text(boss.post(reverse("list_purge"), follow=True))
    assert "2 records, kept for" in page and gone.number not in page and "Bluebird" not in page
    with world.acting(world.stx.supervisor):
        purge = Purge.objects.get()
        item = purge.items.get(kind="case", subject_id=kept.pk)
    names = text(boss.get(reverse("open_names_purge", args=[purge.pk]) + "?kind=case"))
    assert gone.number in names and kept.number in names
    opened = lines(world, "open_names")
    assert opened[0].details == {"kind": "case", "shown": 2, "state": "listed"}
    assert boss.post(reverse("keep_purge", args=[purge.pk, item.pk])).status_code == 302
    assert boss.post(reverse("propose_purge", args=[purge.pk])).status_code == 302
    assert "Another supervisor decides" in text(boss.get(purge.get_absolute_url()))
    approve = reverse("approve_purge", args=[purge.pk])
    assert boss.post(approve, {"looked": "on", "gone": "on"}).status_code == 403
    assert "gone" in other.post(approve, {"looked": "on"}).context["form"].errors
    certificate = text(other.post(approve, {"looked": "on", "gone": "on"}, follow=True))
    assert "Certificate of a purge" in certificate and "cases_case" in certificate
    for word in ("Supervisor (invented)", "Second Supervisor (invented)", "Kept this time"):
        assert word in certificate
    for word in (gone.number, "Bluebird", str(gone.pk)):
        assert word not in certificate
    with world.acting(world.stx.supervisor):
        assert set(Case.objects.values_list("pk", flat=True)) == {kept.pk}
    assert other.post(approve, {"looked": "on", "gone": "on"}).status_code == 409
    assert lines(world, "approve")[0].subject_id == purge.pk


def test_what_somebody_proposed_who_has_left_is_withdrawn_and_not_approved(world):
    """R35, C9: a list needs two who answer for it; the page says what to do, and nothing goes."""
    full_case(world)
    world.forward(days=8 * YEARS)
    with world.acting(world.stx.supervisor):
        purge = Purge.list_due(world.stx.organization, actor=world.stx.supervisor)
        purge.propose(actor=world.stx.supervisor)
    world.client(world.stx.administrator).post(reverse("shut_out_member", args=[world.stx.supervisor.pk]))
    other = world.client(world.stx.second_supervisor)
    answer = other.post(reverse("approve_purge", args=[purge.pk]), {"looked": "on", "gone": "on"})
    assert answer.status_code == 409 and "does not decide here any more" in text(answer)
    assert other.post(reverse("withdraw_purge", args=[purge.pk])).status_code == 302
    with world.acting(world.stx.second_supervisor):
        assert Case.objects.exists()


def test_approving_asks_for_the_second_factor_again(world):
    """R35, C8: ten minutes after the second factor it is asked for again."""
    full_case(world)
    world.forward(days=8 * YEARS)
    with world.acting(world.stx.supervisor):
        purge = Purge.list_due(world.stx.organization, actor=world.stx.supervisor)
        purge.propose(actor=world.stx.supervisor)
    other = world.client(world.stx.second_supervisor)
    session = other.session
    session["second_factor_at"] -= 3600
    session.save()
    answer = other.post(reverse("approve_purge", args=[purge.pk]), {"looked": "on", "gone": "on"})
    assert answer.status_code == 302 and answer["Location"].startswith("/confirm/")
    with world.acting(world.stx.supervisor):
        assert Case.objects.exists()


def test_a_supervisor_holds_a_case_and_an_advocate_does_not(world):
    """R35: who, why and until when; a day that has passed is refused and what was typed stays."""
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
    boss, url = world.client(world.stx.supervisor), reverse("place_hold_case", args=[case.number])
    assert world.client(world.stx.advocate).get(url).status_code == 403
    said = {"reason": "subpoena", "note": "Docket 12", "review_on": "2020-01-01"}
    answer = boss.post(url, said)
    assert "review_on" in answer.context["form"].errors and "Docket 12" in text(answer)
    late = (clock.today() + timedelta(days=400)).isoformat()
    assert "review_on" in boss.post(url, {**said, "review_on": late}).context["form"].errors
    soon = (clock.today() + timedelta(days=40)).isoformat()
    assert boss.post(url, {**said, "review_on": soon}).status_code == 302
    page = text(boss.get(case.get_absolute_url()))
    assert "Legal hold" in page and "Lift the legal hold" in page
    with world.acting(world.stx.supervisor):
        hold = LegalHold.objects.get()
        assert (hold.placed_by, hold.reason, hold.note) == (world.stx.supervisor, "subpoena", "Docket 12")
    assert boss.post(reverse("lift_hold_case", args=[case.number]), {"reason": "over"}).status_code == 302
    assert boss.get(reverse("lift_hold_case", args=[case.number])).status_code == 409


def test_figures_by_year_are_suppressed_and_carry_their_caveat(world):
    """R46, R48: the report says what is counted and hidden, leaves the running year out, and shows no few."""
    with world.acting(world.stx.advocate):
        for _ in range(12):
            a_person(world.stx.advocate, age_group="adult", island="STX")
        a_person(world.stx.advocate, age_group="minor", island="STX")
    client = world.client(world.stx.supervisor)
    assert "No year is over yet" in text(client.get(reverse("yearly_counts")))
    year = world.now.year
    world.forward(days=YEARS)
    client = world.client(world.stx.supervisor)
    page = text(client.get(reverse("yearly_counts")))
    for word in ("records of this organization", "below 11 are not shown", "Most victims never come"):
        assert word in page
    assert str(year) in page
    with world.acting(world.stx.supervisor):
        [(shown_year, measures)] = yearly.shown(world.stx.organization.pk, year + 1)
        assert shown_year == year
        people = next(row for row in measures if row[0] == "People entered")
        assert people[1] == 13 and [number for _name, number in people[2]] == [None, None]


@pytest.mark.parametrize("name", ["purges", "yearly_counts"])
def test_these_pages_cost_the_same_always(world, name, django_assert_max_num_queries):
    client = world.client(world.stx.supervisor)
    with django_assert_max_num_queries(12):
        client.get(reverse(name))


def test_a_hold_behind_a_wall_is_not_counted(world):
    """R42: in counts too, whoever is walled finds nothing of the person."""
    seen, hidden = full_case(world), full_case(world)
    review_at = world.now + timedelta(days=30)
    with world.acting(world.stx.supervisor) as boss:
        LegalHold.place(seen, actor=boss, reason="audit", review_at=review_at)
        LegalHold.place(hidden, actor=boss, reason="audit", review_at=review_at)
        Wall.build(hidden.person, world.stx.second_supervisor, actor=boss, reason="other")
    assert "2 cases are under a legal hold" in text(world.client(boss).get(reverse("purges")))
    assert "1 case is under" in text(world.client(world.stx.second_supervisor).get(reverse("purges")))


def test_work_behind_a_wall_is_not_counted_among_what_others_have(world):
    """R42: nor in how many cases a colleague has, when somebody is to take another."""
    mine = world.stx.second_supervisor
    with world.acting(world.stx.advocate) as advocate:
        case, hidden = open_case(advocate), open_case(advocate)
        Case.objects.filter(pk=case.pk).update(assigned_to=None)
        case.refresh_from_db()
        Wall.build(hidden.person, mine, actor=world.stx.supervisor, reason="other")
    with world.acting(mine):
        assert {load.member: load.cases for load in candidates(case, mine)}[advocate] == 0
    with world.acting(world.stx.supervisor):
        assert {load.member: load.cases for load in candidates(case, world.stx.supervisor)}[advocate] == 1
