"""What somebody had typed when they were told that it is too late: on the page, for them alone.

A press that comes after somebody else's is refused, and nothing of it is kept. The words are often about a
person and were not easy to write, so the page that says so gives them back as text. They come from the
request that carried them: nothing is stored, nothing is logged, and nobody else's page shows them. What lets
somebody in is never shown (`orgs.unkept`).
"""

from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID

from django import forms

from . import unkept

_bound = ContextVar("forms of this request", default=None)
NO_TEXT = (forms.PasswordInput, forms.HiddenInput, forms.FileInput, forms.CheckboxInput)
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "form_id"})


class Typed(NamedTuple):
    """One answer: what was asked, and what was typed or chosen; `long` where it is a text to copy."""

    label: str
    said: str
    long: bool


@contextmanager
def watching():
    """Remember the forms that a request fills in, until it is answered."""
    token = _bound.set([])
    try:
        yield
    finally:
        _bound.reset(token)


def remember(form):
    """A form was made with what somebody sent."""
    if (seen := _bound.get()) is not None:
        seen.append(form)


def left(request):
    """What this POST carried, as `Typed`s in the order in which it was asked; [] where it was nothing."""
    if request.method != "POST" or unkept.is_secret(request):
        return []
    found, asked = [], set()
    for form in _bound.get() or ():
        for field in form:
            if field.html_name in asked:
                continue
            asked.add(field.html_name)
            found += _answers(field, request.POST.getlist(field.html_name))
    for name, values in request.POST.lists():  # of a view that refused before it had looked at its form
        if name not in asked | NOT_TYPED:
            found += [Typed("", said, long=True) for said in values if _may_be_text(said)]
    return found


def context(request):
    """For templates: `typed`, asked for by the pages that say that it is too late."""
    return {"typed": lambda: left(request)}


def _answers(bound, values):
    field = bound.field
    if isinstance(field.widget, NO_TEXT):
        return
    if isinstance(field, forms.ModelChoiceField):  # who or which: a list, and nothing that was typed
        return
    known = dict(_flat(field.choices)) if isinstance(field, forms.ChoiceField) else None
    said = (
        ", ".join(str(known.get(value, "")) for value in values) if known is not None else "\n".join(values)
    )
    if said.strip(" ,\n"):
        is_text = known is None and isinstance(field.widget, (forms.Textarea, forms.TextInput))
        yield Typed(bound.label, said, long=is_text)


def _flat(choices):
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from ((str(one), said) for one, said in label)
        else:
            yield str(key), label


def _may_be_text(said):
    try:
        UUID(said)
    except ValueError:
        return bool(said.strip()) and said != "on"
    return False
