"""Caseload and find: what is whose, what is next, and never more questions than the page is worth."""

import pytest
from django.urls import reverse

from cases.models import Case
from orgs.models import AuditLine
from tests.asking import QUERIES, page_asked
from tests.makers.case import a_followup, a_person, active_release, open_case


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


def names(client, url):
    return [case.person.called for case in client.get(url).context["cases"]]


def named(me, alias, **terms):
    return open_case(me, person=a_person(me, alias=alias), **terms)


def test_an_advocate_sees_their_own_and_a_supervisor_every_open_case(world, me):
    named(me, "Mine")
    named(me, "Hers", assigned_to=world.stx.colleague)
    named(me, "Nobody's", assigned_to=None)
    assert names(world.client(me), "/caseload/") == ["Mine"]
    assert names(world.client(world.stx.supervisor), "/caseload/") == ["Nobody's", "Hers", "Mine"]
    assert names(world.client(world.stt.supervisor), "/caseload/") == []


@pytest.mark.parametrize("who", ["officer", "unit_supervisor", "administrator"])
def test_a_caseload_does_not_exist_for_others(world, who):
    """R6: who has no cases by their role meets no page of them."""
    client = world.client(getattr(world.vipd, who))
    assert [client.get(url).status_code for url in ("/caseload/", "/find/", "/find/?q=ana")] == [404] * 3


def test_filters_are_in_the_address(world, me):
    named(me, "Tern", priority="crisis")
    named(me, "Heron", island="STJ")
    named(me, "Wren").request_closure("goals_met", actor=me)
    client = world.client(me)
    assert names(client, "/caseload/?priority=crisis") == ["Tern"]
    assert names(client, "/caseload/?island=STJ") == ["Heron"]
    assert names(client, "/caseload/?state=closure_requested") == ["Wren"]
    assert names(client, "/caseload/?state=closed") == []
    boss = world.client(world.stx.supervisor)
    assert len(names(boss, f"/caseload/?advocate={me.pk}")) == 3
    assert names(boss, "/caseload/?advocate=nobody") == []


@pytest.mark.parametrize(
    "query", ["state=x", "priority=x", "advocate=x", "after=x", "after=2026-01-01_x", "after=_"]
)
def test_a_nonsense_address_is_still_a_page(world, me, query):
    named(me, "Tern")
    for who in (me, world.stx.supervisor):
        assert world.client(who).get(f"/caseload/?{query}").status_code == 200


def test_a_row_says_what_is_next_and_when_they_last_spoke(world, me):
    case = named(me, "Tern")
    client = world.client(me)
    page = client.get("/caseload/").content.decode()
    assert "Nothing is planned" in page and "not reached yet" in page
    case.log_contact(actor=me, way="call", outcome="reached")
    a_followup(case, me, hours=30, what="Second")
    a_followup(case, me, hours=-3, what="First of all")
    world.forward(hours=2)
    page = client.get("/caseload/").content.decode()
    assert "First of all" in page and "Second" not in page and "late" in page and "2 h ago" in page


def test_pages_follow_each_other_and_lose_nothing(world, me):
    for number in range(28):
        named(me, f"Bird {number}", plan=False)
        world.forward(seconds=1)
    client = world.client(me)
    first = client.get("/caseload/?island=STX")
    second = client.get("/caseload/" + first.context["older"])
    seen = [case.number for page in (first, second) for case in page.context["cases"]]
    assert len(seen) == len(set(seen)) == 28 and "island=STX" in first.context["older"]
    assert not second.context["older"] and second.context["newest"] == "/caseload/?island=STX"


def test_a_list_asks_twelve_times_whatever_its_length(world, me):
    def queries(client, url):
        return len(page_asked(client, url)[1])

    clients = [world.client(me), world.client(world.stx.supervisor)]
    urls = ["/caseload/", "/find/?q=bird", "/find/?q=C-1"]
    a_followup(named(me, "Bird"), me)
    few = [queries(client, url) for client in clients for url in urls]
    for number in range(12):
        a_followup(named(me, f"Bird {number}"), me)
    assert [queries(client, url) for client in clients for url in urls] == few
    assert max(few) <= QUERIES


# Find


def test_find_by_number_and_by_the_beginning_of_a_name(world, me):
    case = open_case(me, person=a_person(me, name="Ana Lake", phone="340-555-0142"))
    client = world.client(me)
    for text in (case.number, "c1", "C-0001", "ana", "bluebi", "lake ana", "5550142", "(340) 555-0142"):
        page = client.get("/find/", {"q": text}).content.decode()
        assert case.get_absolute_url() in page, text
    for text in ("nobody", "%", "'; drop", "C-99", "x" * 500, " "):
        assert case.get_absolute_url() not in client.get("/find/", {"q": text}).content.decode()


def test_find_shows_only_what_one_may_see(world, me):
    """R8: another advocate's client is not found by name, another house's by nothing."""
    case = open_case(me, person=a_person(me, name="Ana Lake"))
    for who in (world.stx.colleague, world.stx.intake_worker, world.stt.supervisor):
        for text in ("ana", case.number):
            assert (
                case.get_absolute_url() not in world.client(who).get("/find/", {"q": text}).content.decode()
            )


def test_numbers_of_other_rooms_lead_there(world, me):
    client = world.client(me)
    assert "/intakes/I-0031/" in client.get("/find/?q=i-31").content.decode()


def test_a_release_to_take_back_is_found_by_its_case(world, me):
    """R20: whoever picks up the phone finds the release by the case's number, and nothing else."""
    case = open_case(me)
    release = active_release(case, world.stt.organization, me)
    page = world.client(world.stx.colleague).get("/find/", {"q": case.number}).content.decode()
    assert release.get_absolute_url() in page and "Bluebird" not in page


def test_a_search_is_on_record_in_keyed_words(world, me):
    """C11: that somebody searched, for words that can be compared and not read."""
    open_case(me, person=a_person(me, name="Ana Lake"))
    client = world.client(me)
    for text in ("ana lake", "ana lake", "someone else"):
        client.get("/find/", {"q": text})
    first, second, third = [
        line.details["terms"] for line in AuditLine.objects.filter(verb="search").order_by("sequence")
    ]
    assert first == second != third and "ana" not in str(first).lower()


def test_every_view_of_a_case_is_on_record(world, me):
    """C11: who opened a case, its ledger, its release."""
    case = open_case(me)
    release = active_release(case, world.stt.organization, me)
    client = world.client(me)
    for url in (
        case.get_absolute_url(),
        release.get_absolute_url(),
        reverse("disclosures", args=[case.number]),
    ):
        client.get(url)
    seen = AuditLine.objects.filter(subject_id__in=[case.pk, release.pk]).values_list("verb", flat=True)
    assert {"view", "view_ledger"} <= set(seen)
    assert Case.objects.get().number == "C-0001"
