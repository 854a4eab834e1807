"""The one word that may reach a referrer from inside, and every way in which it may not."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from cases.models import Case, Disclosure, Release
from cases.signing import NotReleased
from config.celery import app
from orgs.models import Organization, Resealing, Unit, User
from referrals import following
from referrals.models import Outcome, Referral
from referrals.models.outcome import outcomes_for
from tests.makers.case import a_person, active_release, open_case
from tests.makers.referral import acknowledged
from tests.test_cases_concurrency import in_another_connection
from tests.world import PASSPHRASE

WORD = "The person accepted services"


@contextmanager
def eager():
    """What a task sends is done at once; a failure there is that one's alone, as with workers."""
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager, app.conf.task_eager_propagates = True, False
    try:
        yield
    finally:
        app.conf.task_always_eager, app.conf.task_eager_propagates = before


def end_outcomes():
    """What the clock does once a minute."""
    [entry] = [one for one in app.conf.beat_schedule.values() if one["task"] == "referrals.end_outcomes"]
    app.loader.import_default_modules()
    with eager():
        app.tasks[entry["task"]]()


def told(world, word="accepted", **terms):
    """A packet whose outcome is told to the officer's unit; returns the packet and the release."""
    me = world.stx.advocate
    referral, intake = acknowledged(world)
    unit = world.officer.unit.name
    with world.acting(me):
        case = Case.open_for(intake.person, actor=me, assigned_to=me)
        terms = {"categories": ["OUTCOME"], "recipient_unit": unit, **terms}
        release = active_release(case, world.vipd.organization, me, **terms)
        Outcome.tell(release, Referral.objects.get(pk=referral.pk), word, actor=me)
    return referral, release


def page(world, member, referral):
    return world.client(member).get(f"/referrals/{referral.reference}/").content.decode()


def ledger(world, release):
    with world.acting(world.stx.advocate):
        return [(line.code, line.recipient_id) for line in Disclosure.objects.filter(release=release)]


def test_an_outcome_is_read_under_its_release_and_the_ledger_knows_first(world):
    """R2, R26: the referrer reads one word; each reading is a line in the ledger of who told it."""
    referral, release = told(world)
    there = world.vipd.organization.pk
    assert ledger(world, release) == [("", there)]
    shown = page(world, world.officer, referral)
    assert WORD in shown and "C-0" not in shown and "Advocate (invented)" not in shown
    assert ledger(world, release) == [("accepted", there), ("", there)]
    page(world, world.officer, referral)
    assert len(ledger(world, release)) == 3
    with world.acting(world.stx.advocate):
        case = Case.objects.get(pk=release.case_id)
    assert (
        "Read by them: that I accepted services"
        in world.client(world.stx.advocate).get(f"/cases/{case.number}/disclosures/?in=en").content.decode()
    )


def test_without_its_line_in_the_ledger_nothing_is_read(world, monkeypatch):
    """R26: where the line cannot be written the page shows nothing at all."""
    referral, _release = told(world)

    def fails(*args, **kwargs):
        raise RuntimeError("no line")

    monkeypatch.setattr(Disclosure, "write_reading", fails)
    client = world.client(world.officer)
    client.raise_request_exception = False
    answer = client.get(f"/referrals/{referral.reference}/")
    assert answer.status_code == 500 and WORD not in answer.content.decode()


@pytest.mark.parametrize("end", ["revoke", "supersede", "expire", "shorten"])
def test_an_outcome_stops_the_second_its_release_does(world, end):
    """R2, R20: taken back, replaced or over: the next request reads nothing, and no line is added."""
    referral, release = told(world)
    assert WORD in page(world, world.officer, referral)
    me, before = world.stx.advocate, len(ledger(world, release))
    with world.acting(me):
        release = Release.objects.get(pk=release.pk)
        if end in ("revoke", "supersede"):
            getattr(release, end)(actor=me)
        elif end == "shorten":
            release.shorten(world.now + timedelta(minutes=5), actor=me)
    if end == "shorten":
        world.forward(minutes=5)
    if end == "expire":
        world.hold(release.expires_at - timedelta(microseconds=1))
        assert WORD in page(world, world.officer, referral)
        before += 1
        world.hold(release.expires_at)
    assert WORD not in page(world, world.officer, referral)
    assert len(ledger(world, release)) == before


def words_held(world):
    with world.acting(world.officer):
        return [outcome.content["word"] for outcome in Outcome.objects.all()]


def test_when_its_release_is_over_the_agency_does_not_have_the_word_either(world):
    """R2, R26: by the clock it is gone from the agency's rows; the service's ledger keeps its own record."""
    _referral, release = told(world, days=5)
    end_outcomes()
    assert words_held(world) == ["accepted"]
    before = ledger(world, release)
    world.hold(release.expires_at)
    assert words_held(world) == ["accepted"]  # no page shows it; now the task comes by
    end_outcomes()
    assert words_held(world) == []
    end_outcomes()
    assert ledger(world, release) == before


def test_only_a_word_whose_release_is_over_is_taken_back(world):
    """R2: cut short, as by an eighteenth birthday, it goes then; another one stays for as long as it may."""
    referral, release = told(world)
    me, (_other, stays) = world.stx.advocate, told(world, word="declined")
    with world.acting(me):
        Release.objects.get(pk=release.pk).shorten(world.now + timedelta(minutes=5), actor=me)
    world.forward(minutes=5)
    end_outcomes()
    assert words_held(world) == ["declined"]
    world.hold(stays.expires_at)
    end_outcomes()
    assert words_held(world) == []


def test_a_word_goes_by_the_clock_whatever_else_stands_still(world, monkeypatch):
    """R2: also of a service that was closed since, and after a run in which another one failed."""
    _referral, release = told(world, days=5)
    us, really = str(world.stx.organization.pk), following.end_outcomes

    def one_fails(organization_id):
        if organization_id != us:
            raise RuntimeError
        return really(organization_id)

    monkeypatch.setattr(following, "end_outcomes", one_fails)
    with world.acting(world.stx.administrator):
        Organization.objects.filter(pk=world.stx.organization.pk).update(is_active=False)
    world.hold(release.expires_at)
    end_outcomes()
    assert words_held(world) == []


def test_a_page_without_an_outcome_is_the_page_of_before(world):
    """R3: when the release has ended the referrer's page is, byte for byte, what it was."""
    world.hold(world.now)
    referral, _intake = acknowledged(world)
    me = world.stx.advocate

    def seen():
        answer = world.client(world.officer).get(f"/referrals/{referral.reference}/")
        text = answer.content.decode()
        token = text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        return text.replace(token, "")

    before = seen()
    with world.acting(me):
        case = Case.open_for(_intake.person, actor=me, assigned_to=me)
        terms = {"categories": ["OUTCOME"], "recipient_unit": world.officer.unit.name}
        release = active_release(case, world.vipd.organization, me, **terms)
        Outcome.tell(release, Referral.objects.get(pk=referral.pk), "declined", actor=me)
    assert len(seen()) > len(before)
    with world.acting(me):
        Release.objects.get(pk=release.pk).revoke(actor=me)
    after = seen()
    import re

    mask = re.compile(r'value="[A-Za-z0-9]{64}"')
    assert mask.sub("", after) == mask.sub("", before)


def test_another_unit_of_the_agency_reads_nothing(world):
    """R2, R18: the release names one unit; the next one, who may see the packet, reads no word of it."""
    with world.acting(world.vipd.administrator):
        elsewhere = Unit.objects.exclude(pk=world.officer.unit_id).filter(
            organization=world.vipd.organization
        )
        elsewhere = elsewhere.first().name
    referral, release = told(world, recipient_unit=elsewhere)
    assert WORD not in page(world, world.officer, referral)
    assert len(ledger(world, release)) == 1


def renamed(world, *names):
    """Units of the agency get other names, one after the other, by an administrator alone."""
    client = world.client(world.vipd.administrator)
    for name, to in names:
        with world.acting(world.vipd.administrator):
            unit = Unit.objects.get(organization=world.vipd.organization, name=name)
        address = reverse("rename_unit", args=[unit.pk])
        assert client.post(address, {"name": to, "island": unit.island}).status_code == 302


def test_a_unit_that_takes_the_name_of_another_reads_nothing_of_it(world):
    """R2, R18, C10: the release is to the unit, whatever it is called by then."""
    referral, _release = told(world, recipient_unit="St. Thomas")
    assert world.officer.unit.name == "St. Croix"
    renamed(world, ("St. Thomas", "Closed"), ("St. Croix", "St. Thomas"))
    assert WORD not in page(world, world.officer, referral)


def test_a_unit_with_another_name_reads_on(world):
    """R18: the same people were meant."""
    referral, _release = told(world)
    renamed(world, ("St. Croix", "St. Croix District"))
    assert WORD in page(world, world.officer, referral)


def test_one_administrator_alone_moves_no_reader_into_the_unit(world):
    """R2, R18, C10: where there is a second one, it waits for them."""
    with world.acting(world.vipd.administrator) as me:
        User.objects.create_user(
            "second@vipd.test", PASSPHRASE, organization=me.organization, name="Second", role="administrator"
        )
        there = Unit.objects.get(organization=me.organization, name="St. Thomas")
    referral, _release = told(world, recipient_unit=there.name)
    said = {"role": "officer", "unit": there.pk}
    world.client(world.vipd.administrator).post(reverse("change_member", args=[world.officer.pk]), said)
    assert WORD not in page(world, world.officer, referral)


def test_a_unit_that_was_not_there_reads_nothing_when_it_comes(world):
    """R18: a release to a name that no unit had is to nobody."""
    referral, _release = told(world, recipient_unit="Nowhere")
    renamed(world, ("St. Croix", "Nowhere"))
    assert WORD not in page(world, world.officer, referral)


def test_a_named_person_reads_it_and_their_supervisor_does_not(world):
    """R2, R18: a release to one person is read by that one alone, by the name that the release has."""
    referral, release = told(world, recipient_unit="", recipient_name=world.officer.name)
    assert WORD in page(world, world.officer, referral)
    assert WORD not in page(world, world.vipd.unit_supervisor, referral)


def test_the_readers_house_brings_it_over_to_new_keys_and_changes_it_in_no_other_way(world):
    """R2, C19: who wrote it alone changes a word; its reader's change of keys comes to an end."""
    referral, _release = told(world)
    administrator = world.vipd.administrator
    client = world.client(administrator)
    assert client.post(reverse("rotate_keys")).status_code == 302
    world.forward(minutes=3)
    for _ in range(2):  # one batch, and the look that finds nothing left
        assert client.post(reverse("go_on_resealing")).status_code == 302
    with world.acting(administrator):
        assert Resealing.objects.get().finished_at
        assert Outcome.objects.all().delete()[0] == 0 and not Outcome.objects.update(unit="Another")
    assert WORD in page(world, world.officer, referral)


@pytest.mark.parametrize(
    ("change", "why"),
    [({"categories": ["SAFETY"]}, "category"), ({"method": "verbal"}, "method")],
)
def test_what_is_not_released_cannot_be_told(world, change, why):
    """R2: another category, or another way than through here: nothing is written and nothing is told."""
    with pytest.raises(NotReleased) as refused:
        told(world, **change)
    assert refused.value.why == why
    with world.acting(world.stx.advocate):
        assert not Outcome.objects.exists() and not Disclosure.objects.exists()


def test_a_release_to_one_agency_tells_no_other(world):
    """R2: the packet's sender is who the release names, or nothing is told."""
    me = world.stx.advocate
    referral, intake = acknowledged(world)
    with world.acting(me):
        case = Case.open_for(intake.person, actor=me, assigned_to=me)
        to = world.prosecution.organization
        release = active_release(case, to, me, categories=["OUTCOME"], recipient_unit="Victim Services Unit")
        with pytest.raises(NotReleased) as refused:
            Outcome.tell(release, Referral.objects.get(pk=referral.pk), "accepted", actor=me)
    assert refused.value.why == "recipient"


def test_a_packet_about_somebody_else_is_not_offered(world):
    """R2: the page offers this person's packets alone, and takes no other that is typed into it."""
    me = world.stx.advocate
    referral, intake = acknowledged(world)
    other, _other_intake = acknowledged(world)
    with world.acting(me):
        case = Case.open_for(intake.person, actor=me, assigned_to=me)
        terms = {"categories": ["OUTCOME"], "recipient_unit": world.officer.unit.name}
        release = active_release(case, world.vipd.organization, me, **terms)
        stranger = active_release(open_case(me, person=a_person(me)), world.vipd.organization, me, **terms)
    client = world.client(me)
    shown = client.get(f"/releases/{release.pk}/outcome/").content.decode()
    assert referral.reference in shown and other.reference not in shown
    for target, reference in (
        (release, other.reference),
        (stranger, referral.reference),
        (release, "VI-0000-00"),
    ):
        answer = client.post(f"/releases/{target.pk}/outcome/", {"referral": reference, "word": "accepted"})
        assert answer.status_code == 200 and "referral" in answer.context["form"].errors
    assert (
        client.post(f"/releases/{release.pk}/outcome/", {"referral": referral.reference, "word": "dead"})
        .context["form"]
        .errors
    )
    done = client.post(
        f"/releases/{release.pk}/outcome/", {"referral": referral.reference, "word": "accepted"}
    )
    assert done.status_code == 302 and WORD in page(world, world.officer, referral)


def test_a_referrer_cannot_write_itself_an_outcome(world):
    """R2: below the wall only a service writes an outcome, and nobody else changes one."""
    referral, release = told(world)
    with world.acting(world.officer):
        mine = Outcome.objects.get()
        assert mine.content["word"] == "accepted"
        forged = Outcome(
            organization_id=mine.organization_id, written_by_id=mine.written_by_id, referral=referral,
            release_id=release.pk, told_by_id=mine.told_by_id, told_at=mine.told_at,
            content={"word": "closed"},
        )  # fmt: skip
        with pytest.raises(ProgrammingError), transaction.atomic():
            forged.save(force_insert=True)
        assert Outcome.objects.update(told_at=world.now) == 0  # a row that is read, and no more
    with world.acting(world.stt.advocate):
        assert not Outcome.objects.exists()


def test_the_word_is_sealed_to_its_reader(world):
    """R11: neither the operator nor the service that wrote it opens the reader's copy."""
    from orgs import sealing

    told(world)
    with world.acting(world.stx.advocate):
        with pytest.raises(sealing.Locked):
            _ = Outcome.objects.get().content
    with world.acting(world.officer), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM referrals_outcome")
        assert b"accepted" not in bytes(cursor.fetchone()[0])


def test_whoever_reads_while_it_is_taken_back_reads_nothing(committed):
    """R20: the reader waits for the withdrawal under way, and then there is nothing to read."""
    referral, release = told(committed)
    me, officer = committed.stx.advocate, committed.officer
    begun = threading.Event()

    def read():
        packet = Referral.objects.get(pk=referral.pk)
        [outcome] = packet.outcomes.select_related("written_by")
        assert outcome.is_for(officer)
        begun.set()
        return outcome.read(officer)

    with committed.acting(me):
        Release.objects.get(pk=release.pk).revoke(actor=me)
        thread, came = in_another_connection(committed, officer, read)
        assert begun.wait(10)
        thread.join(0.5)
        assert thread.is_alive() and not came
    thread.join(10)
    assert isinstance(came[0], NotReleased)
    with committed.acting(me):
        assert not Disclosure.objects.exclude(code="").exists()


def test_two_read_while_one_takes_back_and_nobody_waits_for_ever(committed):
    """R20: readers and the withdrawal take their locks in one order."""
    referral, release = told(committed)
    me, officer = committed.stx.advocate, committed.officer

    def read():
        return outcomes_for(officer, Referral.objects.get(pk=referral.pk))

    readers = [in_another_connection(committed, officer, read) for _ in range(3)]
    with committed.acting(me):
        Release.objects.get(pk=release.pk).revoke(actor=me)
    late, came_late = in_another_connection(committed, officer, read)
    for thread, _came in (*readers, (late, came_late)):
        thread.join(20)
    assert all(isinstance(came[0], list) for _thread, came in readers) and came_late == [[]]
    read_it = sum(bool(came[0]) for _thread, came in readers)
    with committed.acting(me):
        assert Disclosure.objects.exclude(code="").count() == read_it


@pytest.fixture(autouse=True)
def _own_members(request):
    """Members are found here, before a thread asks for them."""
    if "committed" in request.fixturenames:
        world = request.getfixturevalue("committed")
        for member in (world.stx.advocate, world.stx.intake_worker, world.officer):
            assert member.organization.name
        assert world.officer.unit.name
