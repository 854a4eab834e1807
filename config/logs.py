"""What is logged: one line of JSON each, on standard output, about the program and never about people.

An exception is told by its type and the places it passed through. Its message stays out, because a message
may hold what a person typed; the reference on the reader's page (C22) finds the line.
"""

import re
import traceback

import structlog

ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
KEY = re.compile(r"[\w-]{40,}")  # of a link that opens without a sign-in
NUMBER = re.compile(r"(?<![\w-])\+?\d[\d\s().-]{6,}\d(?![\w-])")  # not inside an id


def without_people(_, __, event):
    """Leave out of one line what could be about a person; add the reference of its request."""
    record = event.get("_record")
    raised = event.pop("exc_info", None) or getattr(record, "exc_info", None)
    if raised and raised[0]:
        event["exception"] = raised[0].__qualname__
        frames = traceback.extract_tb(raised[2])
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    event.pop("stack_info", None)
    said = KEY.sub("[key]", str(event["event"]))
    event["event"] = NUMBER.sub("[number]", ADDRESS.sub("[address]", said))
    reference = getattr(getattr(record, "request", None), "reference", None)
    if reference:
        event["reference"] = reference
    return event


def settings(level="INFO", json=True):
    """Django's LOGGING. The demo turns `json` off for plain lines and whole tracebacks: nobody is real."""
    shared = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name]
    shared += [structlog.processors.TimeStamper(fmt="iso", utc=True)]
    for_machines = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            without_people,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    }
    plain = {"format": "{levelname} {name}: {message}", "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": for_machines if json else plain},
        "handlers": {
            "out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"},
            "none": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            # Nothing goes to administrators by mail, and no line twice.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # Somebody's wrong host name is no event of ours.
            "django.security.DisallowedHost": {"handlers": ["none"], "propagate": False},
        },
    }
