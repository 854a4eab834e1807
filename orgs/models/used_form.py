"""Forms that have done what they were for: a second press makes nothing twice."""

from django.db import connection, models

from orgs import clock
from orgs.tenancy import TenantModel, new_id

TAKE = """
INSERT INTO orgs_usedform (id, organization_id, form, user_id, path, led_to, used_at)
VALUES (%s, %s, %s, %s, %s, '', %s) ON CONFLICT (organization_id, form) DO NOTHING"""


class UsedForm(TenantModel):
    """The id that a form was shown with, who sent it where, and the page that its first press led to."""

    form = models.UUIDField()
    user = models.ForeignKey("orgs.User", models.CASCADE, related_name="+")
    path = models.CharField(max_length=300)
    led_to = models.CharField(max_length=300, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "form"], name="form_used_once")]
        indexes = [models.Index(fields=["organization", "used_at"], name="forms_by_age")]

    @classmethod
    def take(cls, form, member, path):
        """Use a form's id in this transaction; whether nobody had used it.

        Whoever presses in the same moment waits here until the first press has come to its end.
        """
        row = [new_id(), member.organization_id, form, member.pk, path, clock.now()]
        with connection.cursor() as cursor:
            cursor.execute(TAKE, row)
            return cursor.rowcount == 1
