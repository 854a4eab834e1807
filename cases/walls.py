"""What a wall looks like in a query: no way for a member to the records of a person behind it."""

from django.db.models import Exists, OuterRef


def walled(member, person):
    """A condition on rows whose person is at the path `person`: this member is walled from them (R42)."""
    from cases.models import Wall

    return Exists(Wall.objects.filter(user=member, person=OuterRef(person)))
