"""`manage.py compare_access`: does what people may do differ from what the policies say?"""

from django.core.management.base import CommandError

from orgs import access_index
from orgs.management.base import OrganizationsCommand


class Command(OrganizationsCommand):
    help = "Compare the index of access with the policies; a difference is an incident and ends with 1."

    def handle(self, *, organization, **options):
        faults = []
        for one in self.each(organization):
            found = access_index.compare(one.pk)
            if found.any:
                access_index.report(found)
                faults.append(f"{one.code}: missing {found.missing}, too many {found.stale}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("access is what the policies say")
