"""A worker sees a tenant's rows only inside a transaction (decision 1): no task asks outside of one."""

import re

import pytest
from django.apps import apps
from django.db import connection

from config.celery import app
from orgs.tenancy import TenantModel

TENANTS = {m._meta.db_table for m in apps.get_models(include_auto_created=True) if issubclass(m, TenantModel)}
TABLES = re.compile(r'(?:FROM|JOIN|UPDATE|INTO) "?(\w+)"?')


@pytest.mark.parametrize("name", sorted({entry["task"] for entry in app.conf.beat_schedule.values()}))
def test_no_scheduled_task_asks_for_a_tenants_rows_outside_of_a_transaction(committed, monkeypatch, name):
    """Promise 1: a question outside of one is answered with nothing, and whoever asks it so does nothing."""
    asked = []

    def watch(execute, sql, params, many, context):
        if not connection.in_atomic_block:
            asked.extend(TENANTS & set(TABLES.findall(sql)))
        return execute(sql, params, many, context)

    app.autodiscover_tasks(force=True)
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    monkeypatch.setitem(app.conf, "task_eager_propagates", True)
    with connection.execute_wrapper(watch):
        app.tasks[name]()
    assert asked == []
