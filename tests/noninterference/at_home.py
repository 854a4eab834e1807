"""What a service does in its house that is about no one record, or begins one: settings, keys, papers.

`AT_HOME` names each address of the table of permissions that a member of a service may use beside those of
its records, and what is sent to it. `NOT_PRIVATE` names what is left out, each for its reason.
"""

from datetime import timedelta

from django.db import transaction

from cases.models import Case
from config.permission_table import OPEN, PLACES
from orgs import retention
from orgs.tenancy import acting_for
from orgs.words import local
from referrals.models import Intake
from tests.makers.demand import SERVED

# The directory, which every organization reads and a service writes knowing so; and the one thing that is
# told, under a release (`tests/test_outcome.py`).
NOT_PRIVATE = {
    "change_directory": "the name, islands, languages and telephones that everybody reads",
    "add_unit": "the units of the directory",
    "rename_unit": "the units of the directory",
    "deactivate_unit": "the units of the directory",
    "change_hours": "when the desk is open, which everybody reads",
    "change_limits": "stands in the row of the directory: `IN_THE_DIRECTORY`",
    "change_clock": "stands in the row of the directory: `IN_THE_DIRECTORY`",
    "reset_clock": "as change_clock",
    "change_mail": "stands in the row of the directory: `IN_THE_DIRECTORY`",
    "change_retention": "stands in the row of the directory: `IN_THE_DIRECTORY`",
    "rotate_keys": "the public key, to which a sender seals, in the row of the directory: `IN_THE_DIRECTORY`",
    "go_on_resealing": "as rotate_keys",
    "deactivate_member": "as rotate_keys: the keys are changed after whoever leaves",
    "shut_out_member": "as deactivate_member",
    "open_paper_release": "reads a scan of one's own; no release of the makers has one",
    "home": "leads to another page",
    "help": "leads to another page",
    "tell_outcome_release": "an outcome, under the person's own release",
}
OWN_ACCOUNT = "mfa_ account_ sessions end_ lock unlock stay resume recover_keys enroll rules_ account".split()


def _typed(moment):
    return local(moment).strftime("%Y-%m-%dT%H:%M")


def _number(house):
    """Of a case of the house, where it has one."""
    with acting_for(house.organization.pk), transaction.atomic():
        return Case.objects.order_by("pk").values_list("number", flat=True).first() or ""


def _open_to_all(house):
    """The number of an intake from which nobody of the house is walled."""
    with acting_for(house.organization.pk), transaction.atomic():
        kept = Case.objects.filter(restricted=True).values("person")  # opens in no emergency
        number = (
            Intake.objects.exclude(person__in=kept).order_by("pk").values_list("number", flat=True).first()
        )
    return number or "I-0001"


def _glass(world, house):
    why = {"reason": "danger_now", "why": "Somebody called from the hospital."}
    return {"number": _open_to_all(house), **why}


def _demand(world, house):
    now = world.now
    times = {"served_at": _typed(now - timedelta(hours=1)), "due_at": _typed(now + timedelta(days=9))}
    return {**SERVED, **times, "number": _number(house)}


def _breach(world, house):
    told = {"kind": "device", "what": "A phone was left in a taxi.", "records": "C-0001"}
    return {
        **told,
        "known_at": _typed(world.now - timedelta(hours=1)),
        "since": _typed(world.now - timedelta(days=1)),
    }


def _caseload(world, house):
    return {"leaver": str(house.advocate.pk), "to": [str(house.colleague.pk)], "reason": "leaving"}


def _periods(world, house):
    usual = {kind.code: kind.usual for kind in retention.kinds_of(house.organization)}
    return {**usual, "case": "12", "review": "60"}


def _clock(world, house):
    priorities = ("crisis", "high_risk", "standard", "information")
    return {
        f"{one}_{part}": said for one in priorities for part, said in (("amount", "3"), ("unit", "hours"))
    }


def _shift(world, house):
    return {"user": str(house.supervisor.pk), "weekdays": ["0"], "starts": "01:00", "ends": "02:00"}


def _duty_change(world, house):
    tomorrow = (local(world.now) + timedelta(days=1)).date().isoformat()
    return {"day": tomorrow, "starts": "01:00", "ends": "02:00", "user": str(house.supervisor.pk)}


def _coaching(world, house):
    return {"about": str(house.advocate.pk), "number": "", "text": "Calls back the same day."}


def _absence(world, house):
    today = local(world.now).date()
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=3)).isoformat()}
    return {**days, "who": str(house.advocate.pk), "cover": str(house.colleague.pk), "desk": "nobody"}


AT_HOME = {
    "write_coachingnote": _coaching,
    "take_up_all": {},
    "leave_shiftnote": lambda world, house: {"number": "", "text": "They call again at six."},
    "begin_absence": _absence,
    "new_intake": {
        "alias": "Kingfisher",
        "priority": "crisis",
        "island": "STX",
        "age_group": "adult",
        "language": "en",
    },
    "break_glass": _glass,
    "receive_demand": _demand,
    "start_breach": _breach,
    "list_purge": {},
    "mailbox": {"how": "daily", "language": "es"},
    "send_test_mail": {},
    "confirm_mail": {},
    "change_stop_link": {},
    "add_device": {},
    "save_view": {"page": "caseload", "name": "Mine", "query": "state=active"},
    "make_calendar": {},
    "revoke_calendar": {},
    "move_caseload": _caseload,
    "make_campaign": {
        "name": "Arrivals",
        "place": "Hall",
        "word": "AIRPORT",
        "language": "es",
        "door": "front",
    },
    "add_shift": _shift,
    "add_duty_change": _duty_change,
    "invite_member": {"email": "new@house.test", "name": "New (invented)", "role": "advocate", "unit": ""},
    "review_accounts": {},
    "set_aside": {},
    "review_audit": {},
    "export_audit": {"what": "all"},
    "purge_audit": {"kept": "on"},
    "make_recovery_kit": {},
    "print_access_report": lambda world, house: {"record": _open_to_all(house)},
}

# What changes the row of the directory and no page of a referrer: the addresses that are pressed, what is
# typed there, and the columns that change. Nothing of it is about a person.
LIMITS = {"load_limit": "30", "high_risk_weight": "2", "safe_attempts": "4"}
IN_THE_DIRECTORY = {
    "limits": (
        (("change_limits", [], {**LIMITS, "idle_minutes": "20"}),),
        {*LIMITS, "idle_minutes"},
    ),
    "clocks": (
        (("change_clock", ["accept_handoff"], _clock), ("reset_clock", ["no_contact"], {})),
        {"clocks", "clocks_version"},
    ),
    "mail": ((("change_mail", [], {"may_mute": "on"}),), {"may_gather", "may_mute", "may_feed"}),
    "periods": ((("change_retention", [], _periods),), {"retention"}),
    "keys": ((("rotate_keys", [], {}), ("go_on_resealing", [], {})), {"public_key", "key_version"}),
}


WHO = {
    "break_glass": "stx.colleague",  # who may not see the record anyway
    "begin_absence": "stx.supervisor",  # a desk proposes for itself alone, and an advocate covers no desk
}


def of_a_house(place):
    """Whether it is an address that somebody of a service may use, about their house."""
    helps = any(name.startswith(("stx.", "stt.")) for name in place.who.split())
    own = place.name in OPEN or place.name.startswith(tuple(OWN_ACCOUNT))
    return helps and not own


def places():
    """Every address of a house that is no record's, but the directory's."""
    return [place for place in PLACES if of_a_house(place) and place.name not in NOT_PRIVATE]
