"""What Causeway has no way of doing: writing to a victim, feeding a shared system, rating officers.

There is no line of code that could be taken out for these. The tests look at every place from which something
could leave, and hold the list of them, so that a new one is a decision.
"""

import ast
import re

import pytest
from django.apps import apps
from django.core import mail
from django.core.mail import EmailMessage
from django.db import models
from django.urls import reverse

from cases.models import Person, SafeContactPlan
from orgs import outbox, reminders, yearly
from orgs.models import Invitation, Organization, OutboxMessage, User
from orgs.tenancy import acting_for
from tests.makers.case import open_case
from tests.makers.referral import acknowledged, sent
from tests.servers import ROOT
from tests.test_permissions import urls

ROOMS = ("config", "orgs", "cases", "referrals")
VICTIMS_MAIL, VICTIMS_PHONE = "marisol@example.test", "+13405550142"


def sources():
    """Every file of the product: (path from the root, syntax tree)."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(tree):
    """The names of the modules, and of what is taken from them, that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)


# R39


def test_mail_leaves_from_one_place_alone():
    """R39: one function makes a mail, and only of a row of the outbox; nothing else imports the means to."""
    means = ("django.core.mail", "smtplib", "email.mime", "anymail")
    users = {path for path, tree in sources() if any(name.startswith(means) for name in imported(tree))}
    assert users == {"orgs/outbox.py"}
    makers = [
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("EmailMessage", "EmailMultiAlternatives")
    ]
    assert makers == ["orgs/outbox.py"]


def test_a_mail_goes_to_a_member_or_to_somebody_who_is_invited():
    """R39: a row of the outbox points at a member; an address is written into one by the invitation alone."""
    recipient = OutboxMessage._meta.get_field("recipient")
    assert recipient.related_model is User
    addresses = {
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "address"
        and any(call for call in ast.walk(tree) if isinstance(call, ast.Call) and node in call.keywords
                and "OutboxMessage" in ast.unparse(call.func))
    }  # fmt: skip
    assert addresses == {"orgs/models/invitation.py"}
    filled = re.compile(r"INSERT INTO \S*orgs_outboxmessage.*?FROM fired", re.DOTALL)
    statements = [
        path.read_text() for path in (ROOT / "orgs").rglob("*.py") if "INSERT INTO" in path.read_text()
    ]
    claims = [found[0] for text in statements for found in filled.finditer(text)]
    assert claims and all("who, '', ''," in claim for claim in claims)  # recipient, no address, no link


def test_nothing_that_is_known_of_a_person_is_an_address_for_mail():
    """R39: no column about a person holds an e-mail address; those that there are belong to staff."""
    holding = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for field in model._meta.concrete_fields
        if isinstance(field, models.EmailField) or "mail" in field.name
    }
    assert holding == {"orgs.User.email", "orgs.Invitation.email", "orgs.OutboxMessage.address"}


def test_no_program_for_text_messages_is_installed_or_set():
    """R39: neither a library nor a setting could send one."""
    words = ("twilio", "vonage", "nexmo", "messagebird", "plivo", "sinch", "clicksend", "telnyx", "pywebpush")
    for name in ("base.txt", "dev.txt"):
        packages = (ROOT / "requirements" / name).read_text().lower()
        assert not [word for word in words if word in packages]
    for path in (ROOT / "config" / "settings").glob("*.py"):
        assert not re.search(r"\bSMS\b|PHONE_BACKEND|TWILIO", path.read_text().upper()), path


def test_whatever_happens_to_a_person_they_get_no_mail(world):
    """R39: their address in every field of packet, intake and case, every clock rung: staff alone hear."""
    referral, _intake = acknowledged(world, phone=VICTIMS_PHONE, note=f"They write from {VICTIMS_MAIL}.")
    sent(world, alias=VICTIMS_MAIL)
    me = world.stx.advocate
    with world.acting(me):
        person = Person.enter(
            actor=me, name=VICTIMS_MAIL, alias=VICTIMS_MAIL, phone=VICTIMS_PHONE, island="STX"
        )
        SafeContactPlan.make(person, actor=me, ways=["email", "text"], reach_at=VICTIMS_MAIL)
        case = open_case(me, person=person, plan=False)
        case.log_contact(actor=me, way="email", outcome="reached", text=f"Wrote to {VICTIMS_MAIL}")
    staff = set()
    for organization in Organization.objects.all():
        with acting_for(organization.pk):
            staff |= set(User.objects.values_list("email", flat=True))
            staff |= set(Invitation.objects.values_list("email", flat=True))
    for _day in range(12):
        world.forward(days=3)
        for organization in Organization.objects.all():
            with acting_for(organization.pk):
                reminders.claim()
                while outbox.deliver():
                    pass
    assert len(mail.outbox) > 10
    for message in mail.outbox:
        assert type(message) is EmailMessage and message.recipients() and set(message.recipients()) <= staff
        assert VICTIMS_MAIL not in message.message().as_string()


# R45

# Every address whose answer leaves a file or a paper, and what it is. A new one is decided about here.
LEAVING = {
    "feed_calendar": "how many follow-ups are due when, for the member's own calendar",
    "export_audit": "lines of the audit, for the organization itself",
    "export_breach": "who saw what, for a breach",
    "print_disclosures": "the person's own ledger",
    "print_release": "a release, for the person",
    "print_mandatedreport": "a report that the law demands",
    "print_otiprequest": "a request that the law demands",
    "print_demand": "what a court was given",
    "print_referral": "a referrer's own packet",
    "print_summary_case": "a summary of a case for the person, or for the advocate's own use at a court",
    "print_card_referral": "numbers and a reference, for the person at a scene",
    "print_duty_desk": "who is on at the desk: names of staff",
    "print_campaign": "a poster for a wall",
    "save_square_campaign": "the square code of a poster",
    "print_snapshot_handoff": "a snapshot, under its release",
    "print_receipt_case": "who opened a case, for its supervisors, after the second factor",
    "print_receipt_intake": "the same of an intake",
    "print_access_report": "the same by number, for administrators",
}


def test_nothing_is_exported_to_a_shared_system():
    """R45: no address, task or command feeds another system, and what leaves as a file is on a list."""
    leaving = {
        name for name in urls() if re.match(r"(export|print|save|download|send_file|sync|feed)_", name)
    }
    leaving.discard("save_view")  # keeps how a member has filtered a list, and gives out nothing
    assert leaving == LEAVING.keys()
    for path, _tree in sources():
        assert "hmis" not in (ROOT / path).read_text().lower(), path
    names = {path.stem for room in ROOMS for path in (ROOT / room).glob("management/commands/*.py")}
    names.discard("make_push_key")  # for what wakes a member's device and carries nothing
    assert not {name for name in names if re.search(r"hmis|upload|push|sync", name)}


def test_no_code_talks_to_another_machine_but_the_servers_of_the_installation():
    """R45, R38: no client of the web, of files or of shells is imported, beside those that start the demo.

    What wakes a member's device has one request, a POST without a body.
    """
    clients = (
        "requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client", "ftplib", "paramiko",
        "telnetlib", "xmlrpc", "socket",
    )  # fmt: skip
    users = {
        path
        for path, tree in sources()
        if any(name == one or name.startswith(f"{one}.") for name in imported(tree) for one in clients)
    }
    assert users - {"orgs/push.py"} == {"config/devcache.py", "config/supervisor.py"}  # in the demo alone
    asks = [
        node for path, tree in sources() if path == "orgs/push.py" for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("request", "send", "putrequest")
    ]  # fmt: skip
    assert [ast.unparse(call.args[0]) for call in asks] == ["'POST'"]
    assert len(asks[0].args) == 2 and {one.arg for one in asks[0].keywords} == {"headers"}


# R47


def test_no_figure_is_counted_by_officer():
    """R47: neither what oversight reads nor what an organization counts knows who filed a packet."""
    from orgs import totals

    who = ("referrer", "officer", "badge", "unit_id", "made_by", "assigned_to", "actor")
    for text in (totals.SENT_IN, totals.TOTALS):
        assert not [word for word in who if word in text]
    for measure in yearly.MEASURES.values():
        assert not [word for word in who if word in f"{measure.code} {measure.at} {measure.where}"], (
            measure.name
        )


def test_no_query_groups_packets_by_who_filed_them():
    """R47: nobody asks for a count by referrer; a rate cannot be made of a figure that is never asked for."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (
                "values",
                "annotate",
                "aggregate",
            ):
                said = ast.unparse(node)
                named = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                assert not any(str(name).startswith("referrer") for name in named), f"{path}: {said}"


@pytest.mark.parametrize("who", ["officer", "unit_supervisor", "administrator"])
def test_no_page_of_an_agency_shows_a_rate(world, who):
    """R47: with packets of two officers in every standing, no page counts or compares what became of them."""
    for member in (world.vipd.officer, world.vipd.partner):
        for _ in range(3):
            acknowledged(world, by=member)
            sent(world, by=member)
    client = world.client(getattr(world.vipd, who))
    seen = 0
    for name in ("my_referrals", "organization_settings", "members", "purges", "account"):
        answer = client.get(reverse(name))
        if answer.status_code != 200:
            continue
        seen += 1
        page = re.sub(r"<[^>]+>", " ", answer.content.decode())
        assert "%" not in page and not re.search(r"\b[36] (of|out of) [36]\b|\brate\b|percent", page), name
    assert seen >= 2
