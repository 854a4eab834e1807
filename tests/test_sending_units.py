"""How units refer: what a service's supervisor learns of it, and that it is of no person and no outcome."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from orgs import sealing
from orgs.calendar import ISLANDS
from orgs.keyring.members import join
from orgs.models import Organization, User
from orgs.tenancy import acting_for
from referrals import quality
from referrals.models import Arrival
from tests.makers.referral import acknowledged, sent
from tests.world import PASSPHRASE

AUGUST = datetime(2026, 8, 14, 12, tzinfo=ISLANDS)
OCTOBER_IS_SHOWN = datetime(2026, 10, 31, 0, tzinfo=ISLANDS)  # a month after its end
USUAL = {"can_be_reached": True, "asked_at": None, "sent_on_at": None, "came_at": AUGUST}


def packet(sender=0, **other):
    return USUAL | {"sender_id": sender} | other


def lack(count, of, senders=4):
    """Packets of some senders in turn, so many of which did not say how to reach the person."""
    return [packet(n % senders, can_be_reached=n >= count) for n in range(of)]


@pytest.mark.parametrize(
    ("packets", "came", "unreachable"),
    [
        (lack(14, 40), 40, 14),
        (lack(4, 40), 40, None),  # few
        (lack(36, 40), 40, None),  # the others are few
        (lack(4, 10), None, None),  # few in all
        (lack(14, 40, senders=2), None, None),  # the figures of a unit would be those of two people
        ([packet(0, can_be_reached=False)] * 20 + lack(14, 20), None, None),  # one sent half and more
    ],
)
def test_a_figure_is_of_many_packets_and_many_senders(packets, came, unreachable):
    """R46, R47: below eleven nothing, nor what would give it away; and no unit that is one person."""
    total, measures = quality.shown(packets, 11)
    assert total == came and (measures[0] if measures else None) == unreachable


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), max_size=60), st.integers(5, 20))
def test_no_figure_of_a_unit_is_small(rows, least):
    """R46: nor what is left when it is taken from the whole."""
    came, measures = quality.shown(
        [packet(who, can_be_reached=there, asked_at=asked and AUGUST) for who, there, asked in rows], least
    )
    for count in measures:
        assert count is None or least <= count <= came - least


def test_a_question_after_a_month_changes_no_quarter_that_is_shown():
    """R46: two looks at a quarter never differ, so nothing is learned from the second."""
    late = AUGUST + timedelta(days=30)
    rows = [packet(n % 4, asked_at=late, sent_on_at=late) for n in range(40)]
    assert quality.shown(rows, 5)[1] == [None, None, None]


def officers(world, count):
    """More officers of the unit in which the world's officer is."""
    with world.acting(world.vipd.administrator) as administrator:
        made = [
            User.objects.create_user(
                f"more{n}@vipd.test", PASSPHRASE, organization=administrator.organization,
                name=f"More {n} (invented)", role="officer", unit=world.officer.unit,
            )
            for n in range(count)
        ]  # fmt: skip
        for member in made:
            join(member, PASSPHRASE, sealing.opened(administrator.organization_id))
    return made


def page(world, who=None):
    return world.client(who or world.stx.supervisor).get(reverse("sending_units")).content.decode()


def test_a_supervisor_reads_how_a_unit_refers_and_nobody_else_does(world, settings):
    """R46, R48, C10: the quarter that is over, by unit, with a caveat; nothing that may still change."""
    settings.SMALLEST_COUNT_SHOWN = 5
    world.hold(AUGUST)
    people = [world.officer, *officers(world, 3)]
    for n in range(12):
        lacking = {"reach_way": "not_known", "phone": ""} if n < 5 else {}
        sent(world, by=people[n % 4], referrer_phone="+13405550100", **lacking)
    sent(world, group=True)  # names nobody, and so lacks nothing
    world.hold(OCTOBER_IS_SHOWN - timedelta(minutes=1))
    assert "Quarter from July 2026" not in page(world)
    world.hold(OCTOBER_IS_SHOWN)
    said = page(world)
    row = said[said.index("Police of the tests") :].split("</tr>")[0]
    assert '<td class="n">about 4 in 10</td><td class="n">–</td><td class="n">–</td>' in row
    assert "12" not in row, "whoever is walled from one of them learns nothing by counting (R42)"
    assert "Nothing of this reaches an agency" in said and "Bluebird" not in said
    assert "Police of the tests" not in page(world, world.stt.supervisor)
    for member in (world.stx.intake_worker, world.stx.advocate, world.stx.administrator, world.officer,
                   world.vipd.unit_supervisor):  # fmt: skip
        assert world.client(member).get(reverse("sending_units")).status_code == 404


def test_nothing_that_is_done_with_a_person_moves_a_figure(world):
    """R3, R46: from reading to the end of an intake the row is the same; also when the copy is gone."""
    world.hold(AUGUST)
    packet, intake = acknowledged(world)
    with acting_for(world.stx.organization.pk):
        before = Arrival.objects.values().get(referral=packet)
    with world.acting(world.stx.supervisor) as boss:
        intake.mark_officer(actor=boss)
        intake.lift_mark(actor=boss)
        intake.find_invalid(reason="test", actor=boss)
        packet.copies.filter(organization=boss.organization).delete()
        assert Arrival.objects.values().get(referral=packet) == before
        for column in ("can_be_reached", "came_at", "sender_id"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                Arrival.objects.update(**{column: before[column]})


def test_what_both_sides_see_of_a_packet_is_counted_where_it_was(world):
    """R16: a packet that is sent on came to two desks; each has its own row and no word of it."""
    world.hold(AUGUST)
    packet, _intake = acknowledged(world, times=[], referrer_phone="+13405550100")
    with world.acting(world.stx.intake_worker) as desk:
        packet.ask("language", actor=desk)
    with world.acting(world.officer) as officer:
        packet.answer("Spanish.", actor=officer)
    with world.acting(world.stx.intake_worker) as desk:
        packet.reroute(Organization.objects.get(code="stt"), "other_island", actor=desk)
    rows = {}
    for house in (world.stx, world.stt, world.vipd):
        with acting_for(house.organization.pk), transaction.atomic():
            rows[house.organization.code] = [
                (bool(row.asked_at), bool(row.sent_on_at), row.can_be_reached)
                for row in Arrival.objects.all()
            ]
    assert rows == {"stx": [(True, True, False)], "stt": [(False, False, False)], "vipd": []}


@pytest.mark.parametrize("reason", ["conflict", "no_room"])
def test_what_was_the_services_own_reason_is_no_fault_of_a_packet(world, reason):
    """R42: that somebody here is too near to a person is in no count."""
    packet, _intake = acknowledged(world)
    with world.acting(world.stx.intake_worker) as desk:
        packet.reroute(Organization.objects.get(code="stt"), reason, actor=desk)
        assert not Arrival.objects.get().sent_on_at
