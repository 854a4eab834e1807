"""What is kept for bad days: an emergency, a breach, a legal demand, an officer who is the one who harms."""

from datetime import timedelta

from cases.models import Breach, BreakGlass, Demand
from orgs import clock
from referrals.models import Intake, Referral

from .past import acting, ago
from .people import member


def tell():
    """One of each, so that every desk for them has something to look at. Everybody in it is invented."""
    emergency()
    breach()
    demand()
    officer()


def emergency():
    from .stories import a_case

    advocate, other, supervisor = (member("wcsc", who) for who in ("advocate", "advocate2", "supervisor"))
    for days, alias in ((6, "Tropicbird (invented)"), (1, "Noddy (invented)")):
        case = a_case(advocate, {"days": days + 9}, {"days": days}, alias=alias)
        ago(days=days)
        with acting(other):
            use = BreakGlass.open(
                case.number, "hospital", "A nurse called for somebody to come.", actor=other
            )
            use.end("Went there, and stayed until the advocate came.", actor=other)
        if days > 1:
            ago(days=days - 1)
            with acting(supervisor):
                use.review("needed", "Talked through; the on-call number was updated.", actor=supervisor)


def breach():
    supervisor = member("wcsc", "supervisor")
    ago(hours=9)
    with acting(supervisor):
        now = clock.now()
        found = Breach.start(
            actor=supervisor, kind="device", what="A phone of the shelter desk was left in a taxi.",
            known_at=now - timedelta(hours=1), since=now - timedelta(hours=3),
            member=member("wcsc", "advocate2"),
        )  # fmt: skip
        found.contain(["stopped", "keys"], actor=supervisor)
    ago(hours=4)
    with acting(supervisor):
        found.tell(
            "grantor", actor=supervisor, at=clock.now(), how="phone", to="The program office (invented)"
        )


def demand():
    from .stories import a_case

    advocate, supervisor = member("wcsc", "advocate"), member("wcsc", "supervisor")
    case = a_case(advocate, {"days": 30}, {"days": 3}, alias="Frigatebird (invented)")
    ago(days=2)
    with acting(supervisor):
        served = Demand.receive(
            actor=supervisor, record=case, kind="subpoena",
            served_at=clock.now(), due_at=clock.now() + timedelta(days=8),
            served_by="A process server (invented)", issued_by="Superior Court (invented)",
            asked="Any and all records of the person named.",
        )  # fmt: skip
        served.name_counsel("Ms. Invented, counsel, 340 555 0177", actor=supervisor)
        served.notify("told", actor=supervisor, way="call")


def officer():
    from .stories import acknowledged

    filed, desk = member("vipd", "officer"), member("wcsc", "intake")
    packet, _intake = acknowledged(filed, desk, {"hours": 30}, {"hours": 29}, alias="Shearwater (invented)")
    ago(hours=28)
    with acting(desk):
        packet = Referral.objects.get(pk=packet.pk)
        Intake.objects.get(referral=packet).mark_officer(actor=desk)
        packet.write_message("For us alone: the number on it is his own.", actor=desk)
