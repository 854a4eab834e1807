"""What asks for the second factor again (C8)."""

import pytest
from django.urls import reverse

STEP_UP = [
    ("supervisor", "offer_handoff", ["HO-AAAA-AA"]),
    ("advocate", "disclose_release", ["00000000-0000-0000-0000-000000000001"]),
    ("advocate", "record_oral_mandatedreport", ["00000000-0000-0000-0000-000000000001"]),
    ("advocate", "send_written_mandatedreport", ["00000000-0000-0000-0000-000000000001"]),
    ("advocate", "send_otiprequest", ["00000000-0000-0000-0000-000000000001"]),
    ("advocate", "ask_certification", ["00000000-0000-0000-0000-000000000001"]),
    ("advocate", "ask_again_certification", ["00000000-0000-0000-0000-000000000001"]),
    ("administrator", "resend_invitation", ["00000000-0000-0000-0000-000000000001"]),
    ("administrator", "unlock_member", ["00000000-0000-0000-0000-000000000001"]),
    ("administrator", "change_directory", []),
    ("administrator", "change_hours", []),
    ("administrator", "change_limits", []),
    ("administrator", "change_clock", ["follow_up"]),
    ("administrator", "reset_clock", ["follow_up"]),
    ("administrator", "add_unit", []),
]


@pytest.mark.parametrize(("who", "name", "args"), STEP_UP)
def test_what_lets_something_out_or_changes_who_may_asks_for_the_second_factor_again(world, who, name, args):
    """C8: ten minutes after it was last proved; what was typed waits for it."""
    client = world.client(getattr(world.stx, who))
    session = client.session
    session["second_factor_at"] -= 601
    session.save()
    answer = client.post(reverse(name, args=args), {"name": "Typed"})
    assert answer.status_code == 302 and answer.url.startswith("/confirm/"), (answer.status_code, name)
    assert client.session["kept"]
