"""Promise 1, under fire: real servers, a real worker and beat, and everything that can die dies.

Reminders are put into the table as the states of records would put them, many at once.
"""

import uuid

import pytest

from tests.stack import Stack

pytestmark = pytest.mark.worker

MANY = """
INSERT INTO orgs_reminder (id, organization_id, subject_type, subject_id, clock, version, rung, started_at,
                           due_at, fire_at, owner_id, team)
SELECT gen_random_uuid(), u.organization_id, 'cases.followup', gen_random_uuid(), 'follow_up', 1, 0, now(),
       now(), now() + (i %% 20) * interval '100 milliseconds', u.id, 'supervisor'
FROM orgs_user u, generate_series(1, %s) i WHERE u.email = 'advocate@stx.test'"""
# One mail tells of all that waits for somebody at that moment: every row names the mail that told of it.
TOLD = "SELECT '<' || sent_as || '@localhost>' FROM orgs_outboxmessage WHERE state = 'sent'"
UNSENT = "SELECT count(*) FROM orgs_outboxmessage WHERE state <> 'sent'"
OF_REMINDERS = "SELECT count(*) FROM orgs_outboxmessage WHERE reminder_id IS NOT NULL"
UNFIRED = "SELECT count(*) FROM orgs_reminder WHERE fired_at IS NULL AND repeat_after IS NULL"


@pytest.fixture(scope="module")
def stack():
    with Stack() as running:
        yield running


@pytest.fixture
def clean(stack):
    stack.query("DELETE FROM orgs_outboxmessage")
    stack.query("DELETE FROM orgs_reminder")
    for mail in stack.sink.folder.glob("*.eml"):
        mail.unlink()
    return stack


def all_sent(stack, count):
    return lambda: (
        stack.query(UNFIRED) == [(0,)]
        and stack.query(UNSENT) == [(0,)]
        and stack.query("SELECT count(*) FROM orgs_outboxmessage") == [(count,)]
        and {told for (told,) in stack.query(TOLD)} == {mail["Message-ID"] for mail in stack.sink.messages()}
    )


def test_a_due_reminder_arrives_by_mail_once_and_says_nothing(clean):
    """R38: one constant sentence and a link; no name, island, organization, urgency or kind in any part."""
    clean.query(MANY, [1])
    clean.wait_until(all_sent(clean, 1))
    (mail,) = clean.sink.messages()
    assert mail["Subject"] == "Causeway"
    assert mail.get_content().splitlines()[0] == "You have one item to look at in Causeway."
    whole = mail.as_string().lower()
    for word in ("follow", "advocate (", "croix", "help on", "high", "crisis", "overdue", "late", "case"):
        assert word not in whole.replace("advocate@stx.test", "")


def test_killing_the_worker_loses_nothing_and_records_nothing_twice(clean):
    clean.query(MANY, [60])
    for _ in range(4):
        clean.wait_until(lambda: clean.query("SELECT count(*) FROM orgs_outboxmessage")[0][0] > 0)
        clean.kill("worker")
        clean.start("worker")
    clean.wait_until(all_sent(clean, 60), seconds=60)
    sent = [mail["Message-ID"] for mail in clean.sink.messages()]
    assert len(sent) - len(set(sent)) <= 4  # twice only where a crash lay between sending and marking


def test_killing_beat_and_running_two_of_them_loses_nothing(clean):
    clean.kill("beat")
    clean.query(MANY, [20])
    clean.start("beat")
    clean.processes["first beat"] = clean.processes["beat"]
    clean.start("beat")  # and a second one beside it
    clean.wait_until(all_sent(clean, 20))
    sent = [mail["Message-ID"] for mail in clean.sink.messages()]
    assert len(sent) == len(set(sent))


def test_emptying_the_broker_loses_nothing(clean):
    clean.query(MANY, [40])
    for _ in range(5):
        clean.empty_the_broker()
    clean.wait_until(all_sent(clean, 40))
    sent = [mail["Message-ID"] for mail in clean.sink.messages()]
    assert len(sent) == len(set(sent))


def test_a_mail_server_that_is_away_delays_and_does_not_lose(clean):
    clean.sink.stop()
    clean.query(MANY, [3])
    clean.wait_until(lambda: clean.query("SELECT count(*) FROM orgs_outboxmessage")[0][0] == 3)
    from config.mailsink import MailSink

    clean.sink = MailSink(clean.sink.folder, smtp_port=clean.sink.smtp_port).start()
    clean.wait_until(all_sent(clean, 3), seconds=60)  # what was leased meanwhile is free in half a minute


def test_a_mail_that_never_goes_is_set_aside_and_stops_nobody_else(clean):
    clean.query(MANY, [1])
    clean.wait_until(all_sent(clean, 1))
    clean.query(
        "INSERT INTO orgs_outboxmessage "
        "(id, organization_id, kind, address, link, language, state, created_at, available_at, attempts, "
        "error) "
        "SELECT %s, id, 'invitation', 'nobody', '', 'en', 'waiting', now(), now(), 7, '' "
        "FROM orgs_organization WHERE code = 'stx'",
        [uuid.uuid4()],
    )
    clean.query("UPDATE orgs_outboxmessage SET address = E'a\\nb@x.test' WHERE kind = 'invitation'")
    clean.wait_until(
        lambda: (
            clean.query("SELECT state FROM orgs_outboxmessage WHERE kind = 'invitation'") == [("set_aside",)]
        )
    )
    clean.query(MANY, [5])
    clean.wait_until(lambda: clean.query(OF_REMINDERS + " AND state = 'sent'") == [(6,)])
    told = "SELECT count(*) FROM orgs_outboxmessage o JOIN orgs_user u ON u.id = o.recipient_id "
    assert clean.query(told + "WHERE u.email = 'administrator@stx.test'") == [(1,)]


def test_stopping_the_database_for_a_while_loses_nothing(clean):
    clean.query(MANY, [30])
    clean.stop_the_database()
    clean.start_the_database()
    clean.wait_until(all_sent(clean, 30), seconds=60)
