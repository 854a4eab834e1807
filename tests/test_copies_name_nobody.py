"""Whoever has the disk, the database's password and every backup can read no name."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from config import devcache
from config.celery import app
from tests import copies, log_watch
from tests.makers import handoff as handoffs
from tests.makers.case import a_followup, active_release, open_case
from tests.makers.intake import a_walk_in
from tests.makers.referral import ANSWERS, acknowledged, draft, sent
from tests.world import ORGANIZATIONS, PASSPHRASE

NOTE = "She is staying above the bakery in Frederiksted until Thursday."
TYPED = "His truck stood in front of the shelter again last night."


@pytest.fixture
def valkey(tmp_path, settings):
    server = devcache.start(tmp_path / "valkey")
    settings.CACHES = {"default": {"BACKEND": "config.cache.ForgetfulCache", "LOCATION": server.url}}
    yield server
    server.stop()


@pytest.fixture
def busy(committed, valkey):
    """People in every kind of record, members signed in, one screen locked while something was typed."""
    world = committed
    draft(world), sent(world), sent(world, priority="crisis"), acknowledged(world)
    with world.acting(world.stx.intake_worker):
        a_walk_in(world.stx.intake_worker, name="Marisol Testperson", phone="340 555 0142")
    advocate = world.stx.advocate
    with world.acting(advocate):
        case = open_case(advocate)
        case.person.correct(
            actor=advocate, name="Marisol Testperson", address="12 Cocoa Road", phone="3405550142"
        )
        case.add_note(text=NOTE, actor=advocate)
        a_followup(case, advocate)
    with world.acting(world.stx.supervisor):
        active_release(case, world.stt.organization, advocate)
    handoffs.IN["completed"](world)
    world.case = case
    for member in (world.officer, world.stx.supervisor, world.stt.advocate):
        assert world.client(member).get(reverse("home"), follow=True).status_code == 200
    client = world.client(advocate)
    client.get(reverse("find"), {"q": "Marisol"})
    client.get(reverse("view_case", args=[case.number]))
    session = client.session
    session["active_at"] -= 86_400  # left alone with a page open
    session.save()
    client.here_since = 2**62
    client.post(reverse("write_note", args=[case.number]), {"text": TYPED})
    with app.connection_for_write(valkey.url) as broker:
        for entry in app.conf.beat_schedule.values():
            app.send_task(entry["task"], connection=broker)
    return world


def words():
    """Every name, number and sentence about a person that is in the world above; members are no secret."""
    staff = {PASSPHRASE, "+13405550199"}
    for organization in ORGANIZATIONS:
        staff |= {f"{who.replace('_', ' ').title()} (invented)" for who in organization["staff"]}
        staff |= {f"{who}@{organization['code']}.test" for who in organization["staff"]}
    said = {"Marisol Testperson", "Testperson", "12 Cocoa Road", "3405550142", NOTE, TYPED, ANSWERS["note"]}
    said |= {part for sentence in (NOTE, TYPED, ANSWERS["note"]) for part in re.findall(r"\w{7,}", sentence)}
    return (said | log_watch.people() | {PASSPHRASE}) - (staff - {PASSPHRASE})


def found_in(copy):
    return sorted(text for text in words() if any(form and form in copy for form in copies.spellings(text)))


@pytest.mark.worker
def test_a_copy_of_everything_names_nobody(busy, valkey):
    """R11, C19: database, sessions of signed-in members, Valkey and logs hold no name in any encoding."""
    copy = copies.tables()
    assert len(copy) > 40 and sum(map(len, copy.values())) > 100_000
    copy |= {"sessions": copies.sessions(), "valkey": copies.valkey(valkey.url), "logs": copies.logs()}
    for name, there in (("orgs_organization", b"vipd"), ("sessions", b"held"), ("valkey", b"orgs.tick")):
        assert there in copy[name]
    faults = {name: found for name, rows in copy.items() if (found := found_in(rows))}
    assert not faults


def test_the_search_would_find_what_is_there(busy):
    """R11: the same search finds a text that lies open, in each of the encodings."""
    import base64

    for form in (
        NOTE.encode(),
        NOTE.encode("utf-16-le"),
        NOTE.encode().hex().encode(),
        base64.b64encode(b"x" + NOTE.encode() + b"tail"),
        base64.urlsafe_b64encode(b"xy" + NOTE.encode()),
    ):
        assert NOTE in found_in(b"before" + form + b"after")
    with copies.superuser() as server:
        server.execute("UPDATE orgs_unit SET name = 'Marisol Testperson' WHERE name = 'Shelter desk'")
    assert "Marisol Testperson" in found_in(copies.tables()["orgs_unit"])


def test_with_the_browsers_half_the_session_opens(busy):
    """R11: so the search looked at sessions in which everything was open; only the cookie was missing."""
    client = busy.client(busy.stx.advocate)
    page = client.get(reverse("view_case", args=[busy.case.number]))
    assert NOTE in page.text
    del client.cookies[settings.CAUSEWAY_KEY_COOKIE_NAME]
    assert NOTE not in client.get(reverse("view_case", args=[busy.case.number])).text
