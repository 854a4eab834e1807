"""Components as tags: each fills a fragment of `components/` and knows nothing of any record."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from orgs import clock as clocks
from orgs import notices, words

register = template.Library()
register.filter("phone", words.phone)
register.filter("undo_url", notices.undo_url)


def fragment(context, name, **values):
    """Fill `components/<name>.html` with these values, the request's CSRF token and nothing else."""
    inner = context.new({**values, "csrf_token": context.get("csrf_token")})
    return mark_safe(context.template.engine.get_template(f"components/{name}.html").render(inner))  # noqa: S308


def _trimmed(content):
    return mark_safe(content.strip())  # noqa: S308 - the template that wrote it has escaped it already


# Time


@register.filter
def in_words(value, style="when"):
    return words.in_words(value, clocks.now(), style) if value else ""


@register.filter
def clock_class(due):
    return words.clock_state(due, clocks.now()) if due else ""


@register.filter
def plain_state(state):
    """A state as a word of the page: "information_requested" is "information requested"."""
    return str(state).replace("_", " ")


def _time(value, said, classes=""):
    stamp = value.isoformat() if words.is_day(value) else f"{value:%Y-%m-%dT%H:%M:%S%z}"
    classes = format_html(' class="{}"', classes) if classes else ""
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>', stamp, words.exactly(value), classes, said
    )


@register.simple_tag
def time(value, style="when"):
    """A moment or day in words, exact on hover and in print."""
    return _time(value, words.in_words(value, clocks.now(), style)) if value else ""


@register.simple_tag
def clock(due=None, style="due", text="", state=None):
    """A clock: words from `due` or `text`, colour from `state` ("late", "soon", "done", "") or `due`."""
    now = clocks.now() if due else None
    if state is None:
        state = words.clock_state(due, now) if due else ""
    classes = f"clock {state}".strip()
    if not due:
        return format_html('<span class="{}">{}</span>', classes, text)
    return _time(due, text or words.in_words(due, now, style), classes)


@register.simple_tag(takes_context=True)
def idle_seconds(context):
    """How long this member's screen may be left alone before it locks: their organization's setting (C7)."""
    organization = context["request"].user.organization
    return getattr(organization, "idle_minutes", settings.IDLE_MINUTES) * 60


# What one can do


@register.inclusion_tag("components/move_button.html", takes_context=True)
def move_button(context, url, label, quiet=False, small=False, stop=False, **hidden):
    """One move as a form with one button; other keyword arguments become hidden inputs."""
    return {"url": url, "label": label, "quiet": quiet, "small": small, "stop": stop, "hidden": hidden}


@register.inclusion_tag("components/move_link.html")
def move_link(url, label, quiet=False, small=False):
    """A link that looks like a button, for a verb that asks for more ("Move…")."""
    return {"url": url, "label": label, "quiet": quiet, "small": small}


# Blocks with content


@register.simple_block_tag(takes_context=True)
def panel(context, content, title="", count=None, late=False, id="", more_url="", more=""):
    values = {"title": title, "count": count, "late": late, "id": id, "more_url": more_url, "more": more}
    return fragment(context, "panel", content=content, **values)


@register.simple_block_tag(takes_context=True)
def row(context, content, what, url="", why="", due=None, style="due", clock_text="", state=None, tags=()):
    """One line of a list; the content is its actions."""
    about = {"what": what, "url": url, "why": why, "tags": tags}
    timing = {"due": due, "style": style, "clock_text": clock_text, "state": state}
    return fragment(context, "row", content=_trimmed(content), **about, **timing)


@register.simple_block_tag(takes_context=True)
def note(context, content, kind="", title=""):
    """Something to read before acting; kind is "", "warn", "stop" or "done"."""
    return fragment(context, "note", content=content, kind=kind, title=title)


@register.simple_block_tag(takes_context=True)
def gate(context, content, title, url="", label=""):
    """Stands where a button would: why it is not there (content), and the way to open it."""
    return fragment(context, "gate", content=content, title=title, url=url, label=label)


@register.simple_block_tag(takes_context=True)
def moment(context, content, when, what, who=""):
    """One entry of a timeline."""
    return fragment(context, "moment", content=_trimmed(content), when=when, what=what, who=who)


@register.simple_block_tag(takes_context=True)
def disclosure(context, content, summary, open=False):
    return fragment(context, "disclosure", content=content, summary=summary, open=open)


@register.simple_block_tag(takes_context=True)
def nothing(context, content, url="", label=""):
    """What would be here, and the one thing to do."""
    return fragment(context, "empty", content=content, url=url, label=label)


# Figures


@register.inclusion_tag("components/facts.html")
def facts(items):
    """A list of facts: (label, value) or (label, value, flag) tuples, or a mapping."""
    items = items.items() if hasattr(items, "items") else items
    return {"items": [(*item, "")[:3] for item in items]}


@register.inclusion_tag("components/side_by_side.html")
def side_by_side(left_title, left, right_title, right):
    """Two lists of facts to compare, side by side where there is room."""
    return {"sides": [(left_title, left), (right_title, right)]}


@register.inclusion_tag("components/tiles.html")
def tiles(items):
    """Figures with words: dicts of `count`, `label`, and perhaps `url` and `late`."""
    return {"items": items}


@register.inclusion_tag("components/load_bar.html")
def load_bar(value, limit):
    """How full a caseload is, as a bar with a mark at its limit."""
    top = max(value, limit, 1)
    return {"value": value, "limit": limit, "width": value * 100 // top, "mark": limit * 100 // top}


@register.simple_tag
def drawing(svg, words):
    """An SVG that the server made (a QR code, a chart), with the words that stand for it."""
    inner = mark_safe(svg[svg.index("<svg") :])  # noqa: S308 - made by us, from nothing that a person typed
    return format_html('<div class="drawing" role="img" aria-label="{}">{}</div>', words, inner)


@register.inclusion_tag("components/steps.html")
def steps(name, number, total, saved=None):
    """Where one is in a form of several pages; `saved` is the moment of the last save."""
    return {"name": name, "number": number, "total": total, "saved": saved}


@register.inclusion_tag("components/pager.html")
def pager(older_url="", newest_url="", shown=None, total=""):
    """Keyset pages: only "older" and "back to the newest". `total` is in words ("more than 500")."""
    return {"older_url": older_url, "newest_url": newest_url, "shown": shown, "total": total}


@register.inclusion_tag("components/receipt.html")
def receipt(number, label):
    """A number to keep, large, in groups of four if it is only digits."""
    number = str(number)
    groups = [number[i : i + 4] for i in range(0, len(number), 4)] if number.isdigit() else [number]
    return {"groups": groups, "label": label}
