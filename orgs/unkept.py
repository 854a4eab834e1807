"""What is never kept while a screen is locked or somebody confirms who they are: what opens something (C7).

Whatever would let somebody in, a passphrase, a code, the answer of a security key, a part of the recovery
kit, is typed again. Nothing here is a list of pages: a form or a view still to come is known by what it is.
"""

from django.forms import BaseForm


def is_secret(request):
    """Whether what this POST carries may not be kept, not even sealed.

    So it is where the view is marked by `sensitive_post_parameters`; where it is one of allauth's, which are
    all about coming in; and where a field is filled in that some form asks for as a secret.
    """
    match = getattr(request, "resolver_match", None)
    view = match and match.func
    return bool(
        (view and (_is_marked(view) or _is_about_coming_in(view)))
        or any(request.POST.get(name) for name in _secret_names().intersection(request.POST))
    )


def _is_marked(view):
    """Whether `sensitive_post_parameters` is among the decorators of a view, however deep."""
    while view:
        code = getattr(view, "__code__", None)
        if code and code.co_name == "sensitive_post_parameters_wrapper":
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def _is_about_coming_in(view):
    """Whether a view is allauth's own, or built on one of its classes."""
    made_of = getattr(view, "view_class", view)
    homes = [made_of.__module__, *(base.__module__ for base in getattr(made_of, "__mro__", ()))]
    return any(home.partition(".")[0] == "allauth" for home in homes)


def _secret_names():
    """The names of the fields that any form asks for without showing what is typed.

    Which form it was nobody says in a POST: of two fields that are called alike both are typed again.
    """
    return {
        name
        for form in _below(BaseForm)
        for name, field in form.base_fields.items()
        if getattr(field.widget, "input_type", "") == "password"
    }


def _below(kind):
    for below in kind.__subclasses__():
        if hasattr(below, "base_fields"):
            yield below
        yield from _below(below)
