"""What lies on the referrers' side: every row that their tenants can read, and every mail that they got.

Whatever a page of theirs can show is computed from these rows. If they are the same after a private move, no
question whatever, also one that nobody thought of, can find a difference; the pages are asked besides.
"""

from django.core import mail
from django.db import connection, transaction

from orgs import rls
from orgs.tenancy import acting_for
from referrals.models import Message, Outcome, ReferralCopy
from tests.signing import opening

SIDES = ("vipd", "prosecution")  # those who refer
# Not compared as rows, each for its reason.
NOT_ROWS = {
    "django_session": "a row is found by its own random key alone; it holds no record",
    "django_migrations": "never changes while anybody is signed in",
}
# Columns that are drawn by the database, out of the reach of `Chance`; shown on no page.
DRAWN = {
    "orgs_reminder": ("id",),
    "orgs_counter": ("id",),
    "orgs_outboxmessage": ("id", "reminder_id", "sent_as"),  # the mails themselves are compared too
    "orgs_memberlink": ("id",),  # of the link in mails, made when the first one leaves
    # sealed anew at each writing; `words` compares what they say
    "referrals_referralcopy": ("content",),
    "referrals_message": ("content",),
    "referrals_outcome": ("content",),
}


def tables():
    """Every table, with the columns left out: those of `DRAWN`, and counters that no rollback turns back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text) FILTER (WHERE "
            "a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%') "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
            "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace "
            "AND has_table_privilege(c.oid, 'SELECT') GROUP BY c.relname ORDER BY c.relname"
        )
        found = cursor.fetchall()
    return [
        (table, sorted({*(counted or ()), *DRAWN.get(table, ())}))
        for table, counted in found
        if table not in NOT_ROWS and table not in rls.HIDDEN
    ]


def question():
    """One statement that reads every row of every table, as its tenant may."""
    parts = []
    for table, columns in tables():
        without = "".join(f" - '{column}'" for column in columns)
        parts.append(f"SELECT '{table}' AS name, (to_jsonb(t){without})::text FROM \"{table}\" t")  # noqa: S608
    return " UNION ALL ".join(parts)


class Seen:
    """Takes what lies on the referrers' side, as {side and table: rows}."""

    def __init__(self, stage):
        self.stage, self.sql = stage, question()

    def now(self):
        seen = {}
        for side in SIDES:
            reader = next(name for name in self.stage.clients if name.startswith(f"{side}."))
            member = self.stage.member(reader)
            with acting_for(member.organization_id), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(self.sql)
                    for table, row in cursor.fetchall():
                        seen.setdefault(f"{side} {table}", []).append(row)
                with opening(member):
                    for model in (ReferralCopy, Message, Outcome):
                        seen[f"{side} {model.__name__}"] = [
                            f"{one.pk} {sorted(one.content.items())}" for one in model.objects.all()
                        ]
        return {place: sorted(rows) for place, rows in seen.items()} | {"mail": self.mail()}

    def mail(self):
        """Every mail to the referrers' side as it left, less its number, which the database drew.

        In the order of each mailbox: between two mailboxes, what was written at one moment has no order.
        """
        theirs = [
            sent
            for sent in mail.outbox
            if any(address.endswith(tuple(f"@{side}.test" for side in SIDES)) for address in sent.to)
        ]
        return [
            f"{sent.to} {sent.subject} {sent.body} "
            f"{sorted(item for item in sent.extra_headers.items() if item[0] != 'Message-ID')} {sent.left_at}"
            for sent in sorted(theirs, key=lambda sent: (sent.left_at, sent.to))
        ]


def difference(one, other):
    """What differs between two of `Seen.now`, as sentences; [] when nothing does."""
    wrong = []
    for place in sorted(one.keys() | other.keys()):
        first, second = one.get(place, []), other.get(place, [])
        if first != second:
            only = [row for row in first if row not in second] + ["|"]
            only += [row for row in second if row not in first]
            wrong.append(f"{place}: {only}"[:1500])
    return wrong
