"""The walls of the schema: every table, new ones included."""

import pytest
from django.apps import apps
from django.db import connection, models

from orgs import rls
from orgs.record import Record
from orgs.tenancy import TenantModel, acting_for


def walled_tables():
    """Every table that a tenant's rows live in, found in the database and not in a list."""
    with connection.cursor() as cursor:
        return {table: shape for table, shape in rls.policies(cursor).items() if shape is not None}


def test_every_table_is_walled_or_has_a_reason_not_to_be(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        walls = dict(cursor.fetchall())
    assert {table for table, wall in walls.items() if not wall} == set(rls.INSTALLATION) & set(walls)


def test_a_table_that_nobody_placed_stops_the_migration():
    with pytest.raises(LookupError, match="belongs to no organization"):
        rls.shape_of("somewhere_new", ["id", "name"])


def test_without_a_tenant_no_table_gives_a_row(world):
    """Directories are the exception: names, numbers and public keys of organizations are for all."""
    directories = {table for table, (seen, _) in walled_tables().items() if seen == "true"}
    assert directories == {"orgs_organization", "orgs_unit", "orgs_publishedkey"}
    with connection.cursor() as cursor:
        for table in walled_tables().keys() - directories - rls.HIDDEN:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table


def test_a_tenant_sees_no_row_of_another_in_any_table(world):
    with world.acting(world.stx.advocate), connection.cursor() as cursor:
        for table in walled_tables().keys() - rls.HIDDEN:
            columns = columns_of(table)
            if "organization_id" not in columns or table in {"orgs_unit", "orgs_publishedkey"}:
                continue
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE organization_id <> %s', [world.stx.organization.pk]
            )
            assert cursor.fetchone() == (0,), table


def test_a_tenant_cannot_write_a_row_of_another(world):
    from django.db import DatabaseError, transaction

    from orgs.models import Unit

    with world.acting(world.stx.administrator):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Unit.objects.create(organization=world.stt.organization, name="A unit that is not ours")
        assert Unit.objects.filter(organization=world.stt.organization).update(name="Ours") == 0


def test_every_model_of_ours_belongs_to_an_organization():
    outside = {"orgs.Organization", "orgs.AuditHead", "orgs.Heartbeat"}
    for model in apps.get_models():
        if model._meta.app_label in {"orgs", "cases", "referrals"} and not model._meta.auto_created:
            fields = {field.name for field in model._meta.fields}
            assert "organization" in fields or model._meta.label in outside, model


def test_every_record_has_its_grants_and_says_its_policy():
    for model in apps.get_models():
        if issubclass(model, Record):
            assert model.grants is not Record.grants and model.clocks is not Record.clocks, model
            assert model.user_grants and model.group_grants, model
            verbs = {
                codename.removesuffix(f"_{model._meta.model_name}") for codename, _ in model._meta.permissions
            }
            assert set(model.MOVES) <= verbs, model


def test_a_query_by_tenant_can_use_an_index_below_the_wall(world):
    """Operators that are not leakproof are never pushed below row-level security; ours are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proleakproof FROM pg_proc "
            "WHERE proname IN ('uuid_eq', 'int8eq', 'texteq', 'timestamptz_le', 'timestamptz_lt', 'date_lt')"
        )
        leakproof = dict(cursor.fetchall())
    assert leakproof and all(leakproof.values()), leakproof


def test_tenant_keys_are_made_before_the_row_is_written():
    for model in apps.get_models():
        if issubclass(model, TenantModel):
            assert isinstance(model._meta.pk, models.UUIDField) and callable(model._meta.pk.default), model


def columns_of(table):
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def test_the_walls_stand_for_people_too(world):
    from orgs.models import User

    with acting_for(world.stx.organization.pk):
        addresses = set(User.objects.values_list("email", flat=True))
    assert addresses and all(address.endswith("@stx.test") for address in addresses)


ONLY_ADDED = (
    "orgs_accountreview orgs_auditreview orgs_auditline orgs_signedhead orgs_auditexport orgs_publishedkey "
    "auth_group cases_note cases_contactattempt cases_disclosure cases_breachnotice cases_demanditem "
    "cases_signaturemark cases_goallook"
).split()


@pytest.mark.parametrize("table", ONLY_ADDED)
def test_what_is_only_added_is_neither_changed_nor_deleted(world, table):
    """C9, C14: the application's own role may add such a row and read it, and no more than that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p, has_table_privilege(current_user, %s, p) FROM unnest(%s::text[]) p",
            [table, ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"]],
        )
        may = {privilege for privilege, held in cursor if held}
    assert may == {"SELECT", "INSERT"}


def test_no_table_is_only_added_to_without_its_test():
    assert set(ONLY_ADDED) == rls.INSERT_ONLY
