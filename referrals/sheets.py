"""Papers for people outside: a poster for a wall, a card to carry. Documents for `orgs.paper`."""

import io
import json
from functools import cache
from pathlib import Path

import segno

from orgs import codes, words
from referrals import campaigns

FOLDER = Path(__file__).resolve().parent / "texts"
LANGUAGES = ("en", "es", "ht")
PAPERS = {"letter": "us-letter", "a4": "a4"}
STRIPS = 8


def unbroken(number):
    """A telephone number that stays on one line."""
    return words.phone(number).replace(" ", "\N{NO-BREAK SPACE}")


@cache
def table(name):
    """The sentences of one sheet by language."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def qr(campaign):
    """The square code of a campaign's address, as an SVG that needs nothing else."""
    made, drawn = segno.make(campaigns.address(campaign), micro=False, error="q"), io.BytesIO()
    made.save(drawn, kind="svg", xmldecl=False, nl=False, omitsize=True, border=4)
    return drawn.getvalue().decode()


def poster(campaign, organization, *, paper, strips):
    """One page for a wall, in the campaign's language; nobody is named on it and nothing of this moment."""
    said, address = table("poster")[campaign.language], campaigns.to_type(campaign)
    number = unbroken(organization.hotline) if organization.hotline else ""
    mobile = [
        said["mobile"].format(number=unbroken(row.extra["number"]))
        for row in codes.load("orgs", "numbers")
        if row.extra["kind"] == "emergency" and set(row.extra["islands"]) & set(organization.islands)
    ]
    return {
        "template": "poster",
        "language": campaign.language,
        "title": said["title"],
        "paper": PAPERS[paper],
        "lines": said["lines"],
        "call": said["call"],
        "number": number,
        "write": said["write"],
        "square": said["square"],
        "qr": qr(campaign),
        "alt": said["alt"].format(address=address),
        "address": address,
        "danger": " ".join([said["danger"], *mobile]),
        "from": organization.name,
        "strips": STRIPS if strips else 0,
    }


def card(packet, *, language, named, foot):
    """A card for whoever was spoken with, of what the referrer may see (`projection`) and no more (R1).

    The plain form has numbers alone. `foot` stands on the sheet around it and is cut away.
    """
    said = table("card")[language]
    form = said["named" if named else "plain"]
    called = packet.receiver if named and packet.receiver else form["any_time"]
    emergency = [
        [said["mobile" if row.extra["islands"] else "emergency"], unbroken(row.extra["number"])]
        for row in packet.numbers
        if row.extra["kind"] == "emergency"
    ]
    taken = packet.state != "undeliverable"
    if taken and packet.receiver_phone:
        to_talk = [[called, unbroken(packet.receiver_phone)]]
    else:  # nobody has it: whoever answers on this island
        to_talk = [
            [str(row.label) if named else called, unbroken(row.extra["number"])]
            for row in packet.numbers
            if row.extra["kind"] == "help"
        ]
    return {
        "template": "card",
        "language": language,
        "title": form["title"],
        "numbers": [*emergency, *to_talk],
        "reference": [form["number"], packet.reference],
        "told": form["told"] if taken else form["told"][1:],  # nobody reads it
        "hint": form["fold"],
        "page": said["page"],
        "foot": foot,
    }


def language_of(code):
    """The language of a sheet for somebody who speaks `code`; others have English read out."""
    return code if code in LANGUAGES else "en"
