"""A calendar by a secret address: how many, when, and nothing else."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Wall
from orgs import icalendar
from orgs.models import AuditLine, MemberLink, Organization
from orgs.models.user import User
from orgs.words import local
from tests.makers.case import a_followup, open_case

NOON = datetime(2026, 11, 24, 16, tzinfo=UTC)


def read(raw):
    """A calendar as a program reads it, by RFC 5545: unfolded lines, and the entries as dictionaries."""
    assert raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    lines = re.sub(rb"\r\n[ \t]", b"", raw).decode().split("\r\n")[:-1]
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    head, entries, current = {}, [], None
    for line in lines[1:-1]:
        name, value = re.fullmatch(r"([A-Z-]+)(?:;[A-Z]+=[A-Z]+)*:(.*)", line).groups()
        if (name, value) == ("BEGIN", "VEVENT"):
            current = {}
        elif (name, value) == ("END", "VEVENT"):
            entries.append(current)
            current = None
        else:
            into = head if current is None else current
            assert name not in into
            into[name] = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
    assert current is None and head["VERSION"] == "2.0" and head["PRODID"]
    return head, entries


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=200))
def test_whatever_a_text_is_made_of_it_is_read_back_as_it_was(text):
    raw = icalendar.calendar(
        [(NOON, 1)], name=text, summary=lambda n: text, uid=lambda at: f"{at:%d}@x", stamp=NOON
    )
    head, [entry] = read(raw)
    assert head["X-WR-CALNAME"] == entry["SUMMARY"] == text
    assert (entry["DTSTART"], entry["DTEND"]) == ("20261124T160000Z", "20261124T161500Z")


def address(client):
    """Make a calendar on the account page; the secret is on the answer, and nowhere later."""
    page = client.post(reverse("make_calendar")).content.decode()
    path = re.search(r"/calendar/[\w-]+\.ics", page)[0]
    assert path not in client.get(reverse("mailbox")).content.decode()
    return path


def feed(path):
    answer = Client().get(path)
    return answer.status_code, answer.content


def test_a_calendar_says_how_many_when_and_nothing_else(world):
    """R38, R42: one constant text; what its reader is walled from is not counted; no line for a figure."""
    me, client = world.stx.advocate, world.client(world.stx.advocate)
    world.hold(local(world.now).replace(hour=10, minute=0, second=0, microsecond=0))
    with world.acting(me):
        case, walled = open_case(me, priority="crisis"), open_case(me)
        for one, hours in ((case, 2), (case, 2), (case, 30), (walled, 2), (walled, 50)):
            a_followup(one, me, hours, "Call Bluebird about the hearing")
    path = address(client)
    status, raw = feed(path)
    assert status == 200 and raw == feed(path)[1]
    head, entries = read(raw)
    assert head["X-WR-CALNAME"] == "Causeway"
    assert [one["SUMMARY"] for one in entries] == [f"Causeway: {n}" for n in ("3 items", "1 item", "1 item")]
    with world.acting(me):
        Wall.build(walled.person, me, actor=world.stx.supervisor, reason="other")
    head, entries = read(feed(path)[1])
    assert [one["SUMMARY"] for one in entries] == ["Causeway: 2 items", "Causeway: 1 item"]
    names = {name for one in entries for name in one}
    assert names == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP"}
    assert len({one["UID"] for one in entries}) == 2
    for word in ("blue", "hearing", "croix", "stx", "crisis", case.number.lower(), str(me.pk), "advocate"):
        assert word not in raw.decode().lower()
    with world.acting(me):
        link = MemberLink.objects.get(user=me, what="calendar")
        assert link.asked_at and bytes(link.key_hash) == hashlib.sha256(path[10:-4].encode()).digest()
        assert path[10:-4] not in str(MemberLink.objects.values().get(pk=link.pk))
        assert not AuditLine.objects.filter(verb="list").exists()
        assert AuditLine.objects.get(verb="make_calendar").actor_id == me.pk


def test_an_address_that_was_ended_in_any_way_answers_as_one_that_never_was(world):
    """R6: another one made, revoked, calendars not allowed, the account closed."""
    me, client = world.stx.advocate, world.client(world.stx.advocate)
    never = feed("/calendar/a-key-that-nobody-has.ics")
    reference = re.compile(rb"[0-9A-F]{10}")

    def gone(path):
        status, body = feed(path)
        return status == 404 and reference.sub(b"", body) == reference.sub(b"", never[1])

    first = address(client)
    second = address(client)
    assert gone(first) and feed(second)[0] == 200
    with world.acting(me):
        stop = MemberLink.key_to_stop(me)
    assert gone(f"/calendar/{stop}.ics"), "the key of a mail opens no calendar"
    client.post(reverse("revoke_calendar"))
    assert gone(second)
    third = address(client)
    for setting in ("may_feed", "is_active"):
        with world.acting(me):
            rows = Organization.objects.filter(pk=me.organization_id)
            rows.update(**{setting: False})
            assert gone(third), setting
            rows.update(**{setting: True})
    assert feed(third)[0] == 200
    with world.acting(me):
        long_ago = world.now - timedelta(days=91)
        User.objects.filter(pk=me.pk).update(last_login=long_ago, joined_at=long_ago)
    assert gone(third), "away for 90 days"
    with world.acting(me):
        User.objects.filter(pk=me.pk).update(last_login=world.now, is_active=False)
    assert gone(third)
    with world.acting(me):
        verbs = list(AuditLine.objects.filter(verb__endswith="_calendar").values_list("verb", flat=True))
        assert sorted(verbs) == ["make_calendar"] * 3 + ["revoke_calendar"]
