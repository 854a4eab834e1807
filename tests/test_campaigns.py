"""Posters with a code: counted by month without anything about who came, and nothing tells of a code."""

import random
import re
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs import reach, suppression
from orgs.calendar import ISLANDS
from orgs.models import AuditLine, Organization
from orgs.record import IllegalMove
from orgs.tenancy import acting_for
from referrals import campaigns
from referrals.models import Campaign
from referrals.models.campaign import NoCodeLeft
from tests.makers.campaign import TERMS, a_campaign, come

OCTOBER, NOVEMBER, DECEMBER = (datetime(2026, month, 10, 9, tzinfo=ISLANDS) for month in (10, 11, 12))


def made(world, house="stx", **terms):
    with world.acting(getattr(world, house).administrator) as administrator:
        return a_campaign(administrator, **terms)


def months(world, house="stx"):
    with acting_for(getattr(world, house).organization.pk), transaction.atomic():
        return list(reach.months())


def shown(world, *ours):
    """What is told of the last whole month: (all, [of each campaign])."""
    (month, *_older) = months(world)
    return month.total, [month.by_campaign[one.pk] for one in ours]


def test_a_poster_is_counted_when_its_month_is_over(world):
    """R46: twelve came by one poster in November; in December that can be read, and not before."""
    world.hold(NOVEMBER)
    poster = made(world)
    come(poster.code, 12)
    assert months(world) == []
    world.hold(DECEMBER)
    assert shown(world, poster) == (None, [10])
    page = world.client(world.stx.administrator).get(reverse("campaigns")).content.decode()
    assert "November 2026" in page and re.search(r'<td class="n">10</td>', page) and "whole tens" in page
    assert "underreport" not in page and "A low figure is no sign" in page  # R48, in plain words


@pytest.mark.parametrize(
    "came", [(0,), (10,), (11,), (30, 4), (30, 4, 5), (12, 13, 1), (11, 11, 11), (9, 2), (400, 10, 0, 12)]
)
def test_small_figures_are_hidden_and_cannot_be_worked_out(world, came):
    """R46: by the same rule as all numbers, for one and for several posters beside their total."""
    world.hold(NOVEMBER)
    with world.acting(world.stx.administrator) as administrator:
        ours = [a_campaign(administrator, name=str(n)) for n in range(len(came))]
    for one, times in zip(ours, came, strict=True):
        counted_times(world, one, times)
    world.hold(DECEMBER)
    total, counts = shown(world, *sorted(ours, key=lambda one: one.pk))
    by_rule, of_all = suppression.suppress(list(came), suppression.SMALLEST)
    assert counts == [tens(count) for count in by_rule]
    assert total == (tens(of_all) if len(by_rule) - by_rule.count(None) > 1 else None)


def tens(count):
    return count and count // 10 * 10


@pytest.mark.parametrize("own", [(11,), (11, 11), (12, 25), (11, 11, 11), (30, 30, 30)])
def test_whoever_opens_posters_of_their_own_cannot_subtract_them(world, own):
    """R46: whatever somebody adds themselves, one hidden figure and another give the same page."""
    pages = set()
    for theirs in (3, 4):
        with transaction.atomic():
            world.hold(NOVEMBER)
            with world.acting(world.stx.administrator) as administrator:
                ours = [a_campaign(administrator, name=str(n)) for n in range(len(own) + 1)]
            for one, times in zip(ours, (theirs, *own), strict=True):
                counted_times(world, one, times)
            world.hold(DECEMBER)
            total, counts = shown(world, *ours)
            pages.add((total, *counts))
            assert counts[0] is None
            transaction.set_rollback(True)
    assert len(pages) == 1


def counted_times(world, one, times):
    """As `come`, without a page each."""
    with acting_for(world.stx.organization.pk), transaction.atomic(), connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute("SELECT count_reach(%s)", [one.found_by])


def test_a_poster_that_hangs_later_changes_no_month_that_was_told(world):
    """R46: nothing that an administrator makes or ends gives a second sum of a month that is over."""
    world.hold(OCTOBER)
    first, second = made(world), made(world, word="FERRY")
    third = made(world, word="MARKET")
    come(first.code, 12)
    come(second.code, 13)
    come(third.code, 14)
    world.hold(NOVEMBER)
    before = months(world)
    made(world, word="CLINIC")
    with world.acting(world.stx.administrator) as administrator:
        second.end(actor=administrator)
    assert months(world) == before and before[0].total == 30
    assert set(before[0].by_campaign.values()) == {10}
    world.hold(DECEMBER)
    assert months(world)[1] == before[0]


def test_the_program_can_read_and_change_no_count(world):
    """R46: the figures lie where no page, query or mistake of a page can reach them."""
    poster = made(world)
    come(poster.code, 2)
    for statement in (
        "SELECT * FROM referrals_campaigncount",
        "UPDATE referrals_campaigncount SET number = 100",
        "DELETE FROM referrals_campaigncount",
        "UPDATE referrals_campaign SET made_at = now() - interval '1 year'",
        "UPDATE referrals_campaign SET found_by = 'OTHER'",
        "DELETE FROM referrals_campaign",
    ):
        with world.acting(world.stx.administrator), pytest.raises(DatabaseError, match="permission denied"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


ADDRESSES = ("/p/{}", "/p/{}/", "/p/es/{}", "/p/ht/write/{}")


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_tells_whether_there_is_a_code(world, address):
    """R6, R40: right, wrong and ended: the same bytes, after the same work, and then the page itself."""
    right, over = made(world), made(world, word="FERRY")
    with world.acting(world.stx.administrator) as administrator:
        over.end(actor=administrator)
    come(right.code)  # the first of a month makes a row; one for wrong codes is there then too
    answers, work = [], []
    for code in (right.code, right.code.lower(), over.code, "AIRPORT99", "Nobody7", "x1y2", "no code", "%00"):
        with CaptureQueriesContext(connection) as queries:
            answers.append(Client().get(address.format(code)))
        work.append([re.sub(r"'[^']*'|\"s[\w]+\"", "?", query["sql"]) for query in queries])
    assert len({(one.status_code, one.content, tuple(sorted(headers(one)))) for one in answers}) == 1
    assert all(one == work[0] for one in work) and any("count_reach" in sql for sql in work[0])
    first = answers[0]
    assert first.status_code == 302 and not first.content and not first.cookies
    assert first["Cache-Control"] == "no-store" and first["Referrer-Policy"] == "no-referrer"
    page = Client().get(first.url)
    assert page.status_code == 200 and first.url == re.sub("^/p/$", "/p/en/", re.sub("[^/]*/?$", "", address))
    assert right.code not in first.url and b"AIRPORT" not in page.content


def headers(answer):
    return [(name, value) for name, value in answer.headers.items() if name != "Expires"]


def counted(world, poster):
    """How many are counted in November: twenty, less those who come now until twenty are shown."""
    for more in range(21):
        world.hold(DECEMBER)
        if months(world)[0].by_campaign[poster.pk] == 20:
            return 20 - more
        world.hold(NOVEMBER)
        counted_times(world, poster, 1)


def test_what_is_read_from_a_wall_counts_however_it_is_typed(world):
    """Small letters, and signs that look alike, are one code; only looking is nobody; to reload neither."""
    world.hold(NOVEMBER)
    poster = made(world, word="AIRPOOL")
    one = poster.code[-1]
    for typed in (f"AIRPOOL{one}", f"airpool{one}", f"A1rp00L{one}", f"AlRPO0I{one}"):
        come(typed)
    Client().head(f"/p/{poster.code}")
    visitor = Client()
    page = visitor.get(f"/p/{poster.code}", follow=True)
    address = page.redirect_chain[-1][0]
    for _ in range(3):
        visitor.get(address)
    assert counted(world, poster) == 5


def test_a_poster_that_has_ended_is_counted_no_more(world):
    world.hold(NOVEMBER)
    poster = made(world)
    come(poster.code, 18)
    with world.acting(world.stx.administrator) as administrator:
        poster.end(actor=administrator)
        with pytest.raises(IllegalMove):
            poster.end(actor=administrator)
    come(poster.code, 3)
    world.hold(DECEMBER)
    assert shown(world, poster) == (None, [10])


def test_nothing_is_kept_of_who_came(world):
    """R40: no cookie, and no table has an address, a program, a page before or a moment of the visit."""
    world.hold(NOVEMBER)
    poster = made(world)
    far = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Telltale/1", "HTTP_REFERER": "https://x.test/"}
    visitor = Client(**far)
    with world.acting(world.stx.administrator):
        lines = AuditLine.objects.count()
    visitor.get(f"/p/{poster.code}", follow=True)
    assert not visitor.cookies
    with world.acting(world.stx.administrator):
        assert AuditLine.objects.count() == lines
    columns = {
        field.column for field in Campaign._meta.apps.get_model("referrals", "CampaignCount")._meta.fields
    }
    assert columns == {"id", "organization_id", "campaign_id", "month", "number"}


def test_nobody_learns_of_a_poster_of_another_house(world):
    """R3, R6, R8: two houses take one word; a member of the other, a referrer and staff find nothing."""
    ours = made(world)
    theirs = {made(world, "stt", name=str(n)).code for n in range(4)}
    assert ours.code in theirs  # all that a word gives at first: nobody is told that a code is taken
    pages = ("view_campaign", "print_campaign", "save_square_campaign", "end_campaign")
    strangers = [world.stt.administrator, world.stx.supervisor, world.officer, world.vipd.administrator]
    for member in strangers:
        client = world.client(member)
        for name in pages:
            assert client.get(reverse(name, args=[ours.pk])).status_code == 404, (member, name)
        listed = client.get(reverse("campaigns"))
        assert listed.status_code == 404 or str(ours.pk) not in listed.content.decode()
    with acting_for(world.stt.organization.pk), transaction.atomic():
        assert not Campaign.objects.filter(pk=ours.pk).exists()
    for member in (world.vipd.administrator, world.prosecution.administrator):
        for name in ("campaigns", "make_campaign"):  # nobody is helped there
            assert world.client(member).get(reverse(name)).status_code == 404
        page = world.client(member).get(reverse("organization_settings"))
        assert page.status_code == 200 and reverse("campaigns") not in page.content.decode()


def test_a_campaign_is_made_once_and_everything_is_written_down(world):
    """C11: made, looked at, printed, saved, ended; a second press makes no second one."""
    client = world.client(world.stx.administrator)
    form = client.get(reverse("make_campaign")).content.decode()
    form_id = re.search(r'name="form_id" value="([^"]*)"', form)[1]
    first, second = (client.post(reverse("make_campaign"), {**TERMS, "form_id": form_id}) for _ in range(2))
    assert first.status_code == 302 and first.url == second.url
    page = client.get(first.url).content.decode()
    with world.acting(world.stx.administrator):
        campaign = Campaign.objects.get()
    assert campaigns.address(campaign) in page and campaign.code in page and "<svg" in page
    square = client.get(reverse("save_square_campaign", args=[campaign.pk]))
    assert square["Content-Disposition"] == 'attachment; filename="square.svg"'
    assert square.content.startswith(b"<svg") and b"style" not in square.content
    client.get(reverse("print_campaign", args=[campaign.pk]))
    end = reverse("end_campaign", args=[campaign.pk])
    assert "cannot be taken back" in client.get(end).content.decode()
    assert client.post(end).status_code == 302 and client.post(end).status_code == 409
    assert client.get(reverse("print_campaign", args=[campaign.pk])).status_code == 409
    assert "It has ended" in client.get(first.url).content.decode()
    with world.acting(world.stx.administrator):
        verbs = AuditLine.objects.filter(subject_id=campaign.pk).values_list("verb", flat=True)
        assert set(verbs) == {
            "make_campaign", "view_campaign", "print_campaign", "save_square_campaign", "end_campaign",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("AB", "Letters from A to Z alone"),
        ("PORT 7", "Letters from A to Z alone"),
        ("AÉROPORT", "Letters from A to Z alone"),
        ("GETHELP", "This word tells"),
        ("safeplace", "This word tells"),
        ("REFUGIO", "This word tells"),
    ],
)
def test_a_word_that_tells_or_cannot_be_typed_is_not_taken(world, word, why):
    """R40: what somebody types into a phone that another may look at says nothing of help."""
    page = world.client(world.stx.administrator).post(reverse("make_campaign"), {**TERMS, "word": word})
    said = page.content.decode()
    assert why in said and f'value="{word}"' in said
    with world.acting(world.stx.administrator):
        assert not Campaign.objects.exists()


def test_a_code_is_never_given_twice_and_its_digit_looks_like_no_letter(world):
    """What has ended keeps its code, because old posters hang on; when a word has none left it is said."""
    chance = random.Random(7)
    every = campaigns.codes_of("PORT", chance)
    assert len(every) == len(set(map(campaigns.looked_for, every))) == 20
    assert not [one for one in every if set(one[4:]) - set("3479")]
    with world.acting(world.stx.administrator) as administrator:
        ours = [a_campaign(administrator, word="PORT") for _ in range(20)]
        ours[0].end(actor=administrator)
        assert len({one.found_by for one in ours}) == 20
        with pytest.raises(NoCodeLeft):
            a_campaign(administrator, word="P0RT")
    page = world.client(world.stx.administrator).post(reverse("make_campaign"), {**TERMS, "word": "PORT"})
    assert "Take another word" in page.content.decode()


def test_a_page_is_no_code(world):
    """The pages of the public door keep their addresses, with and without the last stroke."""
    for address in ("/p/write", "/p/es/return", "/p/leave", "/p/es"):
        answer = Client().get(address)
        assert (answer.status_code, answer.url) == (301, f"{address}/"), address
    assert Client().get("/p/AIRPORT7?x=1").url == reverse("public", kwargs={"language": "en"})
    assert Client().post("/p/AIRPORT7").status_code == 405


def test_what_a_house_hangs_changes_no_byte_of_the_public_page(world):
    """R3: campaigns are read by no page but those of the house's administrators."""
    pages = [reverse("public", kwargs={"language": one}) for one in ("en", "es", "ht")]
    before = [Client().get(page).content for page in pages]
    come(made(world).code, 2)
    assert [Client().get(page).content for page in pages] == before
    assert Organization.objects.helping().count() == 2
