"""How often somebody may ask from one place, where nobody has signed in.

Counted in the cache, which may be lost: it slows down whoever tries keys, and no key can be guessed anyway.
"""

from functools import wraps

from django.core.cache import cache
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

WINDOW = 60  # seconds


def too_often(request, what, most):
    """Whether `what` was asked for more than `most` times in a minute from the address of the request."""
    place = salted_hmac("causeway.rate", request.META.get("REMOTE_ADDR", "")).hexdigest()
    return _count(f"rate.{what}.{place}") > most


def slowly(most):
    """Decorator: at most so many requests a minute from one address, whatever they ask for."""

    def door(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if too_often(request, view.__name__, most):
                return render(request, "429.html", status=429)
            return view(request, *args, **kwargs)

        return wrapper

    return door


def _count(key):
    """How often in this window, this time included; 1 where nobody can be asked."""
    try:
        return 1 if cache.add(key, 1, WINDOW) else cache.incr(key)
    except (RedisError, ValueError):  # gone in between
        return 1
