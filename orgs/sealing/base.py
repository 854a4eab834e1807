"""The base of every sealed field: opened when it is read, sealed when it is saved, opaque in between."""

from base64 import b64decode, b64encode
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from . import crypto, keys
from .errors import Locked, Tampered
from .values import Clear, Sealed

_carrying = ContextVar("carrying_sealed_values", default=False)


@contextmanager
def carrying():
    """Let attributes give what they hold, unopened: for code that only moves values about."""
    token = _carrying.set(True)
    try:
        yield
    finally:
        _carrying.reset(token)


class SealedAttribute(DeferredAttribute):
    """Opens on reading; takes readable values, or ciphertext on its way from the database."""

    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        return held if _carrying.get() else self.field.read(instance, held)

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = self.field.hold(instance, value)


class SealedField(models.BinaryField):
    """A column of ciphertext, bound to its organization, table, row and column (C18).

    Subclasses say how a value becomes bytes (`encode`, `decode`) and what is empty (`empty`). Empty is
    NULL in the database, so that it can be asked for with `isnull`; nothing else can be asked.
    """

    descriptor_class = SealedAttribute
    empty_values = [None, ""]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("editable", True)
        kwargs["null"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        kwargs.pop("null", None)
        if not self.editable:
            kwargs["editable"] = False
        return name, f"orgs.sealing.{type(self).__name__}", args, kwargs

    def check(self, **kwargs):
        return [*super().check(**kwargs), *self._check_place()]

    def _check_place(self):
        if self.primary_key or self.unique or self.db_index:
            yield checks.Error(
                "A sealed field cannot be a key or have an index.", obj=self, id="sealing.E001"
            )
        if "organization_id" not in {field.attname for field in self.model._meta.concrete_fields}:
            yield checks.Error(
                "A sealed field needs a model with an organization.", obj=self, id="sealing.E002"
            )

    def _check_str_default_value(self):
        return []  # the default is a readable value here, not bytes

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        # Model.refresh_from_db copies attribute by attribute from a fresh instance. That must not open
        # anything: a worker refreshes rows too.
        if not getattr(cls.refresh_from_db, "carries_sealed", False):
            cls.refresh_from_db = _refreshing_sealed(cls.refresh_from_db)

    # How a value and its bytes become each other. Each kind of field says it for itself (`fields.py`): what
    # forgets to must fail when it is first written, and never store what is not sealed.

    def encode(self, value):
        raise NotImplementedError

    def decode(self, plain):
        raise NotImplementedError

    def clear(self, value):
        """Return a readable `value` in the field's own type. Raises TypeError or ValueError."""
        return value

    def empty(self):
        """Return what reading NULL gives."""
        return None

    # What the instance holds.

    def hold(self, instance, value):
        if value is None or isinstance(value, (Sealed, Clear)):
            return value
        if hasattr(value, "resolve_expression") or isinstance(value, (bytes, memoryview)):
            raise TypeError(f"{self.name} takes a readable value, not an expression or bytes.")
        return Clear(self.encode, self.clear(value), ciphertext(instance.__dict__.get(self.attname)))

    def read(self, instance, held):
        if isinstance(held, Sealed):
            return self.decode(self.open(held, instance.organization_id, instance.pk))
        return self.empty() if held is None else held.value

    def open(self, sealed, organization_id, pk):
        """Return the bytes in `sealed`, the value of this column in row `pk` of an organization.

        Raises Locked without the organization's opened secrets, Tampered when it does not belong here.
        """
        key = keys.opened(organization_id).version(crypto.version_of(sealed.raw))
        return self.unseal(sealed.raw, key, self.place(organization_id, pk))

    def place(self, organization_id, pk):
        """Return the bytes that bind a value to where it lies: organization | table | row | column."""
        pk = self.model._meta.pk.to_python(pk)
        if organization_id is None or pk is None:
            raise ValueError(f"{self.name} can be sealed only in a row with an organization and a key.")
        where = (keys.as_uuid(organization_id), self.model._meta.db_table, pk, self.column)
        return "|".join(map(str, where)).encode()

    def unseal(self, raw, key, place):
        return crypto.unseal(raw, key.data_key, place)

    def seal(self, plain, instance):
        """Return `plain` as the Sealed value of this column in the instance's row. Raises Locked."""
        secrets = keys.to_seal(instance.organization_id)
        place = self.place(instance.organization_id, instance.pk)
        return Sealed(crypto.seal(plain, secrets.newest.data_key, secrets.current, place))

    # To and from the database.

    def from_db_value(self, value, expression, connection):
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance, add):
        with carrying():
            held = getattr(model_instance, self.attname)
        if not isinstance(held, Clear):
            return held
        if held.value == self.empty():
            return None
        if not held.unchanged():
            plain = self.encode(held.value)
            if not self._says(held.was, plain, model_instance):
                held.was = self.seal(plain, model_instance)
            held.plain = plain
        return held.was

    def _says(self, sealed, plain, instance):
        """Tell whether `sealed` opens to `plain`, so that an unchanged value keeps its ciphertext."""
        if sealed is None:
            return False
        try:
            return self.open(sealed, instance.organization_id, instance.pk) == plain
        except (Locked, Tampered):
            return False

    def get_prep_value(self, value):
        if value is None or isinstance(value, Sealed):
            return value
        raise TypeError(f"{self.name} is sealed row by row: assign it and call save() or bulk_create().")

    def get_db_prep_value(self, value, connection, prepared=False):
        value = self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value.raw)

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.name} is sealed: it can be found by search tokens, not by {lookup_name}."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name):
        raise FieldError(f"{self.name} is sealed: it has no {lookup_name}.")

    # Fixtures carry ciphertext; forms and full_clean work on the readable value.

    def value_to_string(self, obj):
        with carrying():
            held = getattr(obj, self.attname)
        if isinstance(held, Clear):
            held = self.pre_save(obj, add=False)
        return None if held is None else b64encode(held.raw).decode("ascii")

    def to_python(self, value):
        return Sealed(b64decode(value)) if isinstance(value, str) else value

    def clean(self, value, model_instance):
        value = self.empty() if value is None else self.clear(value)
        self.validate(value, model_instance)
        self.run_validators(value)
        return value


def ciphertext(held):
    """Return the Sealed that `held` is or stands for, or None."""
    return held.was if isinstance(held, Clear) else held


def _refreshing_sealed(refresh):
    @wraps(refresh)
    def refresh_from_db(self, *args, **kwargs):
        with carrying():
            return refresh(self, *args, **kwargs)

    refresh_from_db.carries_sealed = True
    return refresh_from_db
