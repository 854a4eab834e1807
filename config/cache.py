"""A cache that may be lost at any moment: without Valkey nothing is remembered, and nothing breaks."""

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


def forgiving(name, answer):
    """The method of that name; `answer` is given when the server cannot be reached."""

    def method(self, *args, **kwargs):
        try:
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except RedisError:
            return answer

    method.__name__ = name
    return method


class ForgetfulCache(RedisCache):
    """Django's cache in Valkey. What must not be forgotten (lockout, codes used up) is in the database."""

    add = forgiving("add", True)
    set = forgiving("set", None)
    touch = forgiving("touch", False)
    delete = forgiving("delete", False)
    has_key = forgiving("has_key", False)
    set_many = forgiving("set_many", [])
    delete_many = forgiving("delete_many", None)
    clear = forgiving("clear", False)

    def get(self, key, default=None, version=None):
        try:
            return super().get(key, default, version)
        except RedisError:
            return default

    def get_many(self, keys, version=None):
        try:
            return super().get_many(keys, version)
        except RedisError:
            return {}
