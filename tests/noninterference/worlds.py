"""Plays: a scene, then steps of private moves, a move of the channel, and time; and what is seen at each.

`worlds` plays the same channel again and again with other private moves, and compares all that the referrers
can obtain after every step. `before_and_after` holds the clock and compares around every private move.
"""

from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from celery.schedules import crontab
from django.core import mail

from config.celery import app
from tests.noninterference.channel import Channel
from tests.noninterference.private import House
from tests.noninterference.questions import Names, core, drawn, strange
from tests.noninterference.seen import Seen, difference

PAUSES = (
    timedelta(0), timedelta(minutes=1), timedelta(minutes=40), timedelta(hours=3), timedelta(hours=20),
    timedelta(days=3), timedelta(days=15), timedelta(days=31),
)  # fmt: skip
NOT_IN_A_TICK = {"orgs.compare_access"}  # it only compares, every night


class Step(NamedTuple):
    """One step: the private moves of each world (numbers that choose, or names), a channel move, a pause."""

    private: tuple
    channel: int
    pause: int


class Play:
    """One world under way."""

    def __init__(self, stage, number=0):
        self.stage, self.number, self.step = stage, number, 0
        self.channel, self.house, self.seen = Channel(stage), House(stage), Seen(stage)
        self.done = []
        mail.outbox = list(stage.mails)

    @classmethod
    def scene(cls, stage):
        """One packet read, one waiting, one of the prosecution read, one still a draft: where all begin."""
        play = cls(stage)
        play.turn(0)
        channel = play.channel
        for by, fields in (
            ("vipd.officer", {}),
            ("vipd.officer", {"priority": "crisis", "alias": "Heron"}),
            ("prosecution.system_advocate", {"alias": "Egret"}),
        ):
            channel.draft(by=by, **fields)
        for place, verbs in enumerate((("send", "acknowledge"), ("send",), ("send", "acknowledge"))):
            for verb in verbs:
                reference = channel.references[place]
                move = next(
                    move for move in channel.possible() if move.verb == verb and reference in move.url
                )
                assert channel.play(move), move
        channel.draft(by="vipd.officer", alias="Tern")
        play.tick()
        play.tick()  # what the first one wrote leaves with the second
        stage.packets, stage.mails = tuple(channel.packets), tuple(mail.outbox)

    def turn(self, part):
        self.stage.chance.at(self.step * 1000 + part)

    def privately(self, draws):
        """Do one private move for each number."""
        for place, draw in enumerate(draws):
            self.turn(100 * (self.number + 1) + place)  # what is drawn in it is drawn in no other world
            self.done.append(self.house.move(draw))

    def tick(self, passed=timedelta(days=1)):
        """What runs when nobody presses anything and so much time has passed, and the mail that leaves."""
        self.turn(950)
        for entry in app.conf.beat_schedule.values():
            seldom = isinstance(entry["schedule"], crontab) and passed < timedelta(hours=1)
            if entry["task"] not in NOT_IN_A_TICK and not seldom:
                app.tasks[entry["task"]]()
        for sent in mail.outbox:
            if not hasattr(sent, "left_at"):
                sent.left_at = self.stage.chance.moment

    def step_until_channel(self, number, step):
        """The private moves of a step; returns the moves of the channel that are possible then."""
        self.step = number
        self.privately(step.private[self.number])
        self.turn(900)
        return self.channel.possible() if self.number == 0 else ()

    def wait(self, pause):
        self.stage.forward(pause)
        self.tick(pause)

    def look(self, questions):
        """The rows of the referrers' side, and the answer to each question."""
        self.turn(990)
        return self.seen.now(), {question: question.put(self.stage) for question in questions}


def compare(one, other, where):
    """What differs between two looks, as sentences."""
    rows, answers = one
    other_rows, other_answers = other
    wrong = [f"{where}: {sentence}" for sentence in difference(rows, other_rows)]
    for question, again in other_answers.items():
        answer = answers[question]
        if answer.bytes != again.bytes:
            wrong.append(f"{where}: {question} differs: {first_difference(answer, again)}")
        if answer.work != again.work:
            wrong.append(f"{where}: {question} takes other work: {len(answer.work)} and {len(again.work)}")
    return wrong


def first_difference(one, other):
    """Where two answers part, with what stands around it."""
    if one.status != other.status:
        return f"{one.status} and {other.status}"
    if one.headers != other.headers:
        return f"{set(one.headers) ^ set(other.headers)}"
    if one.cookies != other.cookies:
        return f"{one.cookies} and {other.cookies}"
    place = next(
        (place for place, (a, b) in enumerate(zip(one.body, other.body, strict=False)) if a != b),
        min(len(one.body), len(other.body)),
    )
    return f"{one.body[place - 80 : place + 80]!r} and {other.body[place - 80 : place + 80]!r}"


@contextmanager
def eager():
    """Tasks that tasks send run at once."""
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    try:
        yield
    finally:
        app.conf.task_always_eager, app.conf.task_eager_propagates = before


def worlds(stage, steps, seed, questions=3):
    """What differs between the first world and each of the others; [] when nothing does. And how they went.

    A world differs from the others in its private moves alone: `steps[n].private[world]`. The moves of the
    channel are those that the first world had.
    """
    script, looks, told, wrong = [], [], [], []
    with stage.played(), eager():
        play = Play(stage)
        names = Names.of_the_world()
        for number, step in enumerate(steps, 1):
            possible = play.step_until_channel(number, step)
            move = possible[step.channel % len(possible)] if possible else None
            went = bool(move) and play.channel.play(move)
            play.wait(PAUSES[step.pause])
            own = play.channel.references
            asked = [*core(own, number), *drawn(f"{seed}/{number}", questions, names, own)]
            looks.append((asked, play.look(asked)))
            script.append(move if went else None)
            names = Names.of_the_world() if number < len(steps) else names
        told.append(play.done)
    for world in range(1, len(steps[0].private)):
        with stage.played(), eager():
            play = Play(stage, world)
            for number, (step, move, (asked, look)) in enumerate(zip(steps, script, looks, strict=True), 1):
                play.step_until_channel(number, step)
                if move and not play.channel.play(move):
                    break  # a packet goes on only before any contact: from here on these are other channels
                play.wait(PAUSES[step.pause])
                wrong += compare(look, play.look(asked), f"step {number} ({move.verb if move else 'time'})")
            told.append(play.done)
    return wrong, script, told


def before_and_after(stage, draws, seed, questions=3):
    """What a referrer sees change around private moves while the clock is held; [] when nothing does."""
    wrong = []
    with stage.played(), eager():
        play = Play(stage)
        play.step = 1
        names = Names.of_the_world()
        asked = [
            *core(play.channel.references, 0),
            *core(play.channel.references, 1),
            *drawn(seed, questions, names, play.channel.references),
        ]
        before = play.look(asked)
        for number, draw in enumerate(draws):
            play.turn(300 + number)
            play.done.append(play.house.move(draw))
            play.tick(timedelta(days=number == len(draws) - 1))
            wrong += compare(before, play.look(asked), f"after {play.done[-1]}")
        wrong += unknown_to_referrers(stage, seed, questions)
    return wrong, play.done


def unknown_to_referrers(stage, seed, questions):
    """How what lies in other houses differs, for a referrer, from what never was (R6)."""
    wrong = []
    for there, nowhere in strange(seed, questions):
        found, missing = there.put(stage), nowhere.put(stage)
        if found.bytes != missing.bytes:
            wrong.append(f"{there} is not as {nowhere}: {first_difference(found, missing)}")
        if found.work != missing.work:
            wrong.append(f"{there} takes other work than {nowhere}: {len(found.work)}, {len(missing.work)}")
    return wrong
