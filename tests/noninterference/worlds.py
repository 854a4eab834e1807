"""Plays: a scene, then steps of private moves, a move of the channel, and time; and what is seen at each.

`two_worlds` plays the same channel twice with different private moves and compares all that the referrers
can obtain after every step. `before_and_after` holds the clock and compares around every private move.
"""

from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

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
    """One step of a play: private moves of either world (numbers that choose), a channel move, a pause."""

    here: tuple
    there: tuple
    channel: int
    pause: int


class Play:
    """One world under way."""

    def __init__(self, stage, label):
        self.stage, self.label, self.step = stage, label, 0
        self.channel, self.house, self.seen = Channel(stage), House(stage), Seen(stage)
        self.done = []
        mail.outbox = list(stage.mails)

    @classmethod
    def scene(cls, stage):
        """One packet read, one waiting, one of the prosecution read, one still a draft: where all begin."""
        play = cls(stage, "")
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
            self.turn({"here": 100, "there": 200}[self.label] + place)
            self.done.append(self.house.move(draw))

    def tick(self):
        """All that runs when nobody presses anything, and the mail that leaves with it."""
        self.turn(950)
        for entry in app.conf.beat_schedule.values():
            if entry["task"] not in NOT_IN_A_TICK:
                app.tasks[entry["task"]]()
        for sent in mail.outbox:
            if not hasattr(sent, "left_at"):
                sent.left_at = self.stage.chance.moment

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


def two_worlds(stage, steps, seed, questions=6):
    """What differs between two worlds with the same channel; [] when nothing does. And how they went."""
    script, looks, told = [], [], []
    with stage.played(), eager():
        play = Play(stage, "here")
        for number, step in enumerate(steps, 1):
            play.step = number
            play.privately(step.here)
            play.turn(900)
            possible = play.channel.possible()
            move = possible[step.channel % len(possible)] if possible else None
            went = bool(move) and play.channel.play(move)
            stage.forward(PAUSES[step.pause])
            play.tick()
            own = play.channel.references
            asked = [*core(own, number), *drawn(f"{seed}/{number}", questions, Names.of_the_world(), own)]
            looks.append((asked, play.look(asked)))
            script.append(move if went else None)
        told.append(play.done)
    wrong = []
    with stage.played(), eager():
        play = Play(stage, "there")
        for number, (step, move, (asked, look)) in enumerate(zip(steps, script, looks, strict=True), 1):
            play.step = number
            play.privately(step.there)
            play.turn(900)
            if move and not play.channel.play(move):
                break  # a packet goes on only before any contact: from here on these are other channels
            stage.forward(PAUSES[step.pause])
            play.tick()
            wrong += compare(look, play.look(asked), f"step {number} ({move.verb if move else 'time'})")
        told.append(play.done)
    return wrong, script, told


def before_and_after(stage, draws, seed, questions=6):
    """What a referrer sees change around private moves while the clock is held; [] when nothing does."""
    wrong = []
    with stage.played(), eager():
        play = Play(stage, "here")
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
            play.tick()
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
