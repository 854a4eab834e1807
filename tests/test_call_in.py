"""Several people come: whom the desk calls in, who answers, who is on the way; nobody else learns of it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orgs.models import AuditLine
from referrals.models import CallIn
from tests.makers.referral import acknowledged, sent


def test_the_desk_writes_down_who_was_called_in_and_the_agency_learns_nothing(world):
    """R3: not a row, not a line, not a byte of the packet's page changes for whoever sent the notice."""
    referral, _none = acknowledged(world, group=True)
    officer, desk = world.client(world.officer), world.client(world.stx.intake_worker)
    before = officer.get(referral.get_absolute_url()).content
    assert "Call advocates in…" in desk.get(referral.get_absolute_url()).content.decode()
    address = reverse("call_in_referral", args=[referral.reference])
    page = desk.get(address).content.decode()
    assert "Advocate (invented)" in page and "0 open cases" in page and 'href="tel:+13405550199"' in page
    said = {"member": str(world.stx.advocate.pk), "answer": "no_answer"}
    assert "Choose" in desk.post(address, {**said, "answer": ""}).content.decode()
    for answer in ("no_answer", "on_the_way"):
        assert desk.post(address, {**said, "answer": answer}).status_code == 302
    page = desk.get(address).content.decode()
    assert "1 is on the way" in page and "No answer" in page and "called by Intake Worker" in page
    stranger = {**said, "member": str(world.stt.advocate.pk)}
    assert desk.post(address, stranger).status_code == 200
    with world.acting(world.stx.supervisor):
        assert [call.answer for call in CallIn.objects.all()] == ["on_the_way", "no_answer"]
        assert AuditLine.objects.filter(verb="call_in", subject_id=referral.pk).count() == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            CallIn.objects.update(answer="perhaps")
    assert officer.get(address).status_code == 403
    for member in (world.stx.advocate, world.stt.supervisor, world.stx.administrator):
        assert world.client(member).get(address).status_code == 404
    for member in (world.officer, world.stt.supervisor):
        with world.acting(member):
            assert not CallIn.objects.exists() and not AuditLine.objects.filter(verb="call_in").exists()
    assert strip(officer.get(referral.get_absolute_url()).content) == strip(before)


def strip(page):
    """A page without what is new in each answer."""
    return [line for line in page.splitlines() if b"csrf" not in line]


def test_only_for_a_group_notice_that_was_read_is_anybody_called_in(world):
    packet, _intake = acknowledged(world)
    unread = sent(world, group=True)
    desk = world.client(world.stx.intake_worker)
    for referral in (packet, unread):
        assert desk.get(reverse("call_in_referral", args=[referral.reference])).status_code == 409
