"""Whether this process lives, and whether what it needs is there.

Answered before anything else of a request, because a machine asks: no host to check, no TLS to demand, no
session, no tenant, and for `live` no database. The edge does not pass these addresses on.
"""

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse

BEAT_IS_LATE = 120  # seconds; it ticks every five
MAIL_IS_LATE = 900  # seconds that a message may wait before somebody should look

_migrated = False  # found once in this process; code and migrations only change together, with a restart


class Health:
    """Middleware that answers /health/live, /health/ready and /health/metrics."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/health/live":
            return JsonResponse({"live": True})
        if request.path_info == "/health/ready":
            found = ready()
            return JsonResponse(found, status=200 if found["ready"] else 503)
        if request.path_info == "/health/metrics":
            return HttpResponse(metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")
        return self.get_response(request)


def ready():
    """What an operator should know, without a name or a count of anybody's records.

    Not ready (503) are we without database, migrations or broker. A silent beat or mail that waits is for a
    person to look at (`attention`), and no reason to take the pages away too.
    """
    found = {
        "database": _works(_database),
        "migrations": "unknown",
        "broker": _works(_broker),
        "attention": [],
    }
    if found["database"] == "ok":
        found["migrations"] = _works(_migrations)
    found["ready"] = all(found[part] == "ok" for part in ("database", "migrations", "broker"))
    if found["ready"]:
        found |= _clocks()
    return found


METRICS = (
    ("causeway_up", "gauge", "1 where database, migrations and broker answer."),
    ("causeway_beat_age_seconds", "gauge", "Since the clocks ticked."),
    ("causeway_clock_lag_seconds", "gauge", "How long the oldest reminder is due."),
    ("causeway_mail_lag_seconds", "gauge", "How long the oldest mail could have been sent."),
    ("causeway_tasks_waiting", "gauge", "Tasks that no worker has taken."),
    ("causeway_set_aside", "gauge", "Rows that failed many times and wait for a person."),
    ("causeway_left_running", "gauge", "Clocks that run in organizations that were closed."),
    ("causeway_reminders_rung_total", "counter", "Reminders that were rung."),
    ("causeway_notices_sent_total", "counter", "Notices that went out by mail."),
    ("causeway_pushes_total", "counter", "Times that a push service took a push to a device."),
    ("causeway_pushes_failed_total", "counter", "Times that one did not, or did not answer."),
)


def metrics():
    """The same and more for Prometheus, in its text format; no tenant, no member, no record is named.

    A figure that is not known is left out, so that an alarm on its absence goes off.
    """
    found = ready()
    told = {"causeway_up": int(found["ready"])}
    if found["ready"] and "seconds_since_beat" in found:
        told |= {
            "causeway_beat_age_seconds": found["seconds_since_beat"],
            "causeway_clock_lag_seconds": found["seconds_oldest_due"] or 0,
            "causeway_mail_lag_seconds": found["seconds_oldest_unsent"] or 0,
            "causeway_tasks_waiting": _tasks_waiting(),
            "causeway_set_aside": found["set_aside"],
            "causeway_left_running": found["left_running"],
            "causeway_reminders_rung_total": found["rung"],
            "causeway_notices_sent_total": found["sent"],
            "causeway_pushes_total": found["pushed"],
            "causeway_pushes_failed_total": found["push_failed"],
        }
    lines = []
    for name, kind, words in METRICS:
        if told.get(name) is not None:
            lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}", f"{name} {told[name]}"]
    return "\n".join(lines) + "\n"


def _tasks_waiting():
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        return client.llen("celery")


def _works(check):
    try:
        return "ok" if check() else "failed"
    except (DatabaseError, ImproperlyConfigured, redis.RedisError, OSError):  # the second: config.role
        return "failed"  # the reason is in the log of whatever failed, not on a page


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _broker():
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        return client.ping()


def _migrations():
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _clocks():
    from orgs import reminders  # models, which are not ready when middleware is named

    try:
        with transaction.atomic():
            told = reminders.health()
    except DatabaseError:
        return {"attention": ["clocks cannot be read"]}
    beat, unsent, due = (told[f"seconds_{name}"] for name in ("since_beat", "oldest_unsent", "oldest_due"))
    attention = []
    if beat is None or beat > BEAT_IS_LATE:
        attention.append("the beat is silent: is beat running, and a worker?")
    if unsent is not None and unsent > MAIL_IS_LATE:
        attention.append("mail waits: are a worker and the mail server there?")
    if due is not None and due > BEAT_IS_LATE:
        attention.append("clocks are due and do not ring: is a worker there?")
    if told["set_aside"]:
        attention.append("something was set aside after many tries: an administrator can try it again")
    return {**told, "attention": attention}
