"""Settings: what an organization changes of its own, with faults said and nothing half done."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orgs.clock_words import CLOCK_NAMES
from orgs.models import AuditLine, Organization, Unit, User

OPERATORS = {"close_house"}  # what runs in a house that was closed: nobody sets when the operator hears


@pytest.fixture
def client(world):
    return world.client(world.stx.administrator)


def mine(world):
    return Organization.objects.get(pk=world.stx.organization.pk)


LIMITS = {"load_limit": "20", "high_risk_weight": "1", "safe_attempts": "3", "idle_minutes": "15"}
HOURS = {"desk_open": "09:00", "desk_close": "16:00", "quiet_start": "21:00", "quiet_end": "06:00"}


def test_all_settings_are_on_one_page_with_what_they_mean(client):
    page = client.get(reverse("organization_settings")).content.decode()
    for word in ("Acknowledge a referral", "30 min", "1 business day", "Safe attempts", "Shelter desk"):
        assert word in page


def test_changed_hours_are_on_record_by_their_names(world, client):
    """C11: the line says which settings changed."""
    assert client.post(reverse("change_hours"), HOURS).status_code == 302
    assert mine(world).desk_open.hour == 9
    with world.acting(world.stx.administrator):
        line = AuditLine.objects.get(verb="change_settings")
        assert line.details["changed"] == ["desk_close", "desk_open", "quiet_end", "quiet_start"]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("change_hours", HOURS | {"desk_close": "08:00"}),
        ("change_hours", HOURS | {"desk_open": "noon"}),
        ("change_limits", LIMITS | {"idle_minutes": "31"}),
        ("change_limits", LIMITS | {"load_limit": "0"}),
        ("change_directory", {"name": "Help", "islands": [], "hotline": ""}),
        ("change_directory", {"name": "", "islands": ["STX"], "hotline": "call us"}),
        ("add_unit", {"name": "Shelter DESK", "island": ""}),
        ("add_unit", {"name": "", "island": "STX"}),
    ],
)
def test_a_wrong_setting_is_refused_and_nothing_changes(world, client, name, wrong):
    """C7: an idle screen locks within 30 minutes at most."""
    before = mine(world)
    response = client.post(reverse(name), wrong)
    assert response.status_code == 200 and "summary" in response.content.decode()
    after = mine(world)
    assert [getattr(before, f.attname) for f in before._meta.fields] == [
        getattr(after, f.attname) for f in after._meta.fields
    ]


def test_no_statement_to_the_database_lets_a_screen_stand_open_for_longer(world):
    """C7: thirty minutes at most, whoever asks."""
    with world.acting(world.stx.administrator):
        with pytest.raises(IntegrityError, match="idle_lock_within_30_minutes"), transaction.atomic():
            Organization.objects.filter(pk=world.stx.organization.pk).update(idle_minutes=31)


def clock(crisis=("15", "minutes"), rest=("1", "business_days")):
    amounts = {"crisis": crisis, "high_risk": rest, "standard": rest, "information": rest}
    return {
        f"{priority}_{part}": value
        for priority, pair in amounts.items()
        for part, value in zip(("amount", "unit"), pair, strict=True)
    }


def test_a_clock_runs_as_long_as_the_organization_says_and_back_to_usual(world, client):
    """R4: the clock belongs to the receiving organization."""
    assert client.post(reverse("change_clock", args=["acknowledge_referral"]), clock()).status_code == 302
    assert mine(world).interval("acknowledge_referral", "crisis").seconds == 900
    assert "your own" in client.get(reverse("organization_settings")).content.decode()
    client.post(reverse("reset_clock", args=["acknowledge_referral"]))
    assert mine(world).clocks == {}


def test_a_clock_that_the_law_sets_is_never_longer(world, client):
    """R29: 48 hours may be made shorter and no longer."""
    url = reverse("change_clock", args=["report_abuse"])
    response = client.post(url, clock(("49", "hours"), ("48", "hours")))
    assert response.status_code == 200 and "timed by law" in response.content.decode()
    assert client.post(url, clock(("12", "hours"), ("24", "hours"))).status_code == 302
    assert mine(world).interval("report_abuse", "crisis").seconds == 12 * 3600


@pytest.mark.parametrize("amount", ["", "0", "-1", "soon", "1000"])
def test_a_clock_takes_whole_numbers_only(world, client, amount):
    response = client.post(reverse("change_clock", args=["acknowledge_referral"]), clock((amount, "minutes")))
    assert response.status_code == 200
    assert mine(world).clocks == {}


def test_days_of_silence_rise(world, client):
    url = reverse("change_clock", args=["no_contact"])
    for wrong in ("30, 7", "", "7; x", "0, 3"):
        assert client.post(url, {"days": wrong}).status_code == 200
    assert client.post(url, {"days": "5, 10, 20"}).status_code == 302
    assert mine(world).clocks == {"no_contact": [5, 10, 20]}


@pytest.mark.parametrize("name", sorted(CLOCK_NAMES.keys() - OPERATORS))
def test_every_clock_has_a_page_that_can_be_saved_as_it_stands(world, client, name):
    page = client.get(reverse("change_clock", args=[name]))
    assert page.status_code == 200
    form = page.context["form"]
    as_it_stands = {key: form[key].initial for key in form.fields if form[key].initial is not None}
    assert client.post(reverse("change_clock", args=[name]), as_it_stands).status_code == 302


def test_a_clock_that_does_not_exist_is_not_found(client):
    for name in ("tea", *OPERATORS):
        assert client.get(reverse("change_clock", args=[name])).status_code == 404


def test_a_referrer_has_only_its_own_clock(world):
    client = world.client(world.vipd.administrator)
    assert client.get(reverse("change_clock", args=["answer_information_request"])).status_code == 200
    assert client.get(reverse("change_clock", args=["acknowledge_referral"])).status_code == 404
    assert "Safe attempts" not in client.get(reverse("organization_settings")).content.decode()


def test_a_unit_closes_only_when_nobody_is_in_it(world, client):
    with world.acting(world.stx.administrator):
        unit = Unit.objects.get(organization=world.stx.organization)
    url = reverse("deactivate_unit", args=[unit.pk])
    assert client.post(url).status_code == 409
    with world.acting(world.stx.administrator):
        User.objects.update(unit=None)
    assert client.post(url).status_code == 302
    with world.acting(world.stx.administrator):
        assert not Unit.objects.get(pk=unit.pk).is_active


def test_a_unit_of_another_organization_does_not_exist(world, client):
    """R6: units are in a directory that all read; changing is for their own administrator."""
    with world.acting(world.stt.administrator):
        other = Unit.objects.get(organization=world.stt.organization)
    assert client.post(reverse("rename_unit", args=[other.pk]), {"name": "Ours"}).status_code == 404
    assert client.post(reverse("deactivate_unit", args=[other.pk])).status_code == 404
