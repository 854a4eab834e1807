"""What a wall looks like in a query: no way for a member to the records of a person behind it."""

from django.db.models import Exists, F, OuterRef


def walled(member, person):
    """A condition on rows whose person is at the path `person`: this member is walled from them (R42)."""
    from cases.models import Wall

    return Exists(Wall.objects.filter(user=member, person=OuterRef(person)))


def walled_from_packet(member):
    """A condition on packets: the member is walled from the person whom this organization knows from it.

    None for a referrer, who has no walls: whatever a wall is about lies inside a victim service (R3).
    """
    from cases.models import Wall

    if member.refers:
        return None
    return Exists(Wall.objects.filter(user=member, person__intakes__referral=OuterRef("pk")))


def walled_numbers(member):
    """The numbers of the cases that a member is walled from: no line of the audit shows them (R42)."""
    from cases.models import Case

    yield Case.objects.filter(person__walls__user=member).order_by().values(hidden=F("number"))
