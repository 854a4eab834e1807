"""What both sides see: the moves of the packet, made through the web by whoever makes them.

A `Played` move is remembered with its address and what was sent, so that another world repeats it exactly.
"""

from typing import NamedTuple

from django.db import transaction
from django.urls import reverse

from orgs.tenancy import acting_for
from referrals.models import Referral
from tests.makers.referral import draft

DESKS = {"stx": "stx.intake_worker", "stt": "stt.intake_worker"}
TOLD = {
    "acknowledge": {},
    "ask": {"topic": "language", "text": "Which language, please?"},
    "answer": {"text": "She speaks Spanish."},
    "write": {"text": "The number was written down wrongly."},
    "recall": {"reason": "mistake"},
    "mark_error": {"reason": "test"},
    "fail": {},
    "send": {},
}


class Played(NamedTuple):
    who: str
    verb: str
    url: str
    data: dict


class Channel:
    """The packets of a play, and what can be done with them now."""

    def __init__(self, stage):
        self.stage, self.packets = stage, list(stage.packets)

    def draft(self, by="vipd.officer", **fields):
        packet = draft(self.stage.world, by=self.stage.member(by), **fields)
        self.packets.append((packet.reference, by))
        return packet.reference

    @property
    def references(self):
        return [reference for reference, _by in self.packets]

    def possible(self):
        """Every move that the packets' states, by the clock, leave open, in a fixed order."""
        found = []
        for reference, by in self.packets:
            with acting_for(self.stage.member(by).organization_id), transaction.atomic():
                packet = Referral.objects.select_related("receiver").get(reference=reference)
            over = packet.is_closed(self.stage.chance.moment)
            for verb, (starts, _ends) in Referral.MOVES.items():
                if packet.state in starts and not over:
                    found += self._ways(packet, verb, by)
        return found

    def _ways(self, packet, verb, by):
        def played(who, data):
            return Played(who, verb, reverse(f"{verb}_referral", args=[packet.reference]), data)

        desk = DESKS.get(packet.receiver.code) if packet.receiver else None
        if verb in ("send", "answer", "recall", "mark_error"):
            yield played(by, TOLD[verb])
        elif verb == "write":
            yield played(by, TOLD[verb])
            yield played(desk, {"text": "Thank you. We have read it."})
        elif verb in ("acknowledge", "ask", "fail"):
            yield played(desk, TOLD[verb])
        elif verb == "reroute":
            to = "stt" if packet.receiver.code == "stx" else "stx"
            yield played(desk, {"to": to, "reason": "other_service"})

    def play(self, move):
        """Whether the move went through."""
        answer = self.stage.ask(move.who, move.url, move.data, how="post", keep=True)
        assert answer.status < 500, (move, answer.body[-2000:])
        return answer.status == 302


BY_THE_CLOCK = {"close", "deliver", "climb"}  # of a packet: the timer's, and the second half of `send`
NOT_SEEN = {"edit", "discard", "hand_on"}  # of what the sender alone has
