"""Two islands with people: what most tests happen in. Everybody here is invented.

`python -m tests.world` builds it once into the template that `tests.servers` keeps; a test finds it by name:
`world.officer`, `world.stx.advocate`, and acts with `world.acting(member)` or `world.client(member)`.
"""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import SimpleNamespace

PASSPHRASE = "ferry seaplane mango harbor"

ORGANIZATIONS = (
    dict(code="operator", name="Operator", kind="operator", staff=["operator"]),
    dict(
        code="vipd",
        name="Police of the tests",
        kind="law_enforcement",
        islands=["STX", "STT", "STJ", "WTI"],
        units=[("St. Croix", "STX"), ("St. Thomas", "STT")],
        staff=["officer", "partner", "unit_supervisor", "administrator"],
    ),
    dict(
        code="prosecution",
        name="Prosecution of the tests",
        kind="prosecution",
        islands=["STX", "STT", "STJ", "WTI"],
        units=[("Victim Services Unit", "")],
        staff=["system_advocate", "administrator"],
    ),
    dict(
        code="stx",
        name="Help on St. Croix",
        kind="victim_services",
        islands=["STX"],
        hotline="+13405550110",
        units=[("Shelter desk", "STX")],
        staff=["intake_worker", "advocate", "colleague", "supervisor", "second_supervisor", "administrator"],
    ),
    dict(
        code="stt",
        name="Help on St. Thomas",
        kind="victim_services",
        islands=["STT", "STJ", "WTI"],
        hotline="+13405550120",
        units=[("Shelter desk", "STT")],
        staff=["intake_worker", "advocate", "colleague", "supervisor", "second_supervisor", "administrator"],
    ),
    dict(code="council", name="Council of the tests", kind="oversight", staff=["oversight"]),
)
ROLE_OF = {"partner": "officer", "colleague": "advocate", "second_supervisor": "supervisor"}


def build():
    """Write the world into an empty, migrated database."""
    from django.db import transaction

    from orgs import clock, rules_of_behavior
    from orgs.founding import found_organization
    from orgs.keyring import members as keyring
    from orgs.keyring import published
    from orgs.models import DutyShift, User
    from orgs.tenancy import acting_for

    for fields in ORGANIZATIONS:
        fields = dict(fields)
        staff, units = fields.pop("staff"), fields.pop("units", ())
        with transaction.atomic():
            organization = found_organization(units=units, **fields)
        with acting_for(organization.pk), transaction.atomic():
            unit, secrets = organization_units(organization).first(), None
            for who in staff:
                member = User.objects.create_user(
                    f"{who}@{organization.code}.test",
                    PASSPHRASE,
                    organization=organization,
                    name=f"{who.replace('_', ' ').title()} (invented)",
                    role=ROLE_OF.get(who, who),
                    unit=unit,
                    phone="+13405550199",
                    rules_version=rules_of_behavior.VERSION,
                    rules_accepted_at=clock.now(),
                )
                if secrets is None:
                    secrets = keyring.come_in(member, PASSPHRASE)[1]
                    published.sign(member.organization)
                else:
                    keyring.join(member, PASSPHRASE, secrets)
            if organization.helps:
                desk = User.objects.get(email=f"intake_worker@{organization.code}.test")
                for weekday in range(7):
                    DutyShift.objects.create(
                        organization=organization,
                        user=desk,
                        weekday=weekday,
                        starts="00:00",
                        ends="23:59:59.999999",
                    )


def organization_units(organization):
    from orgs.models import Unit

    return Unit.objects.filter(organization=organization).order_by("name")


class Members(SimpleNamespace):
    """One organization of the world; its members are attributes, found when they are asked for."""

    def __getattr__(self, who):
        from django.db import transaction

        from orgs.models import User
        from orgs.tenancy import acting_for

        if who.startswith("__"):
            raise AttributeError(who)
        with acting_for(self.organization.pk), transaction.atomic():
            member = User.objects.select_related("organization", "unit").get(
                email=f"{who}@{self.organization.code}.test"
            )
        setattr(self, who, member)
        return member


class World:
    """The two islands; a new one for each test, because members remember what they were allowed."""

    def __getattr__(self, name):
        from orgs.models import Organization

        if name.startswith("__"):
            raise AttributeError(name)
        members = Members(organization=Organization.objects.get(code=name))
        setattr(self, name, members)
        return members

    @cached_property
    def officer(self):
        return self.vipd.officer

    @contextmanager
    def acting(self, member):
        """As `member`'s request would: their organization's tenant, and its secrets opened."""
        from django.db import transaction

        from orgs.tenancy import acting_for
        from tests.signing import opening

        with (
            acting_for(member.organization_id),
            opening(member),
            transaction.atomic(),
        ):
            yield member

    def client(self, member):
        """A test client in which `member` is signed in with both factors."""
        from tests.signing import signed_in_client

        return signed_in_client(member)

    # The clock.

    held = None

    def hold(self, moment):
        """Hold the database's clock, and the one of print-outs, at an aware moment until the test ends."""
        from django.db import connection

        self.held = moment

        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('causeway.now', %s, false)", [moment.isoformat()])
        connection.tell_tenant()

    def today(self, tz=None):
        """What a page that can be printed takes for now: the held moment, or the machine's own."""
        return (self.held or datetime.now(UTC)).astimezone(tz)

    def forward(self, **amount):
        """Move the clock on, by the words of `timedelta`; returns the new moment."""
        from orgs import clock

        moment = clock.now() + timedelta(**amount)
        self.hold(moment)
        return moment

    @property
    def now(self):
        from orgs import clock

        return clock.now()


if __name__ == "__main__":
    import django

    django.setup()
    build()
