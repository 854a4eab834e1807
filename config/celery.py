"""The whole schedule of Causeway on one page. Nothing is scheduled anywhere else, nothing with an ETA."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

TICK = float(os.environ.get("CAUSEWAY_TICK_SECONDS", "5"))  # how often the clocks are looked at

app = Celery("causeway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=240,
    task_time_limit=300,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    timezone="America/St_Thomas",
    beat_scheduler="config.beat:SteadyScheduler",
    beat_schedule={
        "clocks": {"task": "orgs.tick", "schedule": TICK},
        "packets close to their referrers": {"task": "referrals.close", "schedule": 60.0},
        "handoffs end with their releases": {"task": "referrals.end_handoffs", "schedule": 60.0},
        "leavers leave": {"task": "orgs.close_leavers", "schedule": 60.0},
        "somebody covers who is away": {"task": "cases.keep_covers", "schedule": 60.0},
        "outcomes end with their releases": {"task": "referrals.end_outcomes", "schedule": 60.0},
        "heads of the audit are signed": {"task": "orgs.sign_heads", "schedule": crontab(minute=20)},
        "lists of what has come to its end": {
            "task": "cases.list_purges",
            "schedule": crontab(hour=3, minute=40),
        },
        "what a house owes": {"task": "orgs.keep_house", "schedule": crontab(hour=3, minute=25)},
        "old forms are forgotten": {"task": "orgs.forget_forms", "schedule": crontab(hour=3, minute=40)},
        "moved caseloads are forgotten": {
            "task": "referrals.forget_moves",
            "schedule": crontab(hour=3, minute=45),
        },
        "grants against policies": {"task": "orgs.compare_access", "schedule": crontab(hour=3, minute=10)},
    },
)
app.autodiscover_tasks()
