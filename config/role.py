"""The database role that serves people must not be able to step over row-level security."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.signals import connection_created

QUESTION = """
    SELECT role.rolname, role.rolsuper, role.rolbypassrls,
           EXISTS (SELECT 1 FROM pg_database WHERE datname = current_database()
                   AND pg_has_role(current_user, datdba, 'MEMBER'))
        OR EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                   WHERE nspname = 'public' AND relkind IN ('r', 'p')
                   AND pg_has_role(current_user, relowner, 'MEMBER')),
           has_database_privilege(current_user, current_database(), 'TEMPORARY')
      FROM pg_roles role WHERE role.rolname = current_user
"""
_found_weak = set()  # aliases whose role was looked at and found good, in this process


def too_strong(connection):
    """Why the connected role may not serve people, as a sentence; empty when it may."""
    with connection.connection.cursor() as cursor:  # below Django: no hook of ours, no tenant
        name, is_super, bypasses, owns, temporary = cursor.execute(QUESTION).fetchone()
    reasons = [
        (is_super, "is a superuser"),
        (bypasses, "has BYPASSRLS"),
        (owns, "owns the database or its tables"),
        (
            temporary,
            "may make temporary tables (migrate as the owner of the database, which takes that away)",
        ),
    ]
    told = [reason for holds, reason in reasons if holds]
    if not told:
        return ""
    return (
        f"The database role {name} {' and '.join(told)}: row-level security would not hold. Use causeway_app."
    )


def refuse_strong_role(connection, **_):
    """Close the first connection of a process and raise `ImproperlyConfigured` if its role is too strong."""
    if connection.alias in _found_weak or connection.vendor != "postgresql":
        return
    problem = too_strong(connection)
    if problem:
        connection.close()
        raise ImproperlyConfigured(problem)
    _found_weak.add(connection.alias)


def watch():
    """Look at the role when a process connects, where the settings ask for it (production)."""
    if getattr(settings, "CAUSEWAY_REFUSES_STRONG_ROLES", False):
        connection_created.connect(refuse_strong_role, dispatch_uid="causeway.role")


@register(Tags.database, deploy=True)
def role_is_weak(app_configs, databases=None, **_):
    """`check --deploy --database default` says the same before anything starts."""
    errors = []
    for alias in databases or ():
        try:
            connections[alias].ensure_connection()
            problem = too_strong(connections[alias])
        except ImproperlyConfigured as refused:
            problem = str(refused)
        if problem:
            errors.append(Error(problem, id="causeway.E002"))
    return errors


@register(Tags.security, deploy=True)
def not_the_demo(app_configs, **_):
    """The demo's settings are refused for a deployment."""
    if not settings.DEMO:
        return []
    hint = "Set DJANGO_SETTINGS_MODULE=config.settings.production."
    return [
        Error(
            "These are the settings of the demo: plain http, invented people.", hint=hint, id="causeway.E001"
        )
    ]
