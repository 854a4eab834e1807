"""What a whole run of the tests has logged, and whether a person can be read in it (C25).

Every process of a run writes its log lines, through the formatter of production, into one folder; workers,
beat and PostgreSQL leave theirs there too. When the run ends, `tests/conftest.py` looks through all of them.
"""

import ast
import logging
import logging.config
import os
import re
from pathlib import Path

from config import logs
from tests.servers import ROOT

PERSONAL = {"name", "alias", "signer_name", "email", "phone", "reach_at", "address", "referrer_name"}
SENTENCE = re.compile(r"[A-Z][^{}<>=/]*\s[^{}<>=/]*\s[^{}<>=/]*[.!?]?$")
PHONE = re.compile(r"\+?1?[ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d{4}$")


def people():
    """Every name, address, phone number and sentence that the makers of the tests put into the product."""
    from tests import world

    found = {world.PASSPHRASE, "+13405550199"}
    for organization in world.ORGANIZATIONS:
        for who in organization["staff"]:
            found |= {
                f"{who.replace('_', ' ').title()} (invented)",
                f"{who}@{organization['code']}.test",
            }
    for path in sorted((ROOT / "tests" / "makers").glob("*.py")):
        found |= _said_in(ast.parse(path.read_text()))
    return found


def _said_in(tree):
    """Sentences, numbers, and what is given for a personal field, in the code of a maker."""
    explained = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if getattr(key, "value", None) in PERSONAL:
                    found |= _texts(value)
        elif isinstance(node, ast.keyword) and node.arg in PERSONAL:
            found |= _texts(node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            if SENTENCE.match(node.value) or PHONE.match(node.value):
                found.add(node.value)
    return found


def _texts(node):
    """The text of a constant that could be a person's, if it is one."""
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return {text} if len(text) >= 5 else set()


def formatter():
    """The one that production writes with."""
    made = logs.settings()["formatters"]["line"]
    return logging.config.DictConfigurator({"version": 1}).configure_formatter(made)


def start(folder):
    """Write every line that this process logs into `folder`; returns the handler."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(Path(folder) / f"process-{os.getpid()}.log", delay=True)
    handler.setFormatter(formatter())
    logging.getLogger().addHandler(handler)
    return handler


def found_in(folder):
    """[(file, what was found)…] in the logs of a folder; empty when nobody can be read in them."""
    texts, found = people(), []
    for path in sorted(Path(folder).glob("*.log")):
        written = path.read_text(errors="replace")
        found += [(path.name, text) for text in sorted(texts) if text in written]
    return found
