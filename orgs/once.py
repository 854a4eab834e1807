"""A form that makes something new makes it once, however often its button is pressed.

A form whose class says `once = True` carries an id, new each time that it is shown and kept when it is shown
again with a mistake, or given back after the screen was unlocked. A view marked `@once` uses it up in the
transaction that makes the thing; the next press with it is led to where the first one led.
"""

from datetime import timedelta
from functools import wraps
from uuid import UUID, uuid4

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from . import clock
from .models import UsedForm
from .tenancy import current

FIELD = "form_id"
KEPT = timedelta(days=30)


def field_for(data):
    """The hidden input of a form; `data` is what was sent with it, or empty."""
    form_id = _read(data) or uuid4()
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, form_id)


def once(view):
    """A view whose POST makes something: one that made it is not repeated by a second press.

    Put it innermost, below whatever may turn a request away. Only an answer that leads on counts as made.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        form_id = _read(request.POST) if request.method == "POST" else None
        if form_id is None:
            return view(request, *args, **kwargs)
        if not UsedForm.take(form_id, request.user, request.path):
            return _led(request, form_id) or view(request, *args, **kwargs)
        answer = view(request, *args, **kwargs)
        mine = UsedForm.objects.filter(organization_id=request.user.organization_id, form=form_id)
        if answer.status_code == 302:
            mine.update(led_to=answer.url)
        else:
            mine.delete()
        return answer

    return wrapper


def forget_old():
    """Drop what the acting organization's members sent so long ago that no page of it is open any more."""
    UsedForm.objects.filter(organization_id=current.get(), used_at__lt=clock.now() - KEPT).delete()


def _led(request, form_id):
    """Where the first press of this form led this member, or None where it was another's or another form."""
    first = UsedForm.objects.filter(
        organization_id=request.user.organization_id, form=form_id, user=request.user, path=request.path
    ).first()
    if first is None or not first.led_to:
        return None
    messages.info(request, _("This was sent before, and is kept once."))
    return redirect(first.led_to)


def _read(data):
    try:
        return UUID(data.get(FIELD, ""))
    except ValueError:
        return None
