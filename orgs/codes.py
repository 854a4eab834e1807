"""Code tables: short lists of codes with labels that people read, kept as data beside the app.

A table is `<app>/codes/<name>.json`: `{"source": …, "codes": [{"code", "label", "hint"?, "group"?, …}],
"groups"?: [{"code", "label"}]}`. Labels of federal forms stand as the forms have them.

Labels and hints are lazy translations; `make messages` collects them out of the files. Models keep the
code in a plain column: a label can change, or a table grow, without a migration.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent
APPS = ("orgs", "cases", "referrals")
_OWN_KEYS = {"code", "label", "hint", "group"}
_TRANSLATED = {"label", "hint", "duty"}


@dataclass(frozen=True)
class Code:
    """One row: `code` is stored, `label` and `hint` are shown, `extra` holds what only this table has."""

    code: str
    label: str
    hint: str = ""
    group: str = ""
    extra: Mapping = field(default_factory=dict, hash=False)


class Codes:
    """One table, in its own order. Unknown codes raise KeyError, except in `label`."""

    def __init__(self, source: str, rows: list[Code], groups: list[Code]):
        self.source = source
        self.groups = tuple(groups)
        self._rows = {row.code: row for row in rows}

    def __iter__(self) -> Iterator[Code]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    def __getitem__(self, code: str) -> Code:
        return self._rows[code]

    def get(self, code: str) -> Code | None:
        return self._rows.get(code)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._rows)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """For the `choices` of a form field."""
        return [(row.code, row.label) for row in self]

    @property
    def grouped_choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The same under the labels of the groups."""
        return [
            (group.label, [(row.code, row.label) for row in self if row.group == group.code])
            for group in self.groups
        ]

    def label(self, code: str) -> str:
        """The label of `code`; a code that the table no longer has is shown as it is."""
        return self._rows[code].label if code in self._rows else code

    def hint(self, code: str) -> str:
        return self._rows[code].hint


@cache
def load(app: str, name: str) -> Codes:
    """The table `<app>/codes/<name>.json`. Raises FileNotFoundError when there is none."""
    data = json.loads((ROOT / app / "codes" / f"{name}.json").read_text(encoding="utf-8"))
    groups = [_code(row) for row in data.get("groups", [])]
    return Codes(data["source"], [_code(row) for row in data["codes"]], groups)


def table_names(app: str) -> list[str]:
    """The names of all tables of one app."""
    return sorted(path.stem for path in (ROOT / app / "codes").glob("*.json"))


def texts_of(data: dict) -> list[str]:
    """Every label and hint of one table, as the data of its file, in its own order."""
    rows = data.get("groups", []) + data["codes"]
    return [row[key] for row in rows for key in sorted(_TRANSLATED) if row.get(key)]


def _code(row: dict) -> Code:
    extra = {key: _lazy(key, value) for key, value in row.items() if key not in _OWN_KEYS}
    return Code(
        row["code"],
        _lazy("label", row["label"]),
        _lazy("hint", row.get("hint", "")),
        row.get("group", ""),
        extra,
    )


def _lazy(key: str, value):
    return _(value) if key in _TRANSLATED and value else value
