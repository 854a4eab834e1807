"""The duty desk: a week, its gaps, and who is on now."""

from datetime import UTC, datetime, time
from types import SimpleNamespace

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from orgs import duty
from orgs.calendar import ISLANDS
from orgs.models import AuditLine, DutyShift

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
        assert add(world, client).status_code == 404
    assert world.client(world.stx.advocate).get(reverse("duty_desk")).status_code == 404
    assert world.client(world.vipd.administrator).get(reverse("duty_desk")).status_code == 404


def test_another_organizations_shift_cannot_be_removed(world):
    with world.acting(world.stt.administrator):
        theirs = DutyShift.objects.first()
    client = world.client(world.stx.administrator)
    assert client.post(reverse("remove_shift", args=[theirs.pk])).status_code == 404


def test_the_desk_costs_the_same_however_many_shifts(world, django_assert_max_num_queries):
    client = world.client(world.stx.administrator)
    with django_assert_max_num_queries(12):
        client.get(reverse("duty_desk"))
