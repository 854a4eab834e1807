"""Whoever sees a record leaves a line, through whichever door; generated from the table of permissions."""

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import include, path, reverse

from cases.models import Case
from config.permission_table import MEMBERS, PAGE, PLACES, PRESS, RECORDS, SEES, expected
from orgs.access import get_permitted
from orgs.models import AuditLine
from tests.makers.case import open_case
from tests.makers.every import build
from tests.test_permissions import address, city, place_address  # noqa: F401 - a fixture

# Pages on which no record can be seen: one's own account, the organization's settings, the way in.
NO_RECORD = {
    "counts",
    "home notice account_login mfa_authenticate account_logout accept_invitation lock unlock stay resume",
    "account mfa_index mfa_list_webauthn account_change_password enroll mfa_activate_totp mfa_add_webauthn",
    "mfa_deactivate_totp mfa_edit_webauthn mfa_remove_webauthn mfa_view_recovery_codes mfa_reauthenticate",
    "mfa_generate_recovery_codes mfa_reauthenticate_webauthn account_reauthenticate rules_of_behavior",
    "sessions organization_settings change_directory change_hours change_limits change_clock add_unit",
    "invite_member new_intake duty_desk purge_audit move_caseload break_glass receive_demand start_breach",
    "change_retention make_recovery_kit rotate_keys permissions write_coachingnote make_campaign",
    "leave_shiftnote begin_absence know_signs practice",
    "public_door public public_write public_send public_return public_say public_end leave",
    "public_poster public_write_poster",
    "change_retention make_recovery_kit rotate_keys permissions change_mail mailbox stop_mail feed_calendar",
    "push_worker help help_words help_guide",
}
QUIET = {name for names in NO_RECORD for name in names.split()}


# What a page must be asked for before it shows anything.
ASKED = {"find": "?q=rosa", "access_report": "?record=C-0001"}


def lines_of(city, name, how, url, data=None):  # noqa: F811
    """(answer, the lines that one request has written)."""
    written = []

    def watch(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "orgs_auditline"'):
            written.append(list(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answer = city.ask(name, how, url, data)
    return answer, written


@pytest.mark.parametrize("place", [p for p in PLACES if p.how != PRESS and p.name not in QUIET], ids=str)
def test_a_page_of_many_leaves_a_line(city, place):  # noqa: F811
    """C11: every list, board, search and page of the audit that anybody gets to see."""
    for name in place.who.split()[:2]:
        answer, written = lines_of(city, name, "get", place_address(place) + ASKED.get(place.name, ""))
        if answer.status == 200:
            assert written, f"{name} sees {place.name} and leaves nothing"


@pytest.mark.parametrize(
    "noun",
    sorted(
        RECORDS.keys()
        - {"member", "invitation", "shift", "shiftnote", "senderword", "dutychange", "unit", "campaign"}
    ),
)
def test_a_page_of_one_record_leaves_a_line_about_it(city, noun):  # noqa: F811
    """C11, C12: pages and forms alike, with the permission that opened them; also a form that is refused."""
    missing, walked = [], 0
    for state in list(SEES[noun])[:2]:
        with transaction.atomic():
            subject = build(city.world, noun, state)
            for row in RECORDS[noun]:
                if row.how == PRESS:
                    continue
                name = next((one for one in MEMBERS if expected(noun, state, row, one) == "through"), None)
                if name is None:
                    continue
                for how in ("get",) if row.how == PAGE else ("get", "post"):
                    answer, written = lines_of(city, name, how, address(row.name, subject.keys), {})
                    if answer.status != 200:
                        continue
                    walked += 1
                    about = [line for line in written if any(f"_{n}" in str(line) for n in RECORDS)]
                    if not about:
                        missing.append(f"{name} {how} {row.name} ({state})")
            transaction.set_rollback(True)
    assert not missing, "\n".join(missing)
    assert walked >= 1


def silent(request, number):
    """A view that asks the door for a record and shows it, and forgot the audit."""
    return HttpResponse(get_permitted(request.user, "view_case", Case, number=number).number)


urlpatterns = [path("silent/<str:number>/", silent, name="silent"), path("", include("config.urls"))]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("who", "ground"), [("advocate", "name"), ("supervisor", "role")])
def test_a_view_that_forgets_the_audit_leaves_a_line_all_the_same(world, who, ground):
    """C11, C12: the door itself remembers, and says which permission under which grant."""
    member = getattr(world.stx, who)
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
    assert world.client(member).get(reverse("silent", args=[case.number])).status_code == 200
    with world.acting(member):
        line = AuditLine.objects.get(verb="view", actor_id=member.pk)
    assert line.subject_id == case.pk and line.permission == f"view_case by {ground}"
    assert line.details == {"state": "open"} and line.role == who and line.address == "127.0.0.1"


def test_the_report_on_a_record_says_why_they_could(world):
    """C11, C12: who opened it, and under which grant: their own, or their role's."""
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
    for member in (world.stx.advocate, world.stx.supervisor):
        world.client(member).get(reverse("view_case", args=[case.number]))
    page = world.client(world.stx.administrator).get(reverse("access_report"), {"record": case.number})
    page = page.content.decode()
    assert "view case, given to them by name" in page and "view case, given to their role" in page
    assert "Assigned advocate from" in page and "Supervisor: sees all records here" in page
    assert "Printed by" in page and "Bluebird" not in page


def test_one_look_is_one_line(world):
    """C11: what a view says itself is not said twice by the door."""
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
    world.client(world.stx.advocate).get(reverse("view_case", args=[case.number]))
    with world.acting(world.stx.advocate):
        assert AuditLine.objects.filter(verb="view", subject_id=case.pk).count() == 1
        assert not AuditLine.objects.filter(verb="list").exists()


def test_the_words_of_a_search_are_keyed(world):
    """C11: the line has tokens of the words that only the organization's key makes, and no word."""
    with world.acting(world.stx.advocate):
        open_case(world.stx.advocate)
    world.client(world.stx.advocate).get(reverse("find"), {"q": "Bluebird"})
    with world.acting(world.stx.advocate):
        line = AuditLine.objects.get(verb="search")
        assert "bluebird" not in str(line.details).lower() and line.details["terms"]
        assert line.details["found"] == 1
