"""One's own named filters: kept from the list that they are of, and removed there."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs import notices
from orgs.models import SavedView
from orgs.models.saved_view import LISTS, LONGEST, LONGEST_NAME, MOST, filters_of


def shown(request, page):
    """Context of a list: its named filters, and the ones that it has now, to be kept; one query."""
    return {
        "views": list(SavedView.objects.filter(user=request.user, page=page)),
        "page": page,
        "query": filters_of(page, request.GET.urlencode()),
        "longest": LONGEST_NAME,
    }


@require_POST
def save_view(request):
    """Keep the filters of a list under a name."""
    page, name = request.POST.get("page", ""), " ".join(request.POST.get("name", "").split())
    if page not in LISTS or request.user.role not in LISTS[page][0]:
        raise Http404
    query = filters_of(page, request.POST.get("query", ""))
    if not name or not query or len(name) > LONGEST_NAME or len(query) > LONGEST:
        messages.warning(request, _("Choose what to look at, and give it a short name."))
    elif not SavedView.keep(request.user, page, name, query):
        said = _("You have %(n)d of them, and there can be no more. Remove one first.")
        messages.warning(request, said % {"n": MOST})
    else:
        notices.say(request, _("Kept for you. Nobody else sees it."))
    return redirect(f"{reverse(page)}?{query}" if query else page)


@require_POST
def remove_view(request, pk):
    """That one is gone."""
    mine = get_object_or_404(SavedView, pk=pk, user=request.user)
    mine.remove(actor=request.user)
    notices.say(request, _("Removed."))
    return redirect(mine.page)
