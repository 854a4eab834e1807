"""`make bench`: pages at 10,000 and at 100,000 cases, beside the same rows by plain SQL in the same run.

Prints a table and writes `bench.json` with the figures of the larger size. Everything runs on this machine,
in one process, through Django's whole stack. Ratios and growth are what to look at: a noisy machine does not
matter to them.
"""

import json
import os
import statistics
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

SIZES = [int(size) for size in os.environ.get("CAUSEWAY_BENCH", "10000,100000").split(",")]
ROUNDS = int(os.environ.get("CAUSEWAY_BENCH_ROUNDS", "15"))
GROWTH = 1.5
GROWING = ("caseload", "inbox", "board")
SEALING = 0.15  # what sealed values may add to a list, of the time that it takes without
LISTS = ("today", "caseload", "inbox", "search")

CASES = (
    "SELECT c.*, p.* FROM cases_case c JOIN cases_person p ON p.id = c.person_id "
    "WHERE c.organization_id = %(organization)s "
    "AND c.state IN ('open', 'active', 'on_hold', 'closure_requested') "
)
# The same rows that a page shows, asked for as plainly as one can.
PLAIN = {
    "today": "SELECT f.*, c.number FROM cases_followup f JOIN cases_case c ON c.id = f.case_id "
    "WHERE f.organization_id = %(organization)s AND f.owner_id = %(member)s AND f.state = 'scheduled' "
    "ORDER BY f.due_at, f.id LIMIT 50",
    "caseload": CASES
    + "AND c.assigned_to_id = %(member)s ORDER BY c.last_activity_at DESC, c.id DESC LIMIT 25",
    "inbox": "SELECT * FROM referrals_referral WHERE receiver_id = %(organization)s AND state = 'delivered' "
    "ORDER BY delivered_at, id LIMIT 50",
    "board": "SELECT assigned_to_id, count(*) FROM cases_case WHERE organization_id = %(organization)s "
    "AND state IN ('open', 'active', 'on_hold', 'closure_requested') GROUP BY assigned_to_id",
    "case": "SELECT * FROM cases_case WHERE id = %(case)s",
    "search": "SELECT p.* FROM cases_persontoken t JOIN cases_person p ON p.id = t.person_id "
    "WHERE t.organization_id = %(organization)s AND t.token = %(token)s LIMIT 25",
}


def main():
    """Run the sizes one after the other on one growing database, and judge the larger."""
    from tests import servers

    run = servers.Servers()
    os.environ.update(run.environment())
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    try:
        import django

        django.setup()
        results = [measure_at(size) for size in SIZES]
    finally:
        run.stop()
    return report(results)


def measure_at(size):
    """{page: figures} with `size` cases in one organization."""
    from cases.models import Case
    from config.demo import scale
    from tests.world import World

    world = World()
    member, began = world.stx.supervisor, time.monotonic()
    referrers = [world.vipd.officer, world.vipd.partner]
    with world.acting(member):
        there = Case.objects.count()
        scale.seed(member.organization, size - there, referrers=referrers, seed=size)
    analyze()
    print(f"{size:>7} cases seeded in {time.monotonic() - began:.0f} s", file=sys.stderr)
    return {page: measure(world, page) for page in PLAIN}


def analyze():
    """What autovacuum would have done by the time that anybody looked."""
    import psycopg

    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def measure(world, page):
    """Queries, times in ms, and the ratio to the same rows by plain SQL, of one page."""
    from tests.asking import page_asked

    member = world.stx.supervisor if page == "board" else world.stx.advocate
    member = world.stx.intake_worker if page == "inbox" else member
    client, (url, arguments) = world.client(member), address(world, page, member)
    _, asked = page_asked(client, url)
    with opening_for_nothing() as free:
        client.get(url)
        times, unsealed = [], []
        for _ in range(ROUNDS):  # in turns, so that what the machine does besides falls on both
            with free(False):
                times.append(timed(lambda: client.get(url)))
            with free(True):
                unsealed.append(timed(lambda: client.get(url)))
    plain = [timed(lambda: rows(world, member, page, arguments)) for _ in range(ROUNDS)]
    empty = [timed(lambda: client.get("/health/live")) for _ in range(ROUNDS)]
    median = statistics.median(times)
    return {
        "queries": len(asked),
        "median_ms": round(median, 2),
        "p95_ms": round(sorted(times)[int(len(times) * 0.95)], 2),
        "sealing": round(median / statistics.median(unsealed) - 1, 3),
        "ratio_to_sql": round(median / (statistics.median(plain) + statistics.median(empty)), 2),
    }


@contextmanager
def opening_for_nothing():
    """Gives `free(yes)`: while it is `yes`, what was opened once is at hand, as if it had not been sealed.

    The session's box and each sealed value are opened for each request otherwise; both count.
    """
    from orgs.keyring import holding
    from orgs.sealing import base

    known, here = {}, {"free": False}
    opened, held = base.SealedField.open, holding._get

    def open_(field, sealed, organization_id, pk):
        key = (sealed.raw, pk)
        if not (here["free"] and key in known):
            known[key] = opened(field, sealed, organization_id, pk)
        return known[key]

    def get(request, member):
        if not (here["free"] and member.pk in known):
            known[member.pk] = held(request, member)
        return known[member.pk]

    @contextmanager
    def free(yes):
        here["free"] = yes
        yield
        here["free"] = False

    with mock.patch.object(base.SealedField, "open", open_), mock.patch.object(holding, "_get", get):
        yield free


def address(world, page, member):
    """The URL of a page and the arguments of its plain query."""
    from django.urls import reverse

    from cases.models import Case
    from orgs import sealing

    with world.acting(member):
        token = sealing.query_tokens(sealing.opened(member.organization_id), "rosa")[0][0]
        case = Case.objects.visible_to(world.stx.advocate).filter(assigned_to=world.stx.advocate).first()
    arguments = {"organization": member.organization_id, "member": member.pk, "token": token, "case": case.pk}
    urls = {"case": reverse("view_case", args=[case.number]), "search": reverse("find") + "?q=rosa"}
    return urls.get(page) or reverse(page), arguments


def rows(world, member, page, arguments):
    from django.db import connection

    with world.acting(member), connection.cursor() as cursor:
        cursor.execute(PLAIN[page], arguments)
        return cursor.fetchall()


def timed(function):
    """Milliseconds that one call took."""
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def report(results):
    """Print both sizes side by side; fail where a promise is broken."""
    from tests.asking import QUERIES

    small, large = results[0], results[-1]
    print(f"{'page':10} {'queries':>7} {'median':>8} {'p95':>8} {'to SQL':>7} {'sealing':>8} {'growth':>7}")
    print(f"{'':10} {'':>7} {'ms':>8} {'ms':>8}   at {SIZES[-1]} cases")
    broken = []
    for page, figures in large.items():
        figures["growth"] = round(figures["median_ms"] / small[page]["median_ms"], 2)
        print(
            f"{page:10} {figures['queries']:>7} {figures['median_ms']:>8} {figures['p95_ms']:>8} "
            f"{figures['ratio_to_sql']:>7} {figures['sealing']:>8.1%} {figures['growth']:>7}"
        )
        if figures["queries"] > QUERIES:
            broken.append(f"{page}: {figures['queries']} queries, {QUERIES} allowed")
        if page in LISTS and figures["sealing"] > SEALING:
            broken.append(f"{page}: sealing adds {figures['sealing']:.0%}, {SEALING:.0%} allowed")
        if page in GROWING and figures["growth"] > GROWTH:
            broken.append(f"{page}: grew {figures['growth']} times, {GROWTH} allowed")
    Path("bench.json").write_text(json.dumps({"cases": SIZES[-1], "pages": large}, indent=1) + "\n")
    print("bench: " + ("; ".join(broken) if broken else "every page within its bounds"))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
