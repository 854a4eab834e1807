"""The access receipt of a record: who opened it, and why they could, for those who answer for that."""

import io

import pytest
from django.db import transaction
from django.urls import reverse
from pypdf import PdfReader

from cases.models import Wall
from orgs import audit, receipts
from orgs.models import AuditLine
from tests.makers.case import break_glass, open_case
from tests.makers.intake import assigned


@pytest.fixture
def case(world):
    """A case of the advocate's, looked at by its advocate, a supervisor, and somebody in an emergency."""
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
    with world.acting(world.stx.colleague):
        break_glass(case, world.stx.colleague)
    for who in ("advocate", "advocate", "supervisor", "colleague"):
        world.client(getattr(world.stx, who)).get(reverse("view_case", args=[case.number]))
    return case


def addresses(case):
    """(page, paper) of a supervisor and of an administrator, with who asks."""
    args, asked = [case.number], f"?record={case.number}"
    return {
        "supervisor": (reverse("receipt_case", args=args), reverse("print_receipt_case", args=args)),
        "administrator": (reverse("access_report") + asked, reverse("print_access_report") + asked),
    }


def text_of(answer):
    """What a paper says, the breaks of its lines left out."""
    assert answer["Content-Type"] == "application/pdf" and "attachment" in answer["Content-Disposition"]
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("who", ["supervisor", "administrator"])
def test_it_says_who_and_why_they_could_in_words(world, case, who):
    """C12: assigned and since when, by their role, or by breaking the glass and for what reason."""
    page = world.client(getattr(world.stx, who)).get(addresses(case)[who][0])
    why = {one["name"]: " ".join(map(str, one["why"])) for one in page.context["people"]}
    assert why["Advocate (invented)"].startswith("assigned advocate from ")
    assert why["Supervisor (invented)"].startswith("supervisor: sees all records here")
    assert "broke the glass on" in why["Colleague (invented)"] and ": " in why["Colleague (invented)"]
    times = {one["name"]: one["times"] for one in page.context["people"]}
    assert times["Advocate (invented)"].startswith("opened it 2 times")
    said = page.content.decode()
    assert "UTC)" in said and "Bluebird" not in said and "340 555 0142" not in said


def test_times_are_of_the_islands_with_utc_beside(world):
    """C13: also where the two are on different days."""
    moment = world.now.replace(year=2026, month=3, day=4, hour=1, minute=30, second=5)
    assert receipts.when(moment) == "2026-03-03 21:30:05 (2026-03-04 01:30:05 UTC)"
    assert receipts.when(moment.replace(hour=13)) == "2026-03-04 09:30:05 (13:30:05 UTC)"


def test_the_paper_says_the_same_and_who_printed_it(world, case):
    """C20, C12: with the mark of who and when on each page, and the law; nothing of who the person is."""
    boss = world.stx.supervisor
    text = text_of(world.client(boss).get(addresses(case)["supervisor"][1]))
    for said in (f"Access receipt of {case.number}", "Assigned advocate from", "Broke the glass on",
                 f"Printed by {boss.name}, {boss.organization.name}", "34 U.S.C. 12291"):  # fmt: skip
        assert said in text, said
    assert "Bluebird" not in text and "All lines of the audit about it" in text


@pytest.mark.parametrize("who", ["supervisor", "administrator"])
def test_reading_and_printing_it_are_on_record_and_on_it(world, case, who):
    """C11: the next receipt shows who read the last one."""
    member, (page, paper) = getattr(world.stx, who), addresses(case)[who]
    client = world.client(member)
    client.get(page), client.get(paper)
    with world.acting(member):
        verbs = AuditLine.objects.filter(subject_label=case.number, actor_id=member.pk).order_by("sequence")
        verbs = list(verbs.values_list("verb", flat=True))
    expected = {"supervisor": ["view", "receipt", "print_receipt"],
                "administrator": ["view_access_report", "print_access_report"]}  # fmt: skip
    assert verbs == expected[who]
    assert member.name in [one["name"] for one in client.get(page).context["people"]]


@pytest.mark.parametrize("who", ["supervisor", "administrator"])
def test_a_paper_asks_for_the_second_factor_again(world, case, who):
    """C8: a receipt leaves the house."""
    client = world.client(getattr(world.stx, who))
    session = client.session
    session["second_factor_at"] -= 660
    session.save()
    answer = client.get(addresses(case)[who][1])
    assert answer.status_code == 302 and answer.url.startswith("/confirm/")
    with world.acting(world.stx.administrator):
        assert not AuditLine.objects.filter(verb__startswith="print_").exists()


def test_behind_a_wall_it_answers_as_for_a_number_that_nobody_has(world, case):
    """R42, R6: on the page, on the paper, and in the line that the asking leaves."""
    world.hold(world.now)  # the page says when it was asked for
    admin, boss = world.stx.administrator, world.stx.second_supervisor
    world.client(world.stx.supervisor).get(addresses(case)["supervisor"][0])
    with world.acting(world.stx.advocate):
        for member in (admin, boss):
            Wall.build(case.person, member, actor=world.stx.advocate, reason="other")
    client = world.client(admin)

    def asked(number):
        page = client.get(reverse("access_report"), {"record": number})
        return page.content.decode().replace(number, "C-?"), page.wsgi_request.reference

    (walled, one), (nobody, other) = asked(case.number), asked("C-9999")
    csrf = r'name="csrfmiddlewaretoken" value="[^"]+"'
    import re

    assert re.sub(csrf, "", walled).replace(one, "") == re.sub(csrf, "", nobody).replace(other, "")
    assert client.get(addresses(case)["administrator"][1]).url == reverse("access_report")
    for url in addresses(case)["supervisor"]:
        assert world.client(boss).get(url).status_code == 404
    with world.acting(admin):
        lines = AuditLine.objects.filter(actor_id=admin.pk, verb="view_access_report")
        assert set(lines.values_list("subject_label", flat=True)) == {""}


def test_an_advocate_does_not_read_who_looked(world, case):
    """C10: those who answer for access read it, and not those whose access it is about."""
    for url in addresses(case)["supervisor"]:
        assert world.client(world.stx.advocate).get(url).status_code == 403
        assert world.client(world.stt.supervisor).get(url).status_code == 404
    page = world.client(world.stx.advocate).get(reverse("view_case", args=[case.number])).content.decode()
    theirs = world.client(world.stx.supervisor).get(reverse("view_case", args=[case.number])).content.decode()
    assert "Who opened it" not in page and reverse("receipt_case", args=[case.number]) in theirs


def test_an_intake_has_one_too(world):
    """C12: who was asked to take it on, who took it, and the desk."""
    with world.acting(world.stx.intake_worker) as desk:
        intake = assigned(desk, world.stx.advocate)
    for who in ("advocate", "intake_worker"):
        world.client(getattr(world.stx, who)).get(reverse("view_intake", args=[intake.number]))
    client = world.client(world.stx.supervisor)
    here = client.get(reverse("view_intake", args=[intake.number])).content.decode()
    url = reverse("receipt_intake", args=[intake.number])
    assert url in here
    page = client.get(url).content.decode()
    assert "Assigned advocate from" in page and "At the desk: sees what arrives" in page
    assert "Assigned advocate from" in text_of(
        client.get(reverse("print_receipt_intake", args=[intake.number]))
    )


def test_a_long_receipt_is_cut_and_says_so(world, case, monkeypatch):
    """C12: the page by pages, the paper with the newest and how many there are."""
    with world.acting(world.stx.advocate), transaction.atomic():
        for _ in range(60):
            audit.write(world.stx.advocate, "view", case)
    monkeypatch.setattr(receipts, "PRINTED", 20)
    client, (page, paper) = world.client(world.stx.supervisor), addresses(case)["supervisor"]
    first = client.get(page)
    second = client.get(page + first.context["older_url"])
    shown = [line.sequence for answer in (first, second) for line in answer.context["lines"]]
    assert len(shown) == len(set(shown)) > 60
    text = text_of(client.get(paper))
    assert f"The newest 20 of {len(shown) + 2} lines" in text


def test_it_costs_the_same_however_long_it_is(world, case, django_assert_max_num_queries):
    with world.acting(world.stx.advocate), transaction.atomic():
        for _ in range(60):
            audit.write(world.stx.advocate, "view", case)
    client = world.client(world.stx.supervisor)
    with django_assert_max_num_queries(24):
        client.get(addresses(case)["supervisor"][0])
