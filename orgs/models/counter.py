"""The numbers that an organization gives to its cases and intakes, in a row that nobody else can read."""

from django.db import connection, models

from orgs.tenancy import TenantModel


class Counter(TenantModel):
    """How far one series of numbers has come. Beside the directory it would tell others how many there are
    (R3, R8)."""

    name = models.CharField(max_length=12)
    next = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_counter_a_series")]

    @classmethod
    def take(cls, organization_id, name, count=1):
        """The first of the next `count` numbers of a series ("case", "intake"), never given twice."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO orgs_counter AS c (id, organization_id, name, next) "
                "VALUES (gen_random_uuid(), %(organization)s, %(name)s, 1 + %(count)s) "
                "ON CONFLICT (organization_id, name) DO UPDATE SET next = c.next + %(count)s "
                "RETURNING next - %(count)s",
                {"organization": organization_id, "name": name, "count": count},
            )
            return cursor.fetchone()[0]
