"""The supervisor's board."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs.roles import Role
from referrals import board as the_board


@require_GET
def board(request):
    """Clocks running out, what is with nobody, what waits for a word, and who has how much."""
    if request.user.role != Role.SUPERVISOR:
        raise Http404
    return render(request, "referrals/desk/board.html", the_board.board(request.user))
