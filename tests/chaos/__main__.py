"""Put an installation under fire, fault by fault, and print what it cost; ends with 1 on any loss.

On real servers: PostgreSQL, Valkey, a worker, beat and an SMTP server, all started here and ended here.
`python -m tests.chaos` runs every fault; with names (`kill flood`), those whose name begins so.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.chaos.harbor import HALF_WRITTEN, LOCKED, Clock, Harbor

KILLS = 7  # in each of the three steps
FLOOD = int(os.environ.get("CAUSEWAY_CHAOS_FLOOD", "100000"))  # reminders that fall due in one minute
NORMAL_AGAIN = 60  # seconds from a fault's end until nothing waits
COLUMNS = ("lost", "recorded twice", "sent twice", "strange", "out of order")


class Fault(NamedTuple):
    name: str
    does: object  # does(harbor) → notices that must be given; or (notices, mails that may come twice)
    moves_the_clock: bool = False


def main(wanted):
    """Run the faults whose name begins with one of `wanted`, or all; returns how many promises broke."""
    chosen = [fault for fault in FAULTS if not wanted or fault.name.startswith(tuple(wanted))]
    print(
        f"{'fault':44} {'notices':>8} "
        + " ".join(f"{name:>14}" for name in COLUMNS)
        + "   normal after  took"
    )
    broken = 0
    with Harbor() as harbor:
        for fault in chosen:
            if not fault.moves_the_clock:
                broken += under(fault, harbor)
    for fault in chosen:
        if fault.moves_the_clock:
            with tempfile.TemporaryDirectory(prefix="causeway-clock-") as folder:
                Path(folder).chmod(0o755)
                with Clock(folder) as clock, Harbor() as harbor:
                    harbor.clock = clock
                    broken += under(fault, harbor)
    print("chaos: nothing is lost" if not broken else f"chaos: {broken} promises are broken")
    return broken


def under(fault, harbor):
    """One fault and its line of the table; returns how many promises it broke."""
    harbor.sweep()
    began = time.monotonic()
    answer = fault.does(harbor)
    notices, twice = answer if isinstance(answer, tuple) else (answer, 0)
    after = harbor.rest(notices, 3 * NORMAL_AGAIN)
    counted = harbor.count(notices)
    took = time.monotonic() - began
    said = " ".join(f"{counted[name]:>14}" for name in COLUMNS)
    normal = f"{after:.1f} s" if after is not None else "never"
    print(f"{fault.name:44} {notices:>8} {said} {normal:>14} {took:>4.0f} s", flush=True)
    wrong = [name for name in COLUMNS if counted[name] > (twice if name == "sent twice" else 0)]
    if after is None or after > NORMAL_AGAIN:
        wrong.append("normal lag within a minute")
    for name in wrong:
        print(f"    broken: {name}\n    {harbor.log('worker')[-600:]}\n    {harbor.log('beat')[-300:]}")
    return len(wrong)


def kills_while_claiming(harbor):
    """The statement that marks rungs and fills the outbox has marked them when the worker dies."""
    notices = 0
    for _ in range(KILLS):
        notices += harbor.fall_due(5, after=3)
        held = harbor.holding(HALF_WRITTEN)
        harbor.works_at("%UPDATE orgs_reminder r SET fired_at%")
        harbor.kill("worker")
        held.close()
        harbor.start("worker")
    return notices


def kills_while_sending(harbor):
    """The mail server has the mail in hand and has not kept it when the worker dies."""
    notices = 0
    for _ in range(KILLS):
        harbor.sink.hold("before")
        notices += harbor.fall_due(5)
        assert harbor.sink.holding.wait(60), "no mail came"
        harbor.kill("worker")
        harbor.sink.release()
        harbor.start("worker")
    return notices


def kills_before_marking(harbor):
    """The mail is kept and answered, and the row cannot be marked yet, when the worker dies."""
    notices = 0
    for _ in range(KILLS):
        harbor.sink.hold("after")
        notices += harbor.fall_due(5)
        assert harbor.sink.holding.wait(60), "no mail came"
        held = harbor.holding(LOCKED)
        harbor.sink.release()
        harbor.works_at("UPDATE %orgs_outboxmessage%SET%state%'sent'%")
        harbor.kill("worker")
        held.close()
        harbor.start("worker")
    return notices, KILLS * 2  # two workers' processes can each have had one in hand


def two_beats(harbor):
    harbor.processes["second beat"] = harbor.processes["beat"]
    harbor.start("beat")
    notices = harbor.fall_due(200, over=10)
    time.sleep(10)
    harbor.kill("second beat")
    del harbor.processes["second beat"]
    return notices


def no_beat(harbor):
    harbor.kill("beat")
    notices = harbor.fall_due(100, over=5)
    time.sleep(10)
    harbor.start("beat")
    return notices


def broker_flushed(harbor):
    notices = harbor.fall_due(300, over=10)
    for _ in range(20):
        harbor.empty_the_broker()
        time.sleep(0.5)
    return notices


def broker_stopped(harbor):
    notices = harbor.fall_due(200, over=10)
    time.sleep(2)
    harbor.stop_the_broker()
    time.sleep(15)
    harbor.start_the_broker()
    return notices


def database_stopped(harbor):
    notices = harbor.fall_due(300, over=10)
    time.sleep(3)
    harbor.stop_the_database()
    time.sleep(20)
    harbor.start_the_database()
    return notices, 2


def database_killed(harbor):
    notices = harbor.fall_due(300, over=10)
    time.sleep(3)
    harbor.kill_the_database()
    time.sleep(5)
    harbor.start_the_database()
    return notices, 2


def mail_silent(harbor):
    harbor.sink.mood = "silent"
    notices = harbor.fall_due(50)
    time.sleep(45)  # longer than anybody waits for an answer
    harbor.sink.release()
    return notices


def mail_refuses(harbor):
    """One address does not exist: its notices are put off, everybody else's go out at once."""
    harbor.sink.mood = "refuse"
    notices = harbor.fall_due(60)
    refused = "SELECT count(*) FROM orgs_outboxmessage o JOIN orgs_user u ON u.id = o.recipient_id "
    others = refused + "WHERE o.state = 'waiting' AND u.email NOT LIKE 'colleague@%%'"
    theirs = refused + "WHERE o.state = 'waiting' AND o.attempts > 0 AND u.email LIKE 'colleague@%%'"
    harbor.wait_until(lambda: harbor.query(theirs)[0][0] and not harbor.query(others)[0][0], 30)
    harbor.sink.release()
    return notices


def mail_hangs_up(harbor):
    """Each mail is kept, and the connection ends before anybody is told: it may come again, by its name."""
    harbor.sink.mood = "hang up"
    notices = harbor.fall_due(30)
    time.sleep(20)
    kept = len(harbor.sink.told())
    harbor.sink.release()
    return notices, kept


def poison(harbor):
    """A rung that cannot be worked out and a mail that cannot be written stop nobody."""
    harbor.query(
        "INSERT INTO orgs_reminder (id, organization_id, subject_type, subject_id, clock, version, rung, "
        "started_at, due_at, fire_at, team, repeat_after) "
        "SELECT gen_random_uuid(), id, 'cases.followup', gen_random_uuid(), 'poison', 1, 0, now(), now(), "
        "now(), 'supervisor', interval '0' FROM orgs_organization WHERE code = 'stx'"
    )
    harbor.query(
        "INSERT INTO orgs_outboxmessage (id, organization_id, kind, address, link, language, state, "
        "created_at, available_at, attempts, error) SELECT gen_random_uuid(), id, 'invitation', "
        "E'a\\nb@x.test', '', 'en', 'waiting', now(), now(), 0, '' FROM orgs_organization WHERE code = 'stx'"
    )
    notices = harbor.fall_due(300, over=5)
    harbor.wait_until(lambda: harbor.query("SELECT 1 FROM orgs_reminder WHERE failures > 0"), 30)
    return notices


def clock_jumps(harbor):
    """Three hours forward for half a minute, and back."""
    notices = harbor.fall_due(50)
    time.sleep(3)
    harbor.clock.set(3 * 3600)
    notices += harbor.fall_due(100, over=10)
    time.sleep(20)
    harbor.clock.set(0)
    time.sleep(1)
    return notices + harbor.fall_due(50)


def flood(harbor):
    """Very many reminders fall due within one minute."""
    notices = harbor.fall_due(FLOOD // 4, over=55)
    time.sleep(60)
    return notices


def deployment(harbor):
    """Workers and beat finish what they do and are replaced, three times, under load."""
    notices = harbor.fall_due(600, over=20)
    for _ in range(3):
        time.sleep(3)
        harbor.drain("beat")
        harbor.drain("worker")
        harbor.start("worker")
        harbor.start("beat")
    return notices


FAULTS = (
    Fault(f"kill -9 while claiming, {KILLS} times", kills_while_claiming),
    Fault(f"kill -9 while sending, {KILLS} times", kills_while_sending),
    Fault(f"kill -9 between sending and marking, {KILLS} times", kills_before_marking),
    Fault("two beats at once", two_beats),
    Fault("no beat for 10 s", no_beat),
    Fault("broker flushed, 20 times", broker_flushed),
    Fault("broker stopped for 15 s", broker_stopped),
    Fault("database stopped for 20 s", database_stopped),
    Fault("database killed", database_killed),
    Fault("mail server silent for 45 s", mail_silent),
    Fault("mail server refuses one address", mail_refuses),
    Fault("mail server hangs up", mail_hangs_up),
    Fault("poisoned rows", poison),
    Fault("deployment, 3 times", deployment),
    Fault(f"flood of {FLOOD} reminders in a minute", flood),
    Fault("clock 3 hours forward, and back", clock_jumps, moves_the_clock=True),
)

if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
