"""The ground: tenancy, the door, the chain, the clocks."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from orgs import audit
from orgs.models import AuditLine, Organization, User
from orgs.tenancy import acting_for


def test_forgetting_the_tenant_yields_nothing(world):
    assert not User.objects.exists()
    with world.acting(world.officer):
        assert User.objects.count() == 4


def test_a_transaction_can_act_for_another_and_comes_back(world):
    with world.acting(world.officer):
        with acting_for(world.stx.organization.pk):
            assert User.objects.filter(role="advocate").count() == 2
        assert not User.objects.filter(role="advocate").exists()


def test_the_clock_can_be_held_in_tests(world):
    with world.acting(world.officer):
        before = world.now
        assert world.forward(hours=3) - before == timedelta(hours=3)
        assert world.now == before + timedelta(hours=3)


def test_the_audit_cannot_be_changed(world):
    with world.acting(world.officer):
        audit.write(world.officer, "test")
        audit.write(world.officer, "test")
        lines = list(AuditLine.objects.order_by("sequence"))
        assert lines[1].previous == lines[0].hash
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            AuditLine.objects.update(verb="other")


def test_the_application_owns_nothing(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
    assert Organization.objects.count() == 6
