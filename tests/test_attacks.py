"""What went wrong in systems like this, tried here. Doors themselves are in `test_permissions.py`."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from cases.models import Case, Note, Person, Wall
from orgs import clock
from orgs.models import AuditLine, DutyShift, PublishedKey, Unit
from orgs.tenancy import TenantModel, acting_for
from referrals.models import Intake, Referral
from tests.makers import handoff as handoffs
from tests.makers.case import a_followup, a_person, a_plan, active_release, open_case
from tests.makers.every import NOBODY, build
from tests.makers.intake import a_walk_in, assigned
from tests.makers.referral import ANSWERS, draft, sent

READS = ("view", "list", "search", "print", "match", "view_members", "view_audit", "open_snapshot")


def acts(*members):
    """How many lines that are no reading the audit of these members' organizations holds."""
    total = 0
    for member in members:
        with acting_for(member.organization_id):
            mine = AuditLine.objects.filter(organization=member.organization_id, outcome="done")
            total += mine.exclude(verb__in=READS).exclude(verb__startswith="view").count()
    return total


def case_of(world, **terms):
    with world.acting(world.stx.advocate) as advocate:
        return open_case(advocate, **terms)


# Ids guessed in forms


def foreign_ids(world):
    """(who tries, URL, what is sent): each names something that is not of the sender's organization."""
    stx, stt = world.stx, world.stt
    case, theirs = case_of(world), None
    with world.acting(stt.advocate):
        theirs = open_case(stt.advocate, island="STT")
        foreign_wall = Wall.build(theirs.person, stt.colleague, actor=stt.advocate, reason="other")
    with world.acting(stx.intake_worker) as desk:
        intake = a_walk_in(desk)
        handed = assigned(desk, stx.advocate, alias="Heron")
    packet = sent(world)
    acknowledged = handoffs.acknowledged(world)
    unit = Unit.objects.filter(organization=stt.organization).first()
    police = Unit.objects.filter(organization=world.vipd.organization).first().name
    shift = {"weekdays": ["1"], "starts": "09:00", "ends": "10:00"}
    terms = {
        "categories": ["SAFETY"],
        "purpose": "A move",
        "method": "system",
        "language": "en",
        "ends_on": (clock.today() + timedelta(days=9)).isoformat(),
    }
    of_case, of_intake = [case.number], [intake.number]
    return [
        (stx.supervisor, "assign_case", of_case, {"to": stt.advocate.pk, "how": "direct", "reason": "load"}),
        (stx.supervisor, "assign_case", of_case, {"to": stx.intake_worker.pk, "how": "ask"}),
        (stx.advocate, "restrict_case", of_case, {"member": stt.advocate.pk, "reason": "other"}),
        (stx.advocate, "lift_wall", [case.number, foreign_wall.pk], {}),
        (stx.advocate, "draft_release", of_case, {**terms, "to": f"{stx.organization.pk}:Shelter desk"}),
        (stx.advocate, "draft_release", of_case, {**terms, "to": f"{NOBODY}:"}),
        (stx.advocate, "draft_release", of_case, {**terms, "to": f"{stt.organization.pk}:{police}"}),
        (stx.intake_worker, "triage_intake", of_intake,
         {"found": "yes", "walled": [stt.advocate.pk], "reason": "other", "priority": "standard"}),
        (stx.intake_worker, "find_duplicate_intake", of_intake, {"which": "I-0404"}),
        (stx.intake_worker, "link_case_intake", [handed.number], {"which": "C-0404"}),
        (stx.supervisor, "assign_intake", [handed.number], {"to": stt.advocate.pk}),
        (stx.supervisor, "reroute_referral", [packet.reference], {"to": "vipd", "reason": "other_service"}),
        (stt.supervisor, "accept_handoff", [acknowledged.reference], {"advocate": stx.advocate.pk}),
        (stt.supervisor, "pass_on_handoff", [acknowledged.reference], {"member": stx.advocate.pk}),
        (stx.supervisor, "pass_on_handoff", [acknowledged.reference], {"member": stt.advocate.pk}),
        (stx.administrator, "change_member", [stx.advocate.pk], {"role": "advocate", "unit": unit.pk}),
        (stx.administrator, "change_member", [stx.advocate.pk], {"role": "officer", "unit": ""}),
        (stx.administrator, "add_shift", [], {**shift, "user": stt.intake_worker.pk}),
        (stx.administrator, "invite_member", [],
         {"email": "n@stx.test", "name": "N", "role": "advocate", "unit": unit.pk}),
        (world.vipd.administrator, "invite_member", [],
         {"email": "n@vipd.test", "name": "N", "role": "advocate", "unit": ""}),
        (stx.advocate, "engage_intake", [handed.number],
         {"way": "call", "at": (clock.now() - timedelta(hours=9)).isoformat()[:16], "by": stt.advocate.pk}),
        (stx.supervisor, "move_caseload", [],
         {"leaver": stt.advocate.pk, "to": [stx.advocate.pk], "reason": "leaving"}),
        (stx.supervisor, "move_caseload", [],
         {"leaver": stx.advocate.pk, "to": [stt.advocate.pk], "reason": "leaving"}),
        (world.vipd.partner, "begin_referral", [], {"notice": packet.reference}),
    ]  # fmt: skip


def test_what_is_of_another_organization_cannot_be_named_in_a_form(world):
    """R8, C10: an id that was guessed is no choice; nothing is done and nothing breaks."""
    for member, name, args, data in foreign_ids(world):
        client, before = world.client(member), acts(member)
        answer = client.post(reverse(name, args=args), data)
        assert answer.status_code in (200, 404), (name, answer.status_code, data)
        assert acts(member) == before, (name, data)


def test_an_id_of_others_and_one_of_nobody_get_the_same_page(world):
    """R6: a form does not tell whether a guessed member, unit or number exists elsewhere."""
    case, stx, stt = case_of(world), world.stx, world.stt
    with world.acting(stt.advocate):
        theirs = open_case(stt.advocate, island="STT")
        Case.objects.filter(pk=theirs.pk).update(number="C-0404")
    with world.acting(stx.intake_worker) as desk:
        intake = a_walk_in(desk)
    tries = [
        (stx.supervisor, "assign_case", [case.number], "to", stt.advocate.pk, NOBODY),
        (stx.advocate, "restrict_case", [case.number], "member", stt.advocate.pk, NOBODY),
        (stx.intake_worker, "link_case_intake", [intake.number], "which", "C-0404", "C-0909"),
        (stx.administrator, "add_shift", [], "user", stt.intake_worker.pk, NOBODY),
        (stx.supervisor, "add_duty_change", [], "user", stt.intake_worker.pk, NOBODY),
        (stx.supervisor, "add_duty_change", [], "instead_of", stt.intake_worker.pk, NOBODY),
        (stx.administrator, "change_member", [stx.advocate.pk], "unit",
         Unit.objects.filter(organization=stt.organization).first().pk, NOBODY),
    ]  # fmt: skip
    for member, name, args, field, foreign, nobody in tries:
        client, url = world.client(member), reverse(name, args=args)
        pages = [plain(client.post(url, {field: value}), value) for value in (foreign, nobody)]
        assert pages[0] == pages[1], name


def plain(answer, *words):
    """A page without its tokens, times and these words."""
    page = answer.content.decode()
    page = re.sub(r'name="(csrfmiddlewaretoken|form_id)" value="[\w-]+"|datetime="[^"]+"', "", page)
    for word in words:
        page = page.replace(str(word), "WORD")
    return page


def test_a_name_that_others_have_is_free_here(world):
    """R6: no constraint across organizations answers "taken", so none tells what is there."""
    taken = Unit.objects.filter(organization=world.vipd.organization).first().name
    client = world.client(world.stx.administrator)
    assert client.post(reverse("add_unit"), {"name": taken, "island": "STX"}).status_code == 302


def test_numbers_are_counted_inside_each_organization(world):
    """R6, R8: how many cases or intakes others have is not to be read from one's own numbers."""
    for _ in range(3):
        case_of(world)
    with world.acting(world.stt.advocate):
        assert open_case(world.stt.advocate, island="STT").number == "C-0001"


# A permission that outlives what gave it


def test_a_case_is_gone_for_whoever_had_it_with_the_next_request(world):
    """C10: reassigned, the page that was open a moment ago answers as if it had never been."""
    case, client = case_of(world), world.client(world.stx.advocate)
    with world.acting(world.stx.advocate) as advocate:
        followup = a_followup(case, advocate)
    assert client.get(case.get_absolute_url()).status_code == 200
    with world.acting(world.stx.supervisor) as supervisor:
        case.offer(world.stx.colleague, actor=supervisor, directed=True, reason="load")
    assert client.get(case.get_absolute_url()).status_code == 404
    assert client.post(reverse("write_note", args=[case.number]), {"text": "late"}).status_code == 404
    done = reverse("complete_followup", args=[followup.pk])
    assert client.post(done, {"outcome": "done"}).status_code == 404
    assert world.client(world.stx.colleague).get(case.get_absolute_url()).status_code == 200


def test_a_wall_holds_from_the_next_request(world):
    """R42: also for a supervisor in the middle of a form."""
    case, client = case_of(world), world.client(world.stx.second_supervisor)
    assert client.get(reverse("write_note", args=[case.number])).status_code == 200
    with world.acting(world.stx.advocate) as advocate:
        Wall.build(case.person, world.stx.second_supervisor, actor=advocate, reason="other")
    assert client.post(reverse("write_note", args=[case.number]), {"text": "late"}).status_code == 404
    with world.acting(world.stx.advocate):
        assert not Note.objects.exists()


def test_a_changed_role_opens_nothing_of_before(world):
    """R12, C10: a supervisor who becomes an administrator finds no record from the next request on."""
    case, client = case_of(world), world.client(world.stx.second_supervisor)
    assert client.get(case.get_absolute_url()).status_code == 200
    with world.acting(world.stx.administrator) as administrator:
        world.stx.second_supervisor.change(role="administrator", unit=None, actor=administrator)
    answer = client.get(case.get_absolute_url())
    assert answer.status_code == 404 or "sign-in" in answer.headers.get("Location", "")


def test_a_closed_account_gets_the_sign_in_page(world):
    """C9: the session that is open is worth nothing any more."""
    client = world.client(world.stx.colleague)
    assert client.get(reverse("caseload")).status_code == 200
    with world.acting(world.stx.administrator) as administrator:
        world.stx.colleague.deactivate(actor=administrator)
    assert "sign-in" in client.get(reverse("caseload")).url


def test_a_snapshot_shuts_with_its_release(world):
    """R20, R27: taken back there, shut here, on the very next request."""
    handoff = handoffs.acknowledged(world)
    client = world.client(world.stt.supervisor)
    url = reverse("open_snapshot_handoff", args=[handoff.reference])
    assert client.get(url).status_code == 200
    with world.acting(world.stx.advocate) as advocate:
        handoff.own_file().release.revoke(actor=advocate)
    assert client.get(url).status_code == 409


# Pressed twice, in two tabs, too late


def test_pressing_twice_does_it_once(world):
    """R4: one packet, one intake, one case; the second press changes nothing."""
    packet = draft(world)
    officer, desk = world.client(world.officer), world.client(world.stx.intake_worker)
    for _ in range(2):
        assert officer.post(reverse("send_referral", args=[packet.reference]), {}).status_code == 302
    for _ in range(2):
        assert desk.post(reverse("acknowledge_referral", args=[packet.reference])).status_code == 302
    with world.acting(world.stx.intake_worker):
        assert Intake.objects.count() == 1
        intake = build(world, "intake", "engaged").record
    client = world.client(world.stx.advocate)
    answers = [client.post(reverse("open_case_intake", args=[intake.number])).status_code for _ in range(2)]
    assert answers == [302, 409]
    followup = build(world, "followup", "scheduled").record
    url = reverse("complete_followup", args=[followup.pk])
    assert [client.post(url, {"outcome": "done"}).status_code for _ in range(2)] == [302, 409]


def test_a_stale_form_does_not_undo_what_was_decided(world):
    """A page left open in another tab is answered with how things stand now."""
    handoff = handoffs.submitted(world)
    edit = reverse("edit_handoff", args=[handoff.reference])
    facts = {"adults": "9", "children": "0", "needs_codes": ["talk"], "island": "STT", "priority": "standard"}
    assert world.client(world.stx.advocate).post(edit, facts).status_code == 409
    packet = sent(world)
    step = reverse("edit_referral", args=[packet.reference, 2])
    assert world.client(world.officer).post(step, {"priority": "standard"}).status_code == 409
    with world.acting(world.officer):
        assert Referral.objects.get(pk=packet.pk).priority == ANSWERS["priority"]


def test_a_form_without_our_token_does_nothing(world):
    """Another site's page cannot press our buttons."""
    case, member = case_of(world), world.client(world.stx.advocate)
    foreign = Client(enforce_csrf_checks=True)
    foreign.cookies = member.cookies
    assert foreign.post(reverse("write_note", args=[case.number]), {"text": "x"}).status_code == 403
    with world.acting(world.stx.advocate):
        assert not Note.objects.exists()


# Ways out


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "/%0d%0aLocation:https://evil.example",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_redirect_parameter_leaves_the_site(world, elsewhere):
    followup = build(world, "followup", "scheduled").record
    client = world.client(world.stx.advocate)
    answers = [
        Client().post(reverse("notice"), {"accepted": "on", "next": elsewhere}),
        client.post(reverse("complete_followup", args=[followup.pk]), {"outcome": "done", "back": elsewhere}),
        client.post(reverse("unlock"), {"passphrase": "x", "next": elsewhere}),
        client.post(reverse("lock"), headers={"Referer": elsewhere}),
    ]
    for answer in answers:
        if answer.status_code == 302:
            assert answer.url.startswith("/") and not answer.url.startswith(("//", "/\\")), answer.url
            assert "\n" not in answer.url


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Host", "Forwarded"])
def test_no_host_header_is_believed(settings, header):
    settings.ALLOWED_HOSTS = ["causeway.example"]
    headers = {"Host": "causeway.example", header: "evil.example"}
    answer = Client().get("/sign-in/", headers=headers)
    assert answer.status_code == 400 or "evil.example" not in answer.headers.get("Location", "")
    assert b"evil.example" not in answer.content


# What is typed


NASTY = {
    "html": '<script>alert(1)</script><img src=x onerror=alert(1)>"><b>',
    "template": "{{ request.user.password }}{% csrf_token %}",
    "direction": "Blue\u202ebird\u2066x\u2069",
    "unseen": "Blue\u200b\u200dbird\ufeff",
    "long": "b" * 119,
}


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(name for name, _value in attrs)))


@pytest.mark.parametrize("name", NASTY)
def test_a_name_is_text_and_nothing_else(world, name):
    """A name in HTML is shown as it was typed; what nobody can see in it is not kept."""
    case, client = case_of(world), world.client(world.stx.advocate)
    pages = [case.get_absolute_url(), reverse("caseload"), reverse("find") + "?q=Blue", reverse("today")]
    said = {"alias": NASTY[name], "age_group": "adult"}
    assert client.post(reverse("correct_person", args=[case.number]), said).status_code == 302
    with world.acting(world.stx.advocate):
        kept = Person.objects.get(pk=case.person_id).alias
    assert not set(kept) & set("\u202e\u2066\u2069\u200b\u200d\ufeff")
    for url in pages:
        page = client.get(url).content.decode()
        tags = Tags(page).found
        assert not [
            tag for tag, attrs in tags if "onerror" in attrs or (tag == "script" and "src" not in attrs)
        ]
        assert "csrf_token" not in page.replace("{% csrf_token %}", "")


def test_a_null_byte_is_refused_and_breaks_nothing(world):
    """In a field, in a query and in an address."""
    case, client = case_of(world), world.client(world.stx.advocate)
    for name, field in (("correct_person", "alias"), ("write_note", "text"), ("assign_case", "to")):
        answer = client.post(reverse(name, args=[case.number]), {field: "a\x00b"})
        assert answer.status_code in (200, 302), name
    for query in ("find?q=%00", "find?q=a%00b", "caseload?advocate=%00", "caseload?after=%00_x", "handoffs"):
        path, _mark, rest = query.partition("?")
        assert client.get(f"{reverse(path)}?{rest}").status_code == 200, query
    officer = world.client(world.officer)
    assert officer.get(reverse("my_referrals") + "?q=%00&before=%00").status_code == 200


def test_an_address_of_any_shape_is_a_page_that_is_not_there(world):
    """R6: a null byte, a mark of direction or far too many signs in an address are no error."""
    client = world.client(world.stx.supervisor)
    keys = ("%00", "C-%00", "%E2%80%AE", "'--", "..%2f..", "%ff", "C" * 5000)
    for path in (
        "/cases/{}/",
        "/referrals/{}/",
        "/referrals/{}/acknowledge/",
        "/intakes/{}/",
        "/handoffs/{}/",
    ):
        for key in keys:
            method = client.post if path.endswith("acknowledge/") else client.get
            assert method(path.format(key)).status_code == 404, (path, key[:20])
    assert Client().get("/invitation/%00/").status_code == 404


def test_ten_megabytes_are_turned_away(world):
    case, client = case_of(world), world.client(world.stx.advocate)
    answer = client.post(reverse("write_note", args=[case.number]), {"text": "x" * 10_000_000})
    assert answer.status_code in (200, 400, 413)
    many = {f"f{number}": "" for number in range(5000)}
    assert client.post(reverse("write_note", args=[case.number]), many).status_code in (200, 400, 413)
    with world.acting(world.stx.advocate):
        assert not Note.objects.exists()


# Lists and counts


LISTS = {
    "supervisor": "caseload inbox intakes handoffs review board today find move_caseload".split(),
    "advocate": "caseload intakes handoffs today find".split(),
    "intake_worker": "inbox intakes handoffs find duty_desk".split(),
    "administrator": ("members",),
}


def pages(world, members):
    found = {}
    for member in members:
        client = world.client(member)
        for name in LISTS[member.role]:
            query = "?q=Bluebird" if name == "find" else ""
            found[member.name, name] = plain(client.get(reverse(name) + query))
    return found


def test_nothing_that_another_house_does_moves_a_list_or_a_count_here(world):
    """R3, R8: pages, badges and numbers of St. Thomas are the same before and after St. Croix works."""
    stt = world.stt
    members = [stt.supervisor, stt.advocate, stt.intake_worker]
    world.hold(world.now)
    before = pages(world, members)
    case = case_of(world)
    with world.acting(world.stx.advocate) as advocate:
        a_followup(case, advocate, hours=1)
        active_release(case, world.vipd.organization, advocate)
        assigned(world.stx.intake_worker, advocate)
    sent(world)
    assert pages(world, members) == before


def test_nothing_behind_a_wall_moves_a_list_or_a_count(world):
    """R42: not the caseload, not the load of others, not a badge; the walled find what was there before."""
    walled, advocate = world.stx.second_supervisor, world.stx.advocate
    other = world.stx.supervisor
    world.hold(world.now)  # pages say what time it is
    before, theirs = pages(world, [walled]), pages(world, [other])
    with world.acting(advocate):
        person = a_person(advocate)
        Wall.build(person, walled, actor=advocate, reason="knows_person")
        case = open_case(advocate, person=person)
        a_plan(person, advocate)
        a_followup(case, advocate, hours=1)
        case.request_closure("goals_met", actor=advocate)
        case.offer(world.stx.colleague, actor=advocate)
    after = pages(world, [walled])
    for name in before:
        assert before[name] == after[name], name
    moved = pages(world, [other])
    assert {"board", "caseload", "find"} <= {
        list_ for who, list_ in moved if moved[who, list_] != theirs[who, list_]
    }


# Nobody's tenant


def test_a_task_without_a_tenant_sees_no_row_of_any_table(world):
    """A task that forgot whom it acts for finds nothing, in every table of an organization."""
    handoffs.accepted(world)
    sent(world)
    with world.acting(world.stx.intake_worker):
        assert DutyShift.objects.exists() and Case.objects.exists()
    with acting_for(None):
        tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
        assert len(tables) > 15
        for model in tables:
            if model not in (Unit, PublishedKey):  # a directory that everybody reads
                assert not model._base_manager.exists(), model


def test_whoever_worked_last_leaves_no_tenant_behind(world):
    """The organization of one request or task is not the next one's."""
    from orgs import tenancy

    world.client(world.stx.advocate).get(reverse("caseload"))
    assert tenancy.current.get() is None
    with world.acting(world.stx.advocate):
        pass
    assert tenancy.current.get() is None


def test_every_view_of_ours_asks_who_is_there():
    """No view opens to everybody except the five of the way in."""
    from config.permission_table import OPEN

    entries, free = list(get_resolver().url_patterns), set()
    while entries:
        entry = entries.pop()
        entries += getattr(entry, "url_patterns", ())
        if hasattr(entry, "callback") and not getattr(entry.callback, "login_required", True):
            free.add(entry.name)
    assert free <= OPEN
