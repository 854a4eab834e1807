"""The organizations of the demo, real with their published numbers, and their members, all invented."""

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from orgs import clock, rules_of_behavior
from orgs.founding import found_organization
from orgs.keyring import members as keyring
from orgs.keyring import published
from orgs.models import DutyShift, Organization, User
from orgs.roles import Kind, Role
from orgs.tenancy import acting_for

PASSPHRASE = "mango trees above the harbor"  # noqa: S105 - of invented people
DOMAIN = "demo.invalid"  # no mail can ever reach it
EVERYWHERE = ["STX", "STT", "STJ", "WTI"]

OFFICER, HEAD, SYSTEM = Role.OFFICER, Role.UNIT_SUPERVISOR, Role.SYSTEM_ADVOCATE
DESK, ADVOCATE, SUPERVISOR, ADMINISTRATOR = (
    Role.INTAKE_WORKER,
    Role.ADVOCATE,
    Role.SUPERVISOR,
    Role.ADMINISTRATOR,
)

# code, what it is, units, members as (key, name, role, number of the unit)
ORGANIZATIONS = [
    (
        {"code": "operator", "name": "Operator of this installation", "kind": Kind.OPERATOR},
        [],
        [("operator", "Olive Demo", Role.OPERATOR, None)],
    ),
    (
        {
            "code": "wcsc",
            "name": "Women’s Coalition of St. Croix",
            "kind": Kind.VICTIM_SERVICES,
            "islands": ["STX"],
            "languages": ["en", "es"],
            "hotline": "+13407739272",
        },
        [("Shelter desk", "STX"), ("Advocacy", "STX")],
        [
            ("intake", "Rosa Demo", DESK, 1),
            ("advocate", "Alicia Demo", ADVOCATE, 1),
            ("advocate2", "Bea Demo", ADVOCATE, 1),
            ("advocate3", "Cleo Demo", ADVOCATE, 0),
            ("supervisor", "Sonia Demo", SUPERVISOR, 1),
            ("admin", "Ada Demo", ADMINISTRATOR, None),
            ("admin2", "Agnes Demo", ADMINISTRATOR, None),
        ],
    ),
    (
        {
            "code": "frc",
            "name": "Family Resource Center",
            "kind": Kind.VICTIM_SERVICES,
            "islands": ["STT", "STJ", "WTI"],
            "languages": ["en", "es", "ht"],
            "hotline": "+13407767867",
            "office_phone": "+13407763966",
        },
        [("Shelter desk", "STT"), ("Advocacy", "STT")],
        [
            ("intake", "Rita Demo", DESK, 1),
            ("advocate", "Fay Demo", ADVOCATE, 1),
            ("advocate2", "Gia Demo", ADVOCATE, 1),
            ("supervisor", "Tess Demo", SUPERVISOR, 1),
            ("admin", "Alma Demo", ADMINISTRATOR, None),
        ],
    ),
    (
        {
            "code": "vipd",
            "name": "Virgin Islands Police Department",
            "kind": Kind.LAW_ENFORCEMENT,
            "islands": EVERYWHERE,
        },
        [("St. Croix District", "STX"), ("St. Thomas–St. John District", "STT")],
        [
            ("officer", "Omar Demo", OFFICER, 0),
            ("officer2", "Ines Demo", OFFICER, 1),
            ("head", "Hugo Demo", HEAD, 0),
            ("admin", "Arno Demo", ADMINISTRATOR, None),
        ],
    ),
    (
        {
            "code": "hsi",
            "name": "Homeland Security Investigations",
            "kind": Kind.LAW_ENFORCEMENT,
            "federal": True,
            "islands": EVERYWHERE,
        },
        [("Virgin Islands office", "STT")],
        [("agent", "Nils Demo", OFFICER, 0), ("admin", "Ansel Demo", ADMINISTRATOR, None)],
    ),
    (
        {
            "code": "vidoj",
            "name": "V.I. Department of Justice",
            "kind": Kind.PROSECUTION,
            "islands": EVERYWHERE,
        },
        [("Victim Services Unit", "")],
        [("system", "Vera Demo", SYSTEM, 0), ("admin", "Arlo Demo", ADMINISTRATOR, None)],
    ),
    (
        {
            "code": "hotline",
            "name": "National Human Trafficking Hotline",
            "kind": Kind.HOTLINE,
            "islands": EVERYWHERE,
            "hotline": "+18883737888",
        },
        [],
        [("staff", "Nora Demo", OFFICER, None)],
    ),
    (
        {"code": "council", "name": "Council on Human Trafficking", "kind": Kind.OVERSIGHT},
        [],
        [("oversight", "Otto Demo", Role.OVERSIGHT, None)],
    ),
]


def settle():
    """Bring the organizations and their members into an empty database; returns True if it was empty."""
    if Organization.objects.filter(code="wcsc").exists():
        return False
    for fields, units, members in ORGANIZATIONS:
        with transaction.atomic():
            organization = found_organization(units=units, **fields)
            with acting_for(organization.pk):
                _join(organization, [name for name, _ in units], members)
    return True


def _join(organization, units, members):
    from orgs.models import Unit

    found = {unit.name: unit for unit in Unit.objects.filter(organization=organization)}
    for key, name, role, unit in members:
        member = User.objects.create_user(
            address(organization.code, key),
            PASSPHRASE,
            organization=organization,
            name=name,
            role=role,
            unit=found[units[unit]] if unit is not None else None,
            phone="+13405550100",
            rules_version=rules_of_behavior.VERSION,
            rules_accepted_at=clock.now(),
        )
        give_keys(member)
        TOTP.activate(member, generate_totp_secret())
        if role == DESK:  # weekdays by day; at night and on weekends the supervisor hears
            DutyShift.objects.bulk_create(
                DutyShift(organization=organization, user=member, weekday=day, starts="07:00", ends="20:00")
                for day in range(5)
            )


_opened = {}  # the secrets of each organization, opened once by a passphrase that is no secret


def give_keys(member):
    """A key of their own for an invented member, and the organization's secrets sealed to it."""
    if member.organization_id in _opened:
        keyring.join(member, PASSPHRASE, _opened[member.organization_id])
    else:
        _opened[member.organization_id] = keyring.come_in(member, PASSPHRASE)[1]
        published.sign(member.organization)  # nobody to call: they are invented


def secrets_of(organization):
    """The secrets of an organization of the demo, as any of its invented members opens them."""
    if organization.pk not in _opened:
        with acting_for(organization.pk), transaction.atomic():
            first = User.objects.filter(key__isnull=False).select_related("organization").first()
            first = first or User.objects.select_related("organization").first()
            _opened[organization.pk] = keyring.come_in(first, PASSPHRASE)[1]
    return _opened[organization.pk]


def address(code, key):
    """The address with which an invented member signs in."""
    return f"{key}@{code}.{DOMAIN}"


def member(code, key):
    """One invented member, with organization and unit. Call while acting for nobody."""
    organization = Organization.objects.get(code=code)
    with acting_for(organization.pk), transaction.atomic():
        return User.objects.select_related("organization", "unit").get(email=address(code, key))


def everybody():
    """(organization, its members) for each organization of the demo, victim services first."""
    shown = sorted(
        Organization.objects.active(), key=lambda o: (not o.helps, o.kind == Kind.OPERATOR, o.name)
    )
    for organization in shown:
        with acting_for(organization.pk), transaction.atomic():
            yield (
                organization,
                list(User.objects.active().select_related("unit").order_by("joined_at", "email")),
            )


def alone_here():
    """Whether every organization of this database is one of the demo's, known by its invented first member.

    An address that ends in `.invalid` reaches nobody, so no database with people in it passes for the demo's.
    """
    first = {fields["code"]: address(fields["code"], members[0][0]) for fields, _, members in ORGANIZATIONS}
    for organization in Organization.objects.all():
        with acting_for(organization.pk), transaction.atomic():
            if not User.objects.filter(email=first.get(organization.code, "")).exists():
                return False
    return True


def invented(member):
    """Whether a member came with the demo: by the address; who was invited later signs in by hand."""
    return member.email.endswith(f".{DOMAIN}")
