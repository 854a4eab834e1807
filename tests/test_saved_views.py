"""Named filters: one's own, sealed, without a row in them, and gone when they are removed."""

import pytest
from django.db import connection
from django.urls import reverse

from cases.models import Wall
from orgs.models import AuditLine, SavedView
from orgs.models.saved_view import LISTS, MOST, filters_of
from tests.makers.case import a_person, open_case

QUERY = "state=on_hold&island=STX"


def keep(client, name="Kestrel and the others", query=QUERY, page="caseload"):
    return client.post(reverse("save_view"), {"page": page, "name": name, "query": query}, follow=True)


def kept(world, member):
    """[(name, address, key)] of a member's own, as that member reads them."""
    with world.acting(member):
        mine = SavedView.objects.filter(user=member)
        return [(view.name, view.get_absolute_url(), view.pk) for view in mine]


def test_a_filter_is_kept_opened_and_removed(world):
    client = world.client(world.stx.advocate)
    assert "Keep this choice" not in client.get(reverse("caseload")).content.decode()
    assert "Keep this choice" in client.get(f"{reverse('caseload')}?{QUERY}").content.decode()
    page = keep(client)
    assert "Kept for you" in page.content.decode()
    ((name, address, _key),) = kept(world, world.stx.advocate)
    assert name == "Kestrel and the others" and name in client.get(reverse("caseload")).content.decode()
    assert client.get(address).context["form"].cleaned_data["state"] == "on_hold"
    keep(client, query="state=active")
    ((_name, address, key),) = kept(world, world.stx.advocate)
    assert address == f"{reverse('caseload')}?state=active"
    client.post(reverse("remove_view", args=[key]))
    assert kept(world, world.stx.advocate) == []
    with world.acting(world.stx.advocate):
        verbs = AuditLine.objects.filter(verb__endswith="_view").order_by("sequence")
        assert list(verbs.values_list("verb", flat=True)) == ["save_view", "save_view", "remove_view"]
        assert "Kestrel" not in str(list(verbs.values_list("details", "subject_label")))


def test_nobody_else_sees_or_removes_it(world):
    """R6: another member's does not exist, for a supervisor and the administrator as for anybody."""
    keep(world.client(world.stx.advocate))
    with world.acting(world.stx.advocate):
        pk = SavedView.objects.get().pk
    for other in (world.stx.colleague, world.stx.supervisor, world.stx.administrator, world.stt.advocate):
        client = world.client(other)
        assert client.post(reverse("remove_view", args=[pk])).status_code == 404, other.email
    assert world.client(world.stx.supervisor).get(reverse("caseload")).context["saved"]["views"] == []


@pytest.mark.parametrize("field", ["name", "query"])
def test_what_it_says_is_sealed(world, field):
    """R11: a name may be somebody's; the database holds it only as its organization's members can read it."""
    keep(world.client(world.stx.advocate))
    with world.acting(world.stx.advocate), connection.cursor() as cursor:
        cursor.execute(f"SELECT {field}::text FROM orgs_savedview")
        (stored,) = cursor.fetchone()
    assert "Kestrel" not in stored and "on_hold" not in stored


def test_a_wall_holds_in_a_view_that_was_kept_before_it(world):
    """R42: it holds no row, so that there is nothing in it to take away."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate, person=a_person(advocate, alias="Kestrel"), island="STX")
    client = world.client(world.stx.supervisor)
    keep(client, name="Mine", query="island=STX")
    ((_name, address, _key),) = kept(world, world.stx.supervisor)
    assert "Kestrel" in client.get(address).content.decode()
    with world.acting(world.stx.second_supervisor) as another:
        Wall.build(case.person, world.stx.supervisor, actor=another, reason="other")
    assert "Kestrel" not in client.get(address).content.decode()


def test_only_filters_of_a_list_that_one_has_are_kept(world):
    """A place in the list, or anything unknown, is left out; a list of another role is not there."""
    assert filters_of("caseload", "state=active&after=x&next=//elsewhere.test&island=") == "state=active"
    client = world.client(world.stx.advocate)
    assert keep(client, page="audit", query="verb=view").status_code == 404
    assert keep(client, page="nowhere").status_code == 404
    assert keep(world.client(world.officer)).status_code == 404
    for name, query in (("", QUERY), ("x" * 41, QUERY), ("Mine", ""), ("Mine", "after=x")):
        assert "give it a short name" in keep(client, name=name, query=query).content.decode()
    with world.acting(world.stx.advocate):
        assert not SavedView.objects.exists()


def test_there_is_room_for_a_dozen(world):
    client = world.client(world.stx.administrator)
    for number in range(MOST):
        keep(client, f"No. {number}", "verb=view", "audit")
    assert "Remove one first" in keep(client, "One more", "verb=view", "audit").content.decode()
    assert len(client.get(reverse("audit")).context["saved"]["views"]) == MOST


def test_each_list_still_has_the_filters_that_are_kept(world):
    """A filter that got another name would be lost from every view without a word."""
    for page, who in (("caseload", world.stx.supervisor), ("audit", world.stx.administrator)):
        form = world.client(who).get(reverse(page)).context["form"]
        assert set(LISTS[page][1]) == set(form.fields), page
