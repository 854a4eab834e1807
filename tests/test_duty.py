"""The duty desk: a week, its gaps, and who is on now."""

import re
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Absence
from orgs import duty, reminders, rota
from orgs.calendar import ISLANDS
from orgs.models import AuditLine, DutyChange, DutyShift, OutboxMessage, User
from orgs.record import IllegalMove
from tests.makers.referral import sent

MONDAY_NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def shift(weekday, starts, ends):
    return SimpleNamespace(weekday=weekday, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends))


def test_gaps_are_what_nobody_covers():
    gaps = duty.gaps([shift(0, "08:00", "17:00"), shift(0, "16:00", "20:00"), shift(6, "22:00", "06:00")])
    assert gaps[0] == [(time(6), time(8)), (time(20), time(0))]
    assert gaps[6] == [(time(0), time(22))]
    assert gaps[1] == [(time(0), time(0))]


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.times(), st.times()).map(
            lambda t: shift(
                t[0],
                t[1].replace(second=0, microsecond=0).isoformat(),
                t[2].replace(second=0, microsecond=0).isoformat(),
            )
        ),
        max_size=6,
    ),
    st.integers(0, 6),
    st.integers(0, 24 * 60 - 2),
)
def test_a_minute_is_in_a_gap_exactly_when_no_shift_covers_it(shifts, weekday, minute):
    here = datetime(2026, 11, 23 + weekday, minute // 60, minute % 60, tzinfo=ISLANDS)
    on = any(DutyShift(weekday=s.weekday, starts=s.starts, ends=s.ends).covers(here) for s in shifts)
    gap = any(
        g.starts <= here.time() and (here.time() < g.ends or g.ends == time(0))
        for g in duty.gaps(shifts)[weekday]
    )
    assert on is not gap


def clear(world):
    with world.acting(world.stx.administrator):
        DutyShift.objects.all().delete()


def add(world, client=None, **changes):
    client = client or world.client(world.stx.administrator)
    form = {"user": world.stx.intake_worker.pk, "weekdays": ["0", "1"], "starts": "08:00", "ends": "17:00"}
    return client.post(reverse("add_shift"), form | changes)


def test_a_shift_is_added_for_several_days_and_removed(world):
    clear(world)
    world.hold(MONDAY_NOON)
    client = world.client(world.stx.administrator)
    assert "Nobody is on now" in client.get(reverse("duty_desk")).content.decode()
    assert add(world, client).status_code == 302
    page = client.get(reverse("duty_desk")).content.decode()
    assert "On now" in page and "08:00 to 17:00" in page and "The supervisors hear" in page
    with world.acting(world.stx.administrator):
        first, second = DutyShift.objects.order_by("weekday")
    client.post(reverse("remove_shift", args=[first.pk]))
    with world.acting(world.stx.administrator):
        assert list(DutyShift.objects.all()) == [second]
        assert set(AuditLine.objects.values_list("verb", flat=True)) >= {"add_shift", "remove_shift"}


@pytest.mark.parametrize("wrong", [{"weekdays": []}, {"starts": "late"}, {"ends": ""}, {"weekdays": ["7"]}])
def test_a_wrong_shift_is_refused_and_what_was_typed_is_kept(world, wrong):
    clear(world)
    response = add(world, **({"starts": "09:15"} | wrong))
    assert response.status_code == 200 and (wrong.get("starts") or "09:15") in response.content.decode()
    with world.acting(world.stx.administrator):
        assert not DutyShift.objects.exists()


def test_only_the_desk_can_be_on_and_nobody_twice_at_once(world):
    """C10: an advocate reads no inbox, so an advocate is not put on the desk; another's member is unknown."""
    clear(world)
    for somebody in (world.stx.advocate, world.stx.administrator, world.stt.intake_worker):
        assert add(world, user=somebody.pk).status_code == 200
    assert add(world).status_code == 302
    assert "already on" in add(world, starts="16:59", ends="18:00").content.decode()
    assert add(world, starts="17:00", ends="18:00").status_code == 302


def test_supervisors_and_the_desk_read_and_do_not_arrange(world):
    """C10, R6: who may not arrange finds nothing to press and no address that answers."""
    for member in (world.stx.supervisor, world.stx.intake_worker):
        client = world.client(member)
        page = client.get(reverse("duty_desk")).content.decode()
        assert "Put somebody on" not in page and "Remove" not in page
        assert ("Put it on the list" in page) == (member == world.stx.supervisor)
        assert add(world, client).status_code == 404
    assert world.client(world.stx.advocate).get(reverse("duty_desk")).status_code == 404
    assert world.client(world.vipd.administrator).get(reverse("duty_desk")).status_code == 404


SWAP = {"day": "2026-11-24", "starts": "08:00", "ends": "12:00"}


def change(world, client=None, **said):
    client = client or world.client(world.stx.supervisor)
    form = SWAP | {"instead_of": world.stx.intake_worker.pk, "user": world.stx.second_supervisor.pk}
    return client.post(
        reverse("add_duty_change"), {key: value for key, value in (form | said).items() if value}
    )


def on_at(world, *moment):
    with world.acting(world.stx.supervisor) as boss:
        ids = rota.on_duty(boss.organization_id, datetime(2026, 11, *moment, tzinfo=ISLANDS))
        return {member.role for member in User.objects.filter(pk__in=ids)}


@pytest.mark.parametrize("role", ["administrator", "supervisor"])
def test_a_swap_holds_for_its_hours_and_no_longer(world, role):
    """Who hears is who is on at that hour: the one before, the other, the one again."""
    world.hold(MONDAY_NOON)
    client = world.client(getattr(world.stx, role))
    assert change(world, client).status_code == 302
    hours = [on_at(world, 24, 7, 59), on_at(world, 24, 8), on_at(world, 24, 11, 59), on_at(world, 24, 12)]
    desk, lead = {"intake_worker"}, {"supervisor"}
    assert hours == [desk, lead, lead, desk] and on_at(world, 25, 9) == desk
    page = client.get(reverse("duty_desk")).content.decode()
    assert "Supervisor (invented)" in page and "instead of Intake Worker (invented)" in page
    with world.acting(world.stx.supervisor):
        made = DutyChange.objects.get()
    assert client.post(reverse("remove_dutychange", args=[made.pk])).status_code == 302
    assert on_at(world, 24, 9) == desk
    with world.acting(world.stx.administrator):
        assert set(AuditLine.objects.values_list("verb", flat=True)) >= {"change_duty", "unchange_duty"}


def test_a_holiday_leaves_a_gap_that_supervisors_see_two_weeks_ahead(world):
    """Nobody is on that day: what comes rings with the supervisors, and the page has said so before."""
    world.hold(MONDAY_NOON)
    client = world.client(world.stx.supervisor)
    assert "nobody is on" not in client.get(reverse("duty_desk")).content.decode()
    said = {"day": "2026-11-26", "starts": "08:00", "ends": "17:00", "user": ""}
    assert change(world, client, **said).status_code == 302
    page = client.get(reverse("duty_desk")).content.decode()
    assert "For 9 hours of them nobody is on" in page and "Thanksgiving" in page
    assert "nobody instead of Intake Worker" in page
    packet = sent(world, priority="crisis")
    world.hold(datetime(2026, 11, 26, 9, 0, tzinfo=ISLANDS))
    with world.acting(world.stx.supervisor) as boss:
        reminders.claim()
        told = OutboxMessage.objects.filter(reminder__subject_id=packet.pk, reminder__rung=0)
        assert {mail.recipient.role for mail in told} == {"supervisor"}
        assert audiences_now(boss) == {"supervisor"}


def audiences_now(boss):
    ids = reminders.audiences(boss.organization_id)["on_duty"]
    return {member.role for member in User.objects.filter(pk__in=ids)}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": "2026-11-22"}, "That day is over"),
        ({"day": "2036-11-22"}, "Check the year"),
        ({"day": ""}, "Fill this in"),
        ({"user": "", "instead_of": ""}, "Say who is on"),
        ({"user": "01a21eea-d13e-7150-be18-18166082144f"}, "Choose one of the answers"),
        ({"ends": "noon"}, "Give a time"),
    ],
)
def test_a_wrong_change_is_said_and_what_was_typed_is_kept(world, wrong, said):
    world.hold(MONDAY_NOON)
    answer = change(world, **({"starts": "09:15"} | wrong)).content.decode()
    assert said in answer and 'value="09:15"' in answer
    with world.acting(world.stx.supervisor):
        assert not DutyChange.objects.exists()


def test_nobody_is_on_in_their_own_place_or_from_another_house(world):
    """R6, C10: two of the desk, here."""
    world.hold(MONDAY_NOON)
    mine = world.stx.intake_worker.pk
    assert "They have these hours already" in change(world, user=mine).content.decode()
    for somebody in (world.stx.advocate, world.stx.administrator, world.stt.intake_worker):
        assert change(world, user=somebody.pk).status_code == 200
    for member in (world.stx.intake_worker, world.stx.advocate, world.officer):
        assert change(world, world.client(member)).status_code == 404
    with world.acting(world.stx.supervisor) as boss:
        assert not DutyChange.objects.exists()
        for wrong in ({}, {"user": boss, "instead_of": boss}):
            with pytest.raises(IntegrityError), transaction.atomic():
                DutyChange.objects.create(
                    organization=boss.organization, day=date(2026, 11, 24), starts="08:00", ends="09:00",
                    made_at=MONDAY_NOON, made_by=boss, **wrong,
                )  # fmt: skip


def test_who_is_gone_is_on_no_more(world):
    """A change of somebody whose account is closed is a gap, seen ahead."""
    world.hold(MONDAY_NOON)
    assert change(world).status_code == 302
    with world.acting(world.stx.administrator) as admin:
        User.objects.get(pk=world.stx.second_supervisor.pk).deactivate(actor=admin)
        assert not DutyChange.objects.exists()
    assert on_at(world, 24, 9) == {"intake_worker"}


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
PEOPLE = st.sampled_from([1, 2, 3, None])


@given(
    st.lists(st.tuples(st.integers(0, 6), TIMES, TIMES, st.sampled_from([1, 2, 3])), max_size=5),
    st.lists(st.tuples(st.integers(-1, 6), TIMES, TIMES, PEOPLE, PEOPLE), max_size=4),
    st.integers(0, 6),
    st.integers(0, 24 * 60 - 2),
)
def test_the_days_ahead_say_who_is_on_at_each_minute(shifts, changes, day, minute):
    """As the clocks ask it: of the week, less whom somebody replaces, and who is on instead."""
    first = date(2026, 11, 23)
    week = [
        SimpleNamespace(weekday=w, starts=a, ends=b, user_id=who, user=SimpleNamespace(name=str(who)))
        for w, a, b, who in shifts
    ]
    other = []
    for n, starts, ends, who, whose in changes:
        if who != whose:
            one = DutyChange(day=first + timedelta(days=n), starts=starts, ends=ends)
            one.user_id, one.instead_of_id = who, whose
            one._state.fields_cache["user"] = SimpleNamespace(name=str(who))
            other.append(one)
    here = datetime.combine(first + timedelta(days=day), time(minute // 60, minute % 60), ISLANDS)
    on = {s.user_id for s in week if DutyShift(weekday=s.weekday, starts=s.starts, ends=s.ends).covers(here)}
    holding = [one for one in other if one.covers(here)]
    on -= {one.instead_of_id for one in holding}
    on |= {one.user_id for one in holding if one.user_id}
    seen = duty.ahead(week, other, first, 7)[day]
    within = lambda one: one.starts <= here.time() and (here.time() < one.ends or one.ends == time(0))  # noqa: E731
    assert {one.name for one in seen.on if within(one)} == {str(who) for who in on}
    assert any(within(gap) for gap in seen.gaps) is not bool(on)


def test_another_organizations_shift_cannot_be_removed(world):
    with world.acting(world.stt.administrator):
        theirs = DutyShift.objects.first()
    client = world.client(world.stx.administrator)
    assert client.post(reverse("remove_shift", args=[theirs.pk])).status_code == 404


def test_the_desk_costs_the_same_however_many_shifts(world, django_assert_max_num_queries):
    client = world.client(world.stx.administrator)
    with django_assert_max_num_queries(12):
        client.get(reverse("duty_desk"))


def test_a_second_press_puts_nothing_on_the_list_twice(world):
    """Pressed twice, or sent again from a page that stood open: one line, and the same answer."""
    world.hold(MONDAY_NOON)
    client = world.client(world.stx.supervisor)
    shown = client.get(reverse("duty_desk")).content.decode()
    form_id = re.search(r'name="form_id" value="([^"]+)"', shown)[1]
    answers = [change(world, client, form_id=form_id) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    with world.acting(world.stx.supervisor):
        assert DutyChange.objects.count() == 1


def absent(world, member, cover, begins, days=2):
    """`member` is away from an aware moment on; a supervisor has arranged it."""
    with world.acting(world.stx.supervisor) as boss:
        return Absence.arrange(member, cover, begins, begins + timedelta(days=days), actor=boss)


def test_who_is_away_is_not_on_and_the_next_rung_hears_at_once(world):
    """Nothing is dropped: hours of somebody who is away are a gap; the supervisors hear what comes."""
    world.hold(MONDAY_NOON)
    here = world.stx
    assert on_at(world, 23, 13) == {"intake_worker"}
    absent(world, here.intake_worker, here.supervisor, MONDAY_NOON)
    assert on_at(world, 23, 13) == set()
    page = world.client(here.administrator).get(reverse("duty_desk")).content.decode()
    assert "Nobody is on now" in page and "Intake Worker (invented) is not here" in page
    sent(world, priority="crisis")
    with world.acting(here.supervisor) as boss:
        told = OutboxMessage.objects.filter(kind="notice").values_list("recipient__email", flat=True)
        assert set(told) == {here.supervisor.email, here.second_supervisor.email}
        world.hold(MONDAY_NOON + timedelta(days=2, hours=1))
        assert rota.on_duty(boss.organization_id, world.now) == [here.intake_worker.pk]


@pytest.mark.parametrize(
    "gone", ["shut out", "another role", "not seen for ninety days", "past the last day"]
)
def test_who_is_not_here_any_more_is_on_for_nobody(world, gone):
    """C9: whatever their shift says, and before any worker has written it down."""
    world.hold(MONDAY_NOON)
    boss, long_ago = world.stx.administrator, MONDAY_NOON - timedelta(days=91)
    rows = {
        "shut out": {"is_active": False},
        "another role": {"role": "advocate"},
        "not seen for ninety days": {name: long_ago for name in ("last_login", "joined_at", "readmitted_at")},
        "past the last day": {"leaves_at": MONDAY_NOON - timedelta(hours=1), "leaves_set_by": boss},
    }[gone]
    with world.acting(world.stx.administrator):
        User.objects.filter(pk=world.stx.intake_worker.pk).update(**rows)
    assert on_at(world, 23, 13) == set()
    page = world.client(world.stx.supervisor).get(reverse("duty_desk")).content.decode()
    assert "Nobody is on now" in page


def test_a_last_day_that_comes_is_a_gap_from_then_on(world):
    world.hold(MONDAY_NOON)
    with world.acting(world.stx.administrator):
        ends = datetime(2026, 11, 26, tzinfo=ISLANDS)
        User.objects.filter(pk=world.stx.intake_worker.pk).update(
            leaves_at=ends, leaves_set_by=world.stx.administrator
        )
        ahead = {day.date.day: day for day in rota.coming(world.stx.organization.pk, days=5)}
    assert not ahead[25].gaps and ahead[26].gaps == [(time(0), time(0))]
    assert on_at(world, 25, 23) == {"intake_worker"} and on_at(world, 26, 1) == set()


def test_supervisors_see_gaps_two_weeks_ahead_where_their_day_begins(world):
    """On the board, on Today and in the week: how many hours, and nothing where there are none."""
    world.hold(MONDAY_NOON)
    client, words = world.client(world.stx.supervisor), "in which nobody is on at the desk"
    pages = [reverse(name) for name in ("board", "today")]
    assert not any(words in client.get(page).content.decode() for page in pages)
    absent(world, world.stx.intake_worker, world.stx.supervisor, datetime(2026, 12, 3, tzinfo=ISLANDS))
    for page in pages:
        said = client.get(page).content.decode()
        assert words in said and ">48<" in said and f"{reverse('duty_desk')}#ahead" in said, page
    week = client.get(reverse("week")).content.decode()
    assert words in week and "<dd>48</dd>" in week
    assert words not in world.client(world.stx.advocate).get(reverse("today")).content.decode()


def test_an_absence_that_meets_shifts_says_so_and_offers_the_swap(world):
    """Nothing is arranged before a supervisor has said who is on instead, or that nobody is."""
    world.hold(MONDAY_NOON)
    here, client = world.stx, world.client(world.stx.supervisor)
    said = {"who": here.intake_worker.pk, "cover": here.supervisor.pk, "first_day": "2026-11-25"}
    said |= {"last_day": "2026-11-26"}
    page = client.post(reverse("begin_absence"), said)
    text = page.content.decode()
    assert page.status_code == 200 and "They are on at the desk in that time: Wed 25 Nov 00:00–00:00" in text
    assert "Who is on at the desk instead?" in text and "2026-11-25" in text
    with world.acting(here.supervisor):
        assert not Absence.objects.exists()
    assert client.post(reverse("begin_absence"), said | {"desk": here.intake_worker.pk}).status_code == 200
    swapped = said | {"desk": here.second_supervisor.pk}
    assert client.post(reverse("begin_absence"), swapped).status_code == 302
    assert on_at(world, 25, 9) == on_at(world, 26, 23) == {"supervisor"}
    assert on_at(world, 27, 9) == on_at(world, 24, 9) == {"intake_worker"}
    with world.acting(here.supervisor):
        assert AuditLine.objects.filter(verb="change_duty").count() == 1
        DutyChange.objects.all().delete()
        absence = Absence.objects.get()
    later = {"cover": here.supervisor.pk, "first_day": "2026-11-25", "last_day": "2026-11-25"}
    change_it = reverse("change_absence", args=[absence.pk])
    assert "They are on at the desk" in client.post(change_it, later).content.decode()
    assert client.post(change_it, later | {"desk": "nobody"}).status_code == 302
    assert on_at(world, 25, 9) == set() and on_at(world, 26, 9) == {"intake_worker"}


def test_what_was_put_on_for_an_absence_goes_with_it(world):
    """Called off or shortened, the desk is as every week again on the days that are free of it."""
    world.hold(MONDAY_NOON)
    here, client = world.stx, world.client(world.stx.supervisor)
    said = {"who": here.intake_worker.pk, "cover": here.supervisor.pk, "first_day": "2026-11-25"}
    said |= {"last_day": "2026-11-27", "desk": here.second_supervisor.pk}
    assert client.post(reverse("begin_absence"), said).status_code == 302
    with world.acting(here.supervisor):
        absence = Absence.objects.get()
    shorter = {"cover": here.supervisor.pk, "first_day": "2026-11-25", "last_day": "2026-11-25"}
    assert client.post(reverse("change_absence", args=[absence.pk]), shorter).status_code == 302
    assert on_at(world, 25, 9) == {"supervisor"} and on_at(world, 26, 9) == {"intake_worker"}
    assert client.post(reverse("end_absence", args=[absence.pk])).status_code == 302
    assert on_at(world, 25, 9) == on_at(world, 27, 9) == {"intake_worker"}
    with world.acting(here.supervisor):
        assert not DutyChange.objects.exists()
        assert AuditLine.objects.filter(verb="unchange_duty").count() == 2


def test_nobody_is_put_on_who_is_away_then(world):
    world.hold(MONDAY_NOON)
    here, client = world.stx, world.client(world.stx.supervisor)
    absent(world, here.second_supervisor, here.supervisor, MONDAY_NOON, days=5)
    said = {"who": here.intake_worker.pk, "cover": here.supervisor.pk, "first_day": "2026-11-25"}
    said |= {"last_day": "2026-11-26", "desk": here.second_supervisor.pk}
    assert "They are away then" in client.post(reverse("begin_absence"), said).content.decode()
    assert "They are away then" in change(world, user=here.second_supervisor.pk).content.decode()
    with world.acting(here.supervisor):
        leaving = {
            "leaves_at": datetime(2026, 11, 25, 12, tzinfo=ISLANDS),
            "leaves_set_by": here.administrator,
        }
        User.objects.filter(pk=here.supervisor.pk).update(**leaving)
    page = client.post(reverse("begin_absence"), said | {"desk": "nobody"}).content.decode()
    assert "Their last day comes before that time is over" in page
    with world.acting(here.second_supervisor):
        assert not DutyChange.objects.exists()


def test_what_a_desk_does_an_advocate_does_not_cover(world):
    """R42, C10: whoever stands in for the desk is of the desk, and for an advocate one who works cases."""
    world.hold(MONDAY_NOON)
    here, client = world.stx, world.client(world.stx.supervisor)
    said = {"who": here.intake_worker.pk, "cover": here.advocate.pk, "first_day": "2026-11-25"}
    page = client.post(reverse("begin_absence"), said | {"last_day": "2026-11-26"}).content.decode()
    assert "Choose somebody of the same work" in page
    said |= {"who": here.advocate.pk, "cover": here.intake_worker.pk}
    page = client.post(reverse("begin_absence"), said | {"last_day": "2026-11-26"}).content.decode()
    assert "Choose somebody of the same work" in page
    with world.acting(here.supervisor), pytest.raises(IllegalMove):
        absent(world, here.intake_worker, here.advocate, MONDAY_NOON)
