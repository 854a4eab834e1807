"""What a wall looks like in a query: a member has no way to the records of a person from whom they are walled."""

from django.db.models import Exists, OuterRef


def walled(member, person):
    """A condition on rows whose person is at the path `person`: this member is walled from them (R42)."""
    from cases.models import Wall

    return Exists(Wall.objects.filter(user=member, person=OuterRef(person)))
