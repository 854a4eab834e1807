"""Letters from the public page: one that waits to be read, and one that is answered and goes on."""

from orgs import clock
from referrals import letterbox
from referrals.models import Inquiry

from .past import acting, ago
from .people import member


def tell():
    """Both to the Women's Coalition. Their digits are shown to nobody; whoever tries it writes one."""
    desk = member("wcsc", "intake")
    ago(minutes=50)
    write(
        desk.organization,
        "I do not want to talk on the phone. Is there somebody who speaks Spanish? (invented)",
        "high_risk",
        called="Pelican (invented)",
        language="es",
        needs=["talk", "safe_place"],
    )
    ago(hours=2)
    letter, opener = write(
        desk.organization,
        "How does a protection order work, and who learns of it? (invented)",
        "standard",
        called="Mangrove (invented)",
        language="en",
        needs=["protection_order"],
        island="STX",
        age_group="adult",
    )
    ago(hours=1, minutes=30)
    with acting(desk):
        letter.acknowledge(actor=desk)
        letter.answer(
            "A judge signs it; we go along. When could you talk for ten minutes? (invented)", actor=desk
        )
    ago(minutes=20)
    ticket = letterbox.read_ticket(letterbox.new_ticket(clock.now()), clock.now())
    [mine] = Inquiry.opened_by(opener)
    mine.hear(ticket.key_for(desk.organization_id), "Tomorrow before nine. (invented)")


def write(organization, text, priority, **said):
    """(the letter, what opens it) of somebody who comes back to read the answer."""
    now = clock.now()
    ticket = letterbox.read_ticket(letterbox.new_ticket(now), now)
    key, opener = ticket.key_for(organization.pk), letterbox.opener(ticket.number)
    content = {"basis": "self", "danger": priority, "way": "comes_back", **said}
    Inquiry.receive(organization, key, opener, priority=priority, content=content, text=text)
    [letter] = Inquiry.opened_by(opener)
    return letter, opener
