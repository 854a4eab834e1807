"""R6, C10: every URL, asked by everybody, for a record in every state, answers as the table says.

The table is `config/permission_table`. They take turns, so that each asks for every URL of a noun in some
state, and in every state for some. `CAUSEWAY_EVERY_DOOR=1` lets every one of them ask for everything.
"""

import functools
import os
import re

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.test.client import ClientHandler, RequestFactory
from django.urls import NoReverseMatch, get_resolver, reverse

from config.permission_table import (
    EVERYBODY,
    MEMBERS,
    OPEN,
    PAGE,
    PLACES,
    PRESS,
    RECORDS,
    SEES,
    expected,
    members_in,
)
from orgs.paper import HANDED_OVER
from tests.makers.every import UNKNOWN, body, build

ALL = bool(os.environ.get("CAUSEWAY_EVERY_DOOR"))
STATES = [(noun, state) for noun, states in SEES.items() for state in states]
WRITES = ("INSERT", "UPDATE", "DELETE")
MAY_WRITE = ('"orgs_auditline"', '"django_session"')  # what a page that is only read leaves behind
counted = {"requests": 0}


class Answer:
    """What came back, in the words of the table; `wrote` are the statements that changed rows."""

    def __init__(self, response, wrote, queries):
        self.response, self.wrote, self.queries = response, wrote, queries
        self.status = response.status_code
        self.location = response.headers.get("Location", "")

    @property
    def word(self):
        if self.status == 302 and self.location.startswith(reverse("account_login")):
            return "sign-in"
        return "through" if self.status in (200, 204, 302) else self.status

    @property
    def bytes(self):
        """Body and headers, less the request's own reference and the moment (`Expires` is that)."""
        reference = self.response.wsgi_request.reference.encode()
        headers = {name: value for name, value in self.response.headers.items() if name != "Expires"}
        return self.response.content.replace(reference, b""), headers


class City:
    """The world in one transaction, everybody signed in, and requests that leave no trace."""

    def __init__(self, world, members=MEMBERS):
        self.world, self.factory, self.handler = world, RequestFactory(), ClientHandler()
        self.handler.load_middleware()
        self.cookies = {name: world.client(self.member(name)).cookies for name in members}

    def member(self, name):
        organization, who = name.split(".")
        return getattr(getattr(self.world, organization), who)

    def ask(self, name, how, url, data=None):
        """One request by a member's name (None: nobody), rolled back; returns its `Answer`."""
        statements, headers = [], {}
        if name:
            headers["HTTP_COOKIE"] = "; ".join(f"{k}={m.value}" for k, m in self.cookies[name].items())
        request = getattr(self.factory, how)(url, data or {}, **headers)
        request = WSGIRequest(request.environ)
        request._dont_enforce_csrf_checks = True

        def watch(execute, sql, params, many, context):
            statements.append(sql)
            return execute(sql, params, many, context)

        with transaction.atomic(), connection.execute_wrapper(watch):
            response = self.handler.get_response(request)
            response.wsgi_request = request
            transaction.set_rollback(True)
        wrote = [s for s in statements if s.startswith(WRITES) and not any(t in s for t in MAY_WRITE)]
        answer = Answer(response, wrote, len([s for s in statements if "SAVEPOINT" not in s]))
        counted["requests"] += 1
        counted[answer.word] = counted.get(answer.word, 0) + 1
        return answer


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    import logging

    from tests.world import World

    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), transaction.atomic():
        yield City(World())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    print("\nDoors:", ", ".join(f"{number} {word}" for word, number in counted.items()))


def urls(resolver=None):
    """The name of every URL of the URL table."""
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from urls(entry)
        else:
            yield entry.name


def address(name, keys):
    """The URL of this name with those of the keys that it takes."""
    possible = get_resolver().reverse_dict.getlist(name)
    wanted = possible[0][0][0][1]
    return reverse(name, kwargs={key: keys[key] for key in wanted})


def place_address(place):
    for args in ((), (place.key,)):
        try:
            return reverse(place.name, args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(place.name)


def test_every_url_has_a_row_and_every_row_a_url():
    """C10: a new URL says in the table who gets in, or this fails."""
    rows = [place.name for place in PLACES] + [row.name for rows in RECORDS.values() for row in rows]
    names = list(urls())
    assert None not in names
    assert sorted(rows) == sorted(set(rows)), "a URL has two rows"
    assert set(names) - set(rows) == set(), "URLs without a row"
    assert set(rows) - set(names) == set(), "rows without a URL"


def test_every_state_of_every_move_is_in_the_table():
    """The table knows each state that a move can start from or end in; "sent" lasts for no moment."""
    from orgs.access_index import record_models

    for model in record_models():
        known = {state for starts, ends in model.MOVES.values() for state in (*starts, ends) if state}
        assert known - {"sent"} <= SEES[model._meta.model_name].keys(), model


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_places(city, place):
    """C10: pages that are no record open by role alone."""
    url, wrong = place_address(place), []
    for name in MEMBERS:
        want = "through" if name in place.who.split() else place.others
        for how in place_methods(place, name):
            answer = city.ask(name, how, url)
            wrong += judge(place, name, how, answer, want)
    assert not wrong, "\n".join(wrong)


def place_methods(place, name):
    """Both ways where somebody gets in; a page that everybody has is asked for by each role in turn."""
    if place.who == EVERYBODY and not ALL:
        index = [one.name for one in PLACES].index(place.name)
        return ("get", "post") if (MEMBERS.index(name) + index) % 4 == 0 else ()
    if name in place.who.split():
        return ("get", "post")
    return ("get",) if place.how == PAGE else ("post",)


ALWAYS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": ("same-origin", "no-referrer"),
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
INLINE = re.compile(rb"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\ssrc=\"/static/)")


def bare(answer):
    """What an answer lacks of what every one has (C20, R40): headers, a policy, nothing inline."""
    headers = answer.response.headers
    policy = headers.get("Content-Security-Policy", "")
    lacks = [
        name
        for name, value in ALWAYS.items()
        if headers.get(name) not in (value if isinstance(value, tuple) else (value,))
    ]
    saved = headers.get("Content-Disposition", "").startswith("attachment")
    parts = HANDED_OVER.split("; ") if saved else POLICY
    lacks += [part for part in parts if part not in policy] + ["unsafe"] * ("unsafe" in policy)
    found = INLINE.search(answer.response.content)
    return lacks + ([found.group().decode()] if found else [])


# Forms that are not shown where the move cannot start: a GET too is told so.
TOLD_BEFORE_TYPING = {"disclose_release", "tell_outcome_release"}


def judge(row, name, how, answer, want):
    """What is wrong with one answer, as a list of sentences."""
    wrong = [f"{name} {how} {row.name} lacks {lack}" for lack in bare(answer)]
    if how == "get" or row.how == PAGE:
        if answer.wrote and row.name not in PAGES_THAT_REMEMBER:
            wrong.append(f"{name} {how} {row.name} wrote: {answer.wrote[0][:90]}")
    allowed = {want}
    if (row.how == PRESS and how == "get") or (row.how == PAGE and how == "post"):
        allowed = {want, 405} if want != 409 else {405, 409, "through"}
    elif want == 409 and how == "get" and row.name not in TOLD_BEFORE_TYPING:
        allowed = {409, "through"}  # a page that says so, or the form; the move itself is refused
    if row.name == "account_logout" and how == "post":
        allowed = {"sign-in"}
    if answer.word not in allowed:
        wrong.append(f"{name} {how} {row.name}: {answer.word}, not {want}")
    return wrong


PAGES_THAT_REMEMBER = {"mfa_activate_totp", "mfa_add_webauthn"}


def turns(noun, state, row, index):
    """Who asks for this row, and how: (member, methods).

    One of each role that may see the record asks in every state (`has_turn`). The others of a role and the
    strangers of a house that has to do with the record ask for every row in some state; of a house that has
    nothing to do with it, one asks, now this one and now that one; and so does whoever only opens a form.
    """
    place, states, played = list(SEES[noun]).index(state) + index, list(SEES[noun]), set()
    own = ("get",) if row.how == PAGE else ("post",)
    other = ("post",) if row.how == PAGE else ("get",)
    for number, name in enumerate(MEMBERS):
        role, mine = name.replace("second_", ""), (number + place) % len(states) == 0
        first, seen = role not in played, name in members_in(noun, state, SEES[noun][state])
        house = strangers(noun, name)
        mine = mine and (not house or house.index(name) == index % len(house))
        played.add(role)
        page = row.name.startswith("view_") and (number + place) % 6 == 0
        asks = seen and first and has_turn(noun, state, row, name)
        if ALL or (asks and (number + place) % 6 == 0):
            yield name, own + other
        elif asks or mine or page:
            yield name, own


@functools.cache
def strangers(noun, name):
    """This member's colleagues and they, where nobody of their house ever sees a record of this noun."""
    seen = {one for state, roles in SEES[noun].items() for one in members_in(noun, state, roles)}
    house = name.split(".")[0]
    return [] if house in {one.split(".")[0] for one in seen} else [m for m in MEMBERS if m.startswith(house)]


@functools.cache
def answers(noun, row):
    """{state: {member: what the table says}} for the first of each role that sees the record there."""
    told = {}
    for state in SEES[noun]:
        seen = members_in(noun, state, SEES[noun][state])
        first = {name.replace("second_", ""): name for name in reversed(MEMBERS)}.values()
        told[state] = {
            name: expected(noun, state, row, name) for name in MEMBERS if name in first and name in seen
        }
    return told


def has_turn(noun, state, row, name):
    """Whether it is for this member to ask in this state.

    Those to whom a row is open, or too late, take turns over the states in which it is, each at least once.
    Whoever is refused asks in each of these states for one of the rows that refuse them in just these (by
    more, where there are more rows than states), and so for each of the rows at least once.
    """
    told = answers(noun, row)
    want = told[state].get(name)
    states = [one for one, words in told.items() if words.get(name) == want]
    if want in ("through", 409):
        alike = [one for one, word in told[state].items() if word == want]
        return len(states) < len(alike) or states.index(state) % len(alike) == alike.index(name)
    rows = rows_like(noun, row, name)
    many = max(len(rows), len(states))
    return any(
        turn % len(rows) == rows.index(row) and turn % len(states) == states.index(state)
        for turn in range(many)
    )


@functools.cache
def rows_like(noun, row, name):
    """The rows, this one with them, that this member is told the same by in every state, and called alike."""

    def of(one):
        return one.how, [words.get(name) for words in answers(noun, one).values()]

    return [one for one in RECORDS[noun] if of(one) == of(row)]


def test_every_member_asks_at_every_door_and_in_every_state():
    """The turns leave nobody out: each row by each who sees the record, each state by each who is refused."""
    for noun, states in SEES.items():
        doors, moments = set(), set()
        for index, row in enumerate(RECORDS[noun]):
            for state in states:
                for name, _methods in turns(noun, state, row, index):
                    doors.add((row.name, name, answers(noun, row)[state].get(name)))
                    moments.add((state, name, answers(noun, row)[state].get(name)))
        for row in RECORDS[noun]:
            for state, words in answers(noun, row).items():
                for name, word in words.items():
                    assert (row.name, name, word) in doors
                    assert word != 403 or (state, name, word) in moments


@pytest.mark.parametrize(("noun", "state"), STATES)
def test_records(city, noun, state):
    """R6, R9, R12, R13, C10: through, 403, 404 or 409, exactly as the table says."""
    wrong = []
    with transaction.atomic():
        subject = build(city.world, noun, state)
        for index, row in enumerate(RECORDS[noun]):
            url, data = address(row.name, subject.keys), body(city.world, row.name, subject)
            for name, methods in turns(noun, state, row, index):
                want = expected(noun, state, row, name)
                for how in methods:
                    answer = city.ask(name, how, url, data if how == "post" else None)
                    wrong += judge(row, name, how, answer, want)
        transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(set(urls())))
def test_nobody_who_is_not_signed_in_gets_anywhere(city, name):
    """R6: whatever is asked, and whether it exists or not, the answer is the way in."""
    place = next((place for place in PLACES if place.name == name), None)
    url = place_address(place) if place else address(name, {**UNKNOWN, "number": number_of(name)})
    for how in ("get", "post"):
        answer = city.ask(None, how, url)
        if name in OPEN and place and place.how == PAGE and how == "post":
            assert answer.word in ("through", 404, 405, "sign-in")
        elif name in OPEN:
            assert answer.word in ("through", 404, "sign-in")
        else:
            assert answer.word == "sign-in"


def number_of(name):
    return 1 if name == "edit_referral" else "C-9999"


STRANGERS = (
    "stt.supervisor stt.advocate stx.colleague vipd.partner stx.administrator council.oversight".split()
)
FIRST = {"referral": "delivered", "intake": "assigned", "handoff": "accepted"}


@pytest.mark.parametrize("noun", RECORDS)
def test_what_one_may_not_see_answers_as_what_does_not_exist(city, noun):
    """R6: the same bytes, the same headers, as many questions to the database; for every URL of a record."""
    state = FIRST.get(noun, next(iter(SEES[noun])))
    with transaction.atomic():
        subject = build(city.world, noun, state)
        for index, row in enumerate(RECORDS[noun]):
            there = address(row.name, subject.keys)
            nowhere = address(row.name, unknown(row.name, subject.keys))
            how = "get" if row.how == PAGE else "post"
            strange = [name for name in STRANGERS if expected(noun, state, row, name) == 404]
            assert len(strange) >= 3, row.name
            for name in strange if ALL else [strange[(index + step) % len(strange)] for step in (0, 1)]:
                found, missing = (city.ask(name, how, url) for url in (there, nowhere))
                assert found.status == missing.status == 404, (row.name, name)
                assert found.bytes == missing.bytes, (row.name, name)
                assert found.queries == missing.queries, (row.name, name)
        transaction.set_rollback(True)


def unknown(name, keys):
    """Keys like these that nothing has, each of the same length and shape."""
    nobody = {**UNKNOWN, "number": number_of(name)}
    if "reference" in keys:
        nobody["reference"] = "".join("9" if sign.isdigit() else sign for sign in keys["reference"])
    if str(keys.get("number", "")).startswith("I-"):
        nobody["number"] = "I-9999"
    return nobody


def test_a_page_that_never_was_and_a_record_of_others_are_the_same_page(city):
    """R6: not even an address that is no address at all looks different."""
    with transaction.atomic():
        case = build(city.world, "case", "open").record
        for name in STRANGERS:
            assert city.ask(name, "get", case.get_absolute_url()).bytes == city.ask(name, "get", "/x/").bytes
        transaction.set_rollback(True)


def test_a_note_and_a_wall_of_another_case_do_not_exist_in_mine(city):
    """R6: the second key of an address is looked for inside the first."""
    with transaction.atomic():
        mine, other = (build(city.world, "case", "open").keys for _ in range(2))
        for name, how in (("correct_note", "get"), ("correct_note", "post"), ("lift_wall", "post")):
            mixed = address(name, {**other, "number": mine["number"]})
            nobody = address(name, {**UNKNOWN, "number": mine["number"]})
            found, missing = (city.ask("stx.advocate", how, url) for url in (mixed, nobody))
            assert (found.status, found.bytes) == (404, missing.bytes)
            assert found.queries == missing.queries
        transaction.set_rollback(True)
