"""Many cases, quickly: for trying Causeway large, and for measuring it.

Everything is written set by set, sealed and walled like real rows, with the grants that the policies yield.
Run it acting for the organization, with its secrets opened, inside a transaction.
"""

import random
from datetime import timedelta

from django.db import connection

from cases.models import Case, FollowUp, Person, PersonToken
from orgs import clock, reminders, sealing
from orgs.access import permission_ids, wanted
from orgs.models import Counter, Reminder, User
from orgs.reference import new_reference
from orgs.roles import Role
from orgs.tenancy import acting_for
from referrals.models import Intake, Referral

BATCH = 2_000
FIRST = (
    "Ana Bea Cleo Dinah Elsa Fay Gia Hope Ida June Kay Lia Mona Nia Opal Pia Rosa Sia Tess Una Vera Yara Zoe"
)
LAST = (
    "Almond Bay Cane Dove Estate Frangipani Genip Heron Inkberry Jasmine Kapok Limin Mampoo Nutmeg Palm Reef"
)
KINDS = ("V10", "V15", "V14", "V02", "V22")
OPEN_SHARE = 0.15  # of all cases; the rest are closed, as in an organization that has worked for years


def seed(organization, count, *, referrers=None, seed=7):
    """Add `count` cases of invented people, with follow-ups, intakes, packets, grants and clocks.

    `referrers` are members of one referring organization in whose name half as many packets were sent.
    Returns {table: rows added}.
    """
    world = _World(organization, random.Random(seed), referrers or [])  # noqa: S311 - nothing secret
    added = {}
    for start in range(0, count, BATCH):
        for table, rows in world.batch(min(BATCH, count - start)).items():
            added[table] = added.get(table, 0) + rows
    return added


class _World:
    def __init__(self, organization, dice, referrers):
        self.organization, self.dice, self.referrers = organization, dice, referrers
        self.secrets = sealing.opened(organization.pk)
        self.now = clock.now()
        members = User.objects.filter(organization=organization, is_active=True)
        self.advocates = list(members.filter(role=Role.ADVOCATE))
        self.desk = members.filter(role=Role.INTAKE_WORKER).first() or members.first()
        self.first, self.last = FIRST.split(), LAST.split()

    def batch(self, count):
        people = [self._person() for _ in range(count)]
        Person.objects.bulk_create(people)
        tokens = self._tokens(people)
        first = Counter.take(self.organization.pk, "case", count)
        cases = [self._case(person, first + i) for i, person in enumerate(people)]
        Case.objects.bulk_create(cases)
        live = [case for case in cases if case.state != "closed"]
        followups = [self._followup(case) for case in live]
        FollowUp.objects.bulk_create(followups)
        packets = self._packets(count // 2) if self.referrers else []
        intakes = self._intakes(people, packets, count)
        Intake.objects.bulk_create(intakes)
        grants = self._grant(Case, cases) + self._grant(FollowUp, followups) + self._grant(Intake, intakes)
        clocks = self._clocks(
            [*live, *followups, *(i for i in intakes if i.state in ("triaged", "assigned"))]
        )
        return {
            "people": count,
            "tokens": tokens,
            "cases": count,
            "follow-ups": len(followups),
            "packets": len(packets),
            "intakes": len(intakes),
            "grants": grants,
            "clocks": clocks,
        }

    def _person(self):
        name = f"{self.dice.choice(self.first)} {self.dice.choice(self.last)}"
        return Person(
            organization=self.organization,
            name=name,
            alias=f"{self.dice.choice(self.last)} (invented)",
            phone=f"+1340555{self.dice.randrange(10000):04}",
            island=self.dice.choice(self.organization.islands or ["STX"]),
            language=self.dice.choice(("en", "en", "en", "es", "ht")),
            age_group="adult",
            created_at=self._ago(700),
            created_by=self.desk,
        )

    def _tokens(self, people):
        """One row a token, by arrays in one statement."""
        owners, values = [], []
        for person in people:
            found = sealing.tokens_for(self.secrets, [person.name, person.alias, person.phone])
            owners += [person.pk] * len(found)
            values += found
        table = PersonToken._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (id, organization_id, person_id, token) "  # noqa: S608 - a name of ours
                "SELECT gen_random_uuid(), %s, * FROM unnest(%s::uuid[], %s::bigint[])",
                [self.organization.pk, owners, values],
            )
        return len(values)

    def _case(self, person, number):
        closed = self.dice.random() > OPEN_SHARE
        opened = self._ago(700 if closed else 120)
        advocate = self.dice.choice(self.advocates)
        state = "closed" if closed else self.dice.choice(("active", "active", "active", "open", "on_hold"))
        rests = self.now - timedelta(days=self.dice.randrange(14)) if state == "on_hold" else None
        return Case(
            organization=self.organization,
            number=f"C-{number:04}",
            person=person,
            state=state,
            rests_since=rests,
            rests_until=rests and rests + timedelta(days=14),
            assigned_to=None if closed else advocate,
            opened_at=opened,
            assigned_at=opened,
            opened_by=advocate,
            priority=self.dice.choice(("standard", "standard", "high_risk", "information")),
            island=person.island,
            victimizations=[self.dice.choice(KINDS)],
            plan_verified_at=self._ago(28),
            last_contact_at=self._ago(20),
            last_activity_at=opened if closed else self._ago(20),
            closed_at=opened + timedelta(days=60) if closed else None,
            changed_at=opened,
        )

    def _followup(self, case):
        due = self.now + timedelta(hours=self.dice.randrange(-48, 24 * 14))
        return FollowUp(
            organization=self.organization,
            state="scheduled",
            case=case,
            what="Call as agreed (invented)",
            due_at=due,
            promised_at=due - timedelta(days=7),
            priority=case.priority,
            owner_id=case.assigned_to_id,
            made_by_id=case.assigned_to_id,
            made_at=due - timedelta(days=7),
            changed_at=self.now,
        )

    def _packets(self, count):
        """Packets of a referrer that this organization has acknowledged long ago, without their texts."""
        packets = []
        for _ in range(count):
            referrer = self.dice.choice(self.referrers)
            sent = self._ago(700)
            packets.append(
                Referral(
                    organization_id=referrer.organization_id,
                    state="closed_to_referrer",
                    reference=new_reference(),
                    referrer=referrer,
                    unit_id=referrer.unit_id,
                    receiver=self.organization,
                    saved_at=sent,
                    basis="opt_in",
                    priority=self.dice.choice(("standard", "high_risk")),
                    victimizations=[self.dice.choice(KINDS)],
                    island_now=self.organization.islands[0],
                    island_needed=self.organization.islands[0],
                    language="en",
                    age_group="adult",
                    step=6,
                    sent_at=sent,
                    delivered_at=sent,
                    acknowledged_at=sent + timedelta(minutes=20),
                    closes_at=sent + timedelta(days=30),
                    ended_at=sent + timedelta(days=30),
                    changed_at=sent,
                )
            )
        with acting_for(self.referrers[0].organization_id):
            Referral.objects.bulk_create(packets, ignore_conflicts=True)  # two may draw the same reference
            ids = [packet.pk for packet in packets]
            written = set(Referral.objects.filter(pk__in=ids).values_list("pk", flat=True))
            packets = [packet for packet in packets if packet.pk in written]
            self._grant(Referral, packets, self.referrers[0].organization_id)
        self._grant(Referral, packets)
        return packets

    def _intakes(self, people, packets, count):
        first = Counter.take(self.organization.pk, "intake", count // 2)
        intakes = []
        for i, person in enumerate(people[: count // 2]):
            live = self.dice.random() < OPEN_SHARE / 5
            state = self.dice.choice(("triaged", "assigned", "engaged")) if live else "case_opened"
            arrived = self._ago(3 if live else 700)
            intakes.append(
                Intake(
                    organization=self.organization,
                    state=state,
                    number=f"I-{first + i:04}",
                    referral=packets[i] if i < len(packets) and not live else None,
                    person=person,
                    priority="standard",
                    island=person.island,
                    arrived_at=arrived,
                    made_by=self.desk,
                    assigned_to=self.dice.choice(self.advocates)
                    if state in ("assigned", "engaged")
                    else None,
                    assigned_at=arrived,
                    outreach_at=arrived,
                    conflict_checked_at=arrived,
                    conflict_checked_by=self.desk,
                    triaged_at=arrived,
                    changed_at=arrived,
                )
            )
        return intakes

    def _grant(self, model, records, side=None):
        """The rows that the policies yield, by arrays; permissions of one kind of record are few."""
        side, rows = side or self.organization.pk, {"user": [], "group": []}
        permission_ids(model)
        for record in records:
            for kind, holder, permission, _until in wanted(record, side):
                rows[kind].append((record.pk, holder, permission))
        for kind, table in (("user", model.user_grants), ("group", model.group_grants)):
            if rows[kind]:
                self._insert_grants(table.rel.related_model, kind, side, rows[kind])
        return sum(map(len, rows.values()))

    def _insert_grants(self, table, kind, side, rows):
        holder = "uuid" if kind == "user" else "int"
        into = f"{table._meta.db_table} (organization_id, content_object_id, {kind}_id, permission_id)"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {into} "  # noqa: S608 - names of ours
                f"SELECT %s, * FROM unnest(%s::uuid[], %s::{holder}[], %s::int[])",
                [side, *(list(column) for column in zip(*rows, strict=True))],
            )

    def _clocks(self, records):
        rows = [
            rung
            for record in records
            for wants in record.clocks()
            for rung in reminders.rungs(record, wants, self.organization, 1)
        ]
        for row in rows:
            if row.fire_at < self.now:
                row.fired_at = self.now
        Reminder.objects.bulk_create(rows, batch_size=BATCH)
        return len(rows)

    def _ago(self, days):
        return self.now - timedelta(seconds=self.dice.randrange(1, days * 86_400))
