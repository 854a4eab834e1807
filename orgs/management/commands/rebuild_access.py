"""`manage.py rebuild_access`: make guardian's rows what the policies say, for every record."""

from orgs import access_index, audit
from orgs.management.base import OrganizationsCommand


class Command(OrganizationsCommand):
    help = "Write the index of access anew from the policies, and say what was different."

    def handle(self, *, organization, **options):
        for one in self.each(organization):
            found = access_index.compare(one.pk, repair=True)
            if found.any:
                audit.write(None, "rebuild_access", None, **found.as_details())
            added, taken = sum(found.missing.values()), sum(found.stale.values())
            self.stdout.write(f"{one.code}: {added} added, {taken} taken away")
