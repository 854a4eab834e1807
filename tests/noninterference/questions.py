"""All that a referrer can ask: every URL of the URL table, with every reference, number and id there is.

Nothing is listed here that the resolver and the database can say themselves. A question is one member (or a
stranger), one way of asking, one address and one query string; `all_of` goes through every address, `drawn`
makes some of all that there are.
"""

import random
from functools import cache
from typing import NamedTuple

from django.db import connection, transaction
from django.urls import converters, get_resolver, reverse

from orgs.models import Organization
from orgs.tenancy import acting_for
from tests.makers.every import BODIES, NOBODY

ASKERS = (
    "vipd.officer",  # who filed
    "vipd.partner",  # who did not
    "vipd.unit_supervisor",
    "vipd.administrator",
    "prosecution.system_advocate",
    "prosecution.administrator",
    None,  # nobody who is signed in
)
WAYS = ("get", "fragment", "head", "post")
UNKNOWN = ("VI-0000-00", "C-9999", "I-9999", "x")
# What the pages read from an address, with a label, an id or a number in its place.
QUERIES = ("", "q={label}", "record={label}", "verb=acknowledge", "who={id}", "outcome=denied", "check=1",
           "before={place}", "after={place}", "before={number}", "page={number}")  # fmt: skip


class Question(NamedTuple):
    asker: str | None
    way: str
    url: str
    name: str

    def put(self, stage):
        """Ask it; returns the answer."""
        how = "get" if self.way == "fragment" else self.way
        headers = {"HTTP_HX_REQUEST": "true"} if self.way == "fragment" else {}
        told = BODIES.get(self.name, {}) if self.way == "post" else None
        return stage.ask(self.asker, self.url, {} if callable(told) else told, how=how, **headers)


class Names(NamedTuple):
    """Everything in the database that an address can name, of whatever organization."""

    labels: list
    ids: list

    def without(self, others):
        """What is not among `others`."""
        labels = [label for label in self.labels if label not in others.labels]
        return Names(labels, [key for key in self.ids if key not in others.ids])

    @classmethod
    def of_the_world(cls, side=None):
        """All of them; or those alone that an organization (its code) can read."""
        labels, ids = set(), set()
        with connection.cursor() as cursor:
            cursor.execute(NAMED)
            tables = cursor.fetchall()
        parts = [f'SELECT id::text, NULL FROM "{table}"' for table, _ in tables]  # noqa: S608
        parts += [f'SELECT NULL, {column} FROM "{table}"' for table, column in tables if column]  # noqa: S608
        readers = Organization.objects.filter(**({"code": side} if side else {}))
        for organization in readers.values_list("pk", flat=True):
            with acting_for(organization), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(" UNION ".join(parts))
                for key, label in cursor.fetchall():
                    ids.add(key)
                    labels.add(label)
        return cls(sorted(labels - {None, ""}), sorted(ids - {None}))


# Tables whose rows an address can name; grants, lines and letters have none.
NAMED = """
SELECT c.relname, min(b.attname) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND a.atttypid = 'uuid'::regtype
LEFT JOIN pg_attribute b ON b.attrelid = c.oid AND b.attname IN ('reference', 'number')
  AND b.atttypid = 'varchar'::regtype
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(c.oid, 'SELECT')
  AND c.relname NOT IN ('orgs_auditline', 'orgs_outboxmessage', 'orgs_reminder', 'cases_persontoken')
  AND c.relname NOT LIKE '%grant' GROUP BY c.relname"""


@cache
def addresses():
    """(name, {argument: its converter}) of every URL of the table."""

    def walk(resolver):
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                yield from walk(entry)
            else:
                yield entry.name

    found = get_resolver()
    table = []
    for name in sorted(set(walk(found))):
        possibilities, _pattern, _defaults, kinds = found.reverse_dict.getlist(name)[0]
        table.append((name, {argument: kinds[argument] for argument in possibilities[0][1]}))
    return table


def values(converter, names):
    """What can stand in one argument of an address."""
    if isinstance(converter, converters.IntConverter):
        return [1, 2, 6, 7]
    if isinstance(converter, converters.UUIDConverter):
        return [*names.ids, str(NOBODY)]
    return [*names.labels, *UNKNOWN]


def queries(names, pick):
    """The query strings, each with one of the names in it; `pick` chooses from a list."""
    place = "2026-11-24T16:00:00+00:00~" + (pick(names.ids) if names.ids else str(NOBODY))
    return [
        query.format(label=pick(names.labels), id=pick(names.ids), place=place, number=2) for query in QUERIES
    ]


def drawn(seed, count, names, own):
    """`count` questions out of all there are; half of the labels that they use are `own` (references)."""
    chance, table = random.Random(seed), addresses()
    for _ in range(count):
        name, arguments = chance.choice(table)
        chosen = {}
        for argument, converter in arguments.items():
            among = values(converter, names)
            if argument == "reference" and own and chance.random() < 0.5:
                among = own
            chosen[argument] = chance.choice(among)
        query = chance.choice(queries(names, chance.choice)) if chance.random() < 0.3 else ""
        yield _question(chance.choice(ASKERS), chance.choice(WAYS), name, chosen, query)


def strange(seed, count):
    """Pairs of a question about what its asker's house cannot read, and the same about what is not at all."""
    chance, world = random.Random(seed), Names.of_the_world()
    table = [(name, arguments) for name, arguments in addresses() if arguments]
    askers = [asker for asker in ASKERS if asker]  # a stranger is sent to the door, with where they knocked
    others = {side: world.without(Names.of_the_world(side)) for side in {a.split(".")[0] for a in askers}}
    for _ in range(count):
        name, arguments = chance.choice(table)
        asker, way = chance.choice(askers), chance.choice(WAYS)
        names, there, nowhere = others[asker.split(".")[0]], {}, {}
        for argument, converter in arguments.items():
            if isinstance(converter, converters.IntConverter):
                there[argument] = nowhere[argument] = 1
            elif isinstance(converter, converters.UUIDConverter):
                there[argument], nowhere[argument] = chance.choice(names.ids), NOBODY
            else:
                label = there[argument] = chance.choice(names.labels)
                nowhere[argument] = label[:2] + "".join("9" if sign.isalnum() else sign for sign in label[2:])
        yield _question(asker, way, name, there, ""), _question(asker, way, name, nowhere, "")


def all_of(names, own, everybody=True):
    """Every address, about what is one's own, what is in another house, and what is not at all.

    Each asker asks each, in ways that take turns; or, not `everybody`, one asker in turn.
    """
    turn = 0
    for name, arguments in addresses():
        for place, chosen in enumerate(_combinations(arguments, names, own)):
            askers = ASKERS if everybody else (ASKERS[(turn + place) % len(ASKERS)],)
            for asker in askers:
                turn += 1
                wanted = queries(names, lambda among: among[turn % len(among)])  # noqa: B023
                query = wanted[turn % len(wanted)] if turn % 3 == 0 else ""
                yield _question(asker, WAYS[turn % len(WAYS)], name, chosen, query)


def _combinations(arguments, names, own):
    """For an address with arguments three choices of them: one's own, another's, nobody's."""
    if not arguments:
        yield {}
        return
    theirs = [label for label in names.labels if label not in own]
    for place in range(3):
        chosen = {}
        for argument, converter in arguments.items():
            if isinstance(converter, converters.IntConverter):
                chosen[argument] = values(converter, names)[place]
            elif isinstance(converter, converters.UUIDConverter):
                chosen[argument] = (names.ids[0], names.ids[-1], NOBODY)[place]
            else:
                chosen[argument] = (own[0], theirs[-1] if theirs else UNKNOWN[0], UNKNOWN[0])[place]
        yield chosen


def _question(asker, way, name, chosen, query):
    url = reverse(name, kwargs=chosen)
    return Question(asker, way, f"{url}?{query}" if query else url, name)


LISTS = (
    ("vipd.officer", "my_referrals"),
    ("vipd.unit_supervisor", "my_referrals"),
    ("vipd.administrator", "audit"),
    ("prosecution.system_advocate", "my_referrals"),
)


def core(own, number):
    """What is asked at every step, in turn: the lists, the audit, and the page of a packet of the play."""
    for asker, name in (LISTS[number % 2 * 2], LISTS[number % 2 * 2 + 1]):
        yield Question(asker, "get", reverse(name), name)
    yield Question(
        "vipd.officer", "get", reverse("view_referral", args=[own[number % len(own)]]), "view_referral"
    )
