"""What weighs asks for the second factor again: found by what a request does, not by a list of addresses."""

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.urls import get_resolver

from config.permission_table import MEMBERS, PAGE, PLACES, PRESS, RECORDS, SEES, expected
from tests.makers.every import body, build
from tests.test_permissions import City, address, city, place_address  # noqa: F401 - a fixture

# Rows that say who is here, in which role, and with what they come in: to write one is to change access.
WEIGHTY = (
    'UPDATE "orgs_user" ',
    'INSERT INTO "orgs_user" ',
    '"orgs_user_groups"',
    '"orgs_invitation"',
    '"mfa_authenticator"',
    '"orgs_memberkey"',
    '"orgs_keygrant"',
    '"orgs_auditexport"',
)
# Where one confirms with the second factor, or promises something about oneself alone.
CONFIRMING = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate", "unlock"}
CONFIRMING |= {"rules_of_behavior", "mfa_authenticate", "account_login"}


@pytest.fixture
def tired(city):  # noqa: F811
    """The city eleven minutes after everybody's second factor."""
    sessions = [SessionStore(jar[settings.SESSION_COOKIE_NAME].value) for jar in city.cookies.values()]
    for amount in (-660, 660):
        for session in sessions:
            session["second_factor_at"] += amount
            session.save()
        if amount < 0:
            yield city


def weighs(answer):
    """What an answer did or gave that weighs, or None."""
    if "attachment" in answer.response.headers.get("Content-Disposition", ""):
        return "gives a file"
    return next((sql[:60] for sql in answer.wrote if any(table in sql for table in WEIGHTY)), None)


def test_no_place_changes_access_or_gives_a_file_without_the_second_factor(tired):
    """C8: every page that is no record, by GET and by POST, as the first who may."""
    found = []
    for place in PLACES:
        for name in place.who.split()[:1]:
            for how in ("get", "post"):
                answer = tired.ask(name, how, place_address(place), {"what": "all", "kept": "on"})
                if place.name not in CONFIRMING and weighs(answer):
                    found.append(f"{place.name} {how}: {weighs(answer)}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("noun", RECORDS)
def test_no_record_changes_access_or_gives_a_file_without_the_second_factor(tired, noun):
    """C8: every page and every move of every record, with what its form needs, as the first who may."""
    found, walked = [], 0
    for state in list(SEES[noun])[:2]:
        with transaction.atomic():
            subject = build(tired.world, noun, state)
            for row in RECORDS[noun]:
                name = next((one for one in MEMBERS if expected(noun, state, row, one) == "through"), None)
                if name is None:
                    continue
                url, data = address(row.name, subject.keys), body(tired.world, row.name, subject)
                for how in (
                    ("get",) if row.how == PAGE else ("post",) if row.how == PRESS else ("get", "post")
                ):
                    walked += 1
                    answer = tired.ask(name, how, url, data if how == "post" else None)
                    if weighs(answer):
                        found.append(f"{name} {how} {row.name} ({state}): {weighs(answer)}")
            transaction.set_rollback(True)
    assert not found, "\n".join(found)
    assert walked


def views(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from views(entry)
        else:
            yield entry.name, entry.callback


@pytest.mark.parametrize(
    ("name", "view"), [pair for pair in views() if pair[0].startswith(("export_", "purge_", "print_release"))]
)
def test_a_view_that_takes_records_away_says_that_it_asks(name, view):
    """C8: by the name in the table of addresses and the mark that the decorator leaves."""
    assert getattr(view, "steps_up", False), name
