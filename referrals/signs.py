"""“Know the signs”: what an officer may see at a scene, and how to ask safely; the same for everybody.

In our own words, after the public guidance that `SOURCES` names. A sign is a reason to offer help, not proof.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Part(NamedTuple):
    name: str
    title: str
    lead: str
    points: tuple


PARTS = (
    Part(
        "before",
        _("Before you ask"),
        _("Somebody who controls the person may be near, and may be whoever seems to help."),
        (
            _("Make the place safe first. If somebody is in danger now, that comes before any question."),
            _(
                "Speak with the person alone, where nobody who came along can see or hear, for an ordinary "
                "reason. Whoever controls them can be a partner, a parent, a boss, another worker or the one "
                "who translates."
            ),
            _("If you cannot be alone with them, do not ask. Note what you saw and look for another moment."),
            _(
                "A telephone can listen and can show where it is. Speak away from it, and do not take it "
                "from them."
            ),
            _("Begin with what they need now: water, a seat, a toilet, a doctor if they want one."),
            _("Say who you are, and what you must write down or pass on, before they tell you anything."),
        ),
    ),
    Part(
        "words",
        _("Questions that judge nobody"),
        _("Ask about the day, not about a crime: few people call it trafficking."),
        (
            _("“Is it all right to talk here, now?”"),
            _("“Can you come and go as you like? What happens if you want to stop?”"),
            _("“Who has your papers, your telephone, your pay?”"),
            _("“Is it as you were told it would be?”"),
            _("“Is there anybody you are afraid for?”"),
            _(
                "“There are people who are not police. What you tell them they do not tell me. Would you "
                "like them to call you? You can say no.”"
            ),
        ),
    ),
    Part(
        "never",
        _("What not to do"),
        _("What is said or done here can follow the person home."),
        (
            _("Never ask in front of whoever may control them, and never tell that person what you suspect."),
            _("Do not ask why they stayed, why they did not call, or what they did wrong."),
            _(
                "Promise nothing: no safety, no papers, no shelter, no money, no end of charges. “I do not "
                "know, and I can ask” is a true answer."
            ),
            _("Do not make help depend on a statement. The form needs none of what was done to them."),
            _("Leave no card or paper with them unless they say that it is safe to have one."),
            _("A no is an answer for today, and proves nothing. Leave it easy to say yes later."),
        ),
    ),
    Part(
        "any",
        _("Signs of any trafficking"),
        _("No single sign proves it, and some people show none. One is enough to offer help."),
        (
            _("Somebody else speaks for the person, stays close, or is looked at before every answer."),
            _("Somebody else keeps their papers, telephone, money or key."),
            _("They cannot leave the place or the work, or are brought there and fetched again."),
            _("They owe a debt that grows, or came for something that was then not true."),
            _("They fear for themselves or their family, or answer in words learned by heart."),
            _("They do not know where they are, or are moved often, from island to island too."),
            _("They lack sleep, food or care, and own almost nothing."),
        ),
    ),
    Part(
        "labor",
        _("Forced work"),
        _("On a boat or a building site, in a kitchen, a shop, a field or a family’s house."),
        (
            _("The pay does not come, is kept “for the debt”, or is cut for food, a bed and tools."),
            _("They live where they work, many to a room, and may not go out when they choose."),
            _("The days are very long, without rest, and without what protects other workers."),
            _("They were hurt at work and not taken to a doctor."),
            _("They are told that the police will come, or that they will be sent away, if they stop."),
            _(
                "In a house: they work at all hours, have no door of their own, and are not left alone with "
                "visitors."
            ),
        ),
    ),
    Part(
        "sex",
        _("Forced sex"),
        _("In a hotel, a bar, a rented flat, a boat, a car, or arranged on a telephone."),
        (
            _("Somebody else arranges it, waits nearby, or takes the money."),
            _("They must bring a sum, and may not refuse or stop."),
            _("Somebody else rents the rooms, for a short time; they have few things of their own."),
            _("Somebody else writes their advertisements or holds their telephones."),
            _("It began with a partner or friend who was kind, and who now decides."),
            _("They bear a name or a mark that others with the same person bear too."),
        ),
    ),
    Part(
        "minor",
        _("Under 18"),
        _(
            "When somebody under 18 exchanges sex for anything of value (money, food, a bed, a ride, a "
            "telephone), that alone is trafficking: nobody needs to have forced or threatened them "
            "(22 U.S.C. 7102)."
        ),
        (
            _("They are missing from home or school, or come back with things that they could not buy."),
            _("They have a much older partner or “manager”, or do not say whom they are with."),
            _("They say that they are older, and cannot say when they were born."),
            _("Treat them as somebody who was harmed, whatever else you were called for."),
            _(
                "A child in danger must also be reported by voice, at once (5 V.I.C. 2533-2541). The form "
                "does not replace that."
            ),
        ),
    ),
    Part(
        "language",
        _("Language"),
        _("Whoever translates hears everything and can change every word."),
        (
            _("Take an interpreter from a service, by telephone if need be; never somebody who came along."),
            _("Let the interpreter not be from the same family, street or workplace."),
            _("Ask which language the person thinks in: a few words of English are not enough to be safe."),
            _("Do not rely on paper: not everybody reads the language that they speak."),
        ),
    ),
    Part(
        "reach",
        _("A safe way to reach them"),
        _("Only the person knows what is safe, and it can change tonight."),
        (
            _("Ask who else sees, answers or pays for the telephone."),
            _("Ask at which hours they are alone, and whether a message may be left."),
            _("Ask by which name to call, and what an advocate must never say or do."),
            _("If somebody else checks the telephone, find another way: at a clinic, through a friend."),
            _("If you could not ask, say so. A guess is more dangerous than “not known”."),
        ),
    ),
)
SOURCES = (
    _("DHS Blue Campaign: the indicator card, and what it offers law enforcement (dhs.gov/blue-campaign)"),
    _("National Human Trafficking Hotline: recognizing the signs (humantraffickinghotline.org)"),
    _("Office for Victims of Crime (OVC): Human Trafficking Task Force e-Guide (ovcttac.gov)"),
    _("U.S. Department of State: Identify and Assist a Trafficking Victim (state.gov)"),
    _("22 U.S.C. 7102 and 14 V.I.C. 131-151, which say what trafficking is"),
)
BESIDE = {
    "asked": ("before", "words"),
    "urgent": ("any", "labor", "sex", "minor"),
    "where": ("language",),
    "reach": ("reach",),
    "who": ("never",),
}


def beside(step):
    """What stands folded beside the questions of one page of the form, by the page's name."""
    return [part for part in PARTS if part.name in BESIDE.get(step, ())]
