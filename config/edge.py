"""Who is at the other end, when a proxy of ours stands between."""

import ipaddress


class BehindEdge:
    """Take the caller's address from the edge, which replaces X-Forwarded-For with what it saw itself.

    Only installed where an operator says that nobody but the edge can reach us (CAUSEWAY_BEHIND_PROXY).
    The last address is the one that the nearest proxy wrote; whatever stands before it is the caller's word.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        try:
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(told))
        except ValueError:
            pass  # the edge itself asks, or nobody told: the peer is the best that is known
        return self.get_response(request)
