"""Every text that people read, as gettext is asked for it, out of the sources themselves.

Python is read as a tree, templates by Django's own parser, code tables as the data that they are. So it needs
no tool of the system's, and a text has the very key under which it is looked for when a page is made.
"""

import ast
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from django.template import Engine
from django.template.base import Lexer
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from orgs.codes import APPS, texts_of

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "orgs", "cases", "referrals")
# Which arguments are the text, its plural and its context.
FUNCTIONS = {
    "gettext": (0, None, None), "ngettext": (0, 1, None), "pgettext": (1, None, 0), "npgettext": (1, 2, 0),
}  # fmt: skip
IN_A_TAG = re.compile(r"""_\((["'])(.+?)\1\)""")


class Text(NamedTuple):
    """One text in English, with its plural and its context where it has them."""

    text: str
    plural: str = ""
    context: str = ""


def everything():
    """{`Text`: [file, below the root]} of all that is said anywhere; Django must be set up."""
    found = defaultdict(set)
    for path in sorted(_files()):
        name = str(path.relative_to(ROOT))
        for text in read(path):
            found[text].add(name)
    return {text: sorted(found[text]) for text in sorted(found)}


def read(path):
    """The texts of one file, as {`Text`}."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return set(of_python(source))
    if path.suffix == ".json":
        return {Text(one) for one in texts_of(json.loads(source))}
    return set(of_template(source))


def _files():
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path
        for path in (ROOT / room).rglob("templates/**/*"):
            if path.suffix in (".html", ".txt", ".js"):
                yield path
    for app in APPS:
        yield from (ROOT / app / "codes").glob("*.json")


def of_python(source):
    """The texts of calls of gettext's functions, by whatever name a file imports them."""
    tree, names = ast.parse(source), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {one.asname or one.name: _plain(one.name) for one in node.names}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = names.get(called.id) if isinstance(called, ast.Name) else None
        if name in FUNCTIONS:
            said = [_constant(node.args, place) for place in FUNCTIONS[name]]
            if said[0]:
                yield Text(*said)


def _plain(name):
    return name.removesuffix("_lazy").removesuffix("_noop")


def _constant(arguments, place):
    node = arguments[place] if place is not None and place < len(arguments) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def of_template(source):
    """The texts of `translate` and `blocktranslate`, and of `_("…")` among what a tag is given."""
    for node in _nodes(Engine.get_default().from_string(source).nodelist):
        if isinstance(node, TranslateNode):
            said = node.filter_expression.var.literal
            if isinstance(said, str):
                yield Text(_escaped(said), "", _literal(node.message_context))
        if isinstance(node, BlockTranslateNode):
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Text(node.render_token_list(node.singular)[0], plural, _literal(node.message_context))
    for token in Lexer(source).tokenize():
        if token.token_type.name in ("BLOCK", "VAR"):
            yield from (Text(_escaped(said)) for _quote, said in IN_A_TAG.findall(token.contents))


def _nodes(nodelist):
    """All nodes below; also in blocks of our own, whose content Django's own walk passes by."""
    for node in nodelist:
        yield node
        for name in {*node.child_nodelists, "nodelist"}:
            yield from _nodes(getattr(node, name, ()))


def _escaped(text):
    """As Django looks for it: a sign of percent stands twice."""
    return text.replace("%", "%%")


def _literal(expression):
    return expression.var if expression is not None and isinstance(expression.var, str) else ""
