"""The figures beside the entries keep up while a page stands open, and nobody counts as being here for it."""

import re

from django.urls import reverse

from orgs.models import AuditLine
from orgs.words import local
from tests.browser import signed_in
from tests.makers.case import a_followup, open_case
from tests.signing import signed_in_client


def figures(answer):
    return re.findall(r'class="count[^"]*">(\w+)<', answer.content.decode())


def test_figures_keep_up_and_keep_no_screen_open(world):
    """C7, C8, C11: asked for each minute the session locks and ends when it would, and typed text waits."""
    me = world.stx.advocate
    world.hold(local(world.now).replace(hour=9, minute=0))
    client, url = signed_in_client(me, stays=False), f"{reverse('counts')}?at={reverse('today')}"
    page = client.get(reverse("today")).content.decode()
    assert f'data-ask="{url}"' in page
    shown = re.search(r"<nav class=\"nav\".*?>(<ul>.*?</ul>)</nav>", page, re.DOTALL)[1]
    assert client.get(url).content.decode() == shown and 'aria-current="page"' in shown
    with world.acting(me):
        case = open_case(me)
        a_followup(case, me, 1)
        lines = AuditLine.objects.count()
    seen = client.session["active_at"]
    assert figures(client.get(url)) == ["1"]
    for _minute in range(15):
        world.forward(minutes=1)
        answer = client.get(url)
    assert answer.status_code == 304 and not answer.content
    assert client.session["active_at"] == seen
    with world.acting(me):
        left = AuditLine.objects.exclude(verb="lock").count()
        assert left == lines, "a figure is no look at a record"
    late = client.post(reverse("mailbox"), {"how": "daily"}).content.decode()
    assert "Locked" in late and 'name="kept"' in late
    world.forward(hours=12)
    assert client.get(url).status_code == 304
    answer = client.post(reverse("mailbox"), {"how": "daily"})
    assert answer.status_code == 302 and client.session.get("kept")


def test_where_nothing_is_counted_nothing_is_asked_for(world):
    """R3: a referrer's page asks for nothing, and would get no figure."""
    client = world.client(world.officer)
    assert "data-ask" not in client.get(reverse("my_referrals")).content.decode()
    assert figures(client.get(reverse("counts"))) == []


def test_a_page_that_stands_open_shows_what_came_meanwhile(live, chromium):
    """The script asks once a minute, and not while somebody is among the entries with the keyboard."""
    me = live.world.stx.advocate
    page = signed_in(live, chromium, me)
    page.clock.install()
    page.goto("/account/mail/")
    with live.world.acting(me):
        a_followup(open_case(me), me, 0.001)
    page.locator(".nav a").first.focus()
    page.clock.run_for(61_000)
    page.wait_for_load_state("networkidle")
    assert page.locator(".nav .count").count() == 0
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(61_000)
    page.locator(".nav .count").first.wait_for()
    assert page.locator(".nav a").count() == 4 and page.locator(".nav nav").count() == 0
