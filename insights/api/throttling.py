"""How many requests a minute somebody may send: counted in Valkey, told in every answer, refused with a time."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import redis
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from insights.api.authentication import token_of

if TYPE_CHECKING:  # rest_framework.views imports this module by its setting
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)
WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a minute."""

    limit: int
    left: int
    seconds: int  # until the minute is over

    def headers(self) -> dict[str, str]:
        """Return it as the IETF's RateLimit fields (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={self.left};t={self.seconds}',
        }


class PerMinute(BaseThrottle):
    """`API_REQUESTS_PER_MINUTE` for each token, and for each person at the browser; 0 counts nothing.

    A minute begins for each asker at another second, so that programs that wake at full minutes do not meet. While
    Valkey is away nothing is refused: a count that cannot be kept is no reason to withhold numbers.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request, and say whether it is still within the minute's quota."""
        limit: int = settings.API_REQUESTS_PER_MINUTE
        if not limit or not request.user:
            return True
        token = token_of(request)
        asker = f"token:{token.digest}" if token else f"person:{request.user.pk}"
        elapsed = int(timezone.now().timestamp()) + crc32(asker.encode())
        key, seconds = f"api-quota:{asker}:{elapsed // WINDOW}", WINDOW - elapsed % WINDOW
        try:
            cache.add(key, 0, timeout=2 * WINDOW)
            count = int(cache.incr(key))
        except (redis.RedisError, ValueError) as away:  # ValueError: the key left between the two
            logger.warning("Requests are not counted: %s", away)
            return True
        self._seconds = seconds
        vars(view)["quota"] = Quota(limit, max(limit - count, 0), seconds)  # ApiView tells it in its answer
        return count <= limit

    def wait(self) -> float:
        """Return in how many seconds to come again."""
        return float(self._seconds)
