"""Logs tell an operator where something broke, and nobody what a person typed."""

import json
import logging
import logging.config

import pytest
from django.test import RequestFactory

from config import logs


@pytest.fixture
def line(capsys):
    """Log through our settings; gives what came out as a dictionary."""
    formatter = logs.settings()["formatters"]["line"]
    made = logging.config.DictConfigurator({"version": 1}).configure_formatter(formatter)

    def log(text, *arguments, **options):
        record = logging.getLogger("orgs").makeRecord(
            *("orgs", logging.ERROR, "file.py", 1, text, arguments, options.pop("exc_info", None)),
            extra=options,
        )
        return json.loads(made.format(record))

    return log


def test_an_exception_is_told_by_type_and_place_without_its_message(line):
    try:
        raise ValueError("Ana Batista, 340 555 0101")
    except ValueError as error:
        told = line("Something broke", exc_info=(ValueError, error, error.__traceback__))
    assert told["exception"] == "ValueError"
    assert "test_machinery_logs.py" in told["where"][-1]
    assert "Ana" not in json.dumps(told) and "0101" not in json.dumps(told)


@pytest.mark.parametrize("value", ["ana@islands.test", "+1 340 555 0101", "340-555-0101", "123-45-6789"])
def test_addresses_and_numbers_are_left_out(line, value):
    told = line("It was %s that was typed", value)
    assert value not in json.dumps(told)
    assert told["event"].startswith("It was [")


def test_a_line_carries_the_reference_of_its_request_and_nothing_else_of_it(line):
    request = RequestFactory().post("/people/", {"name": "Ana Batista"})
    request.reference = "AB12CD34EF"
    told = line("Internal Server Error: %s", "/people/", request=request)
    assert told["reference"] == "AB12CD34EF"
    assert "Ana" not in json.dumps(told)
    assert told["level"] == "error" and told["logger"] == "orgs"
