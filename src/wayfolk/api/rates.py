"""How many requests a token may make: a bucket per token that refills steadily.

Counted in each server process by itself: the limit protects the machine from a runaway
script, and needs no write to the database for it.
"""

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from wayfolk.api.problems import TooManyRequests

_TOKENS_REMEMBERED = 10_000


@dataclass
class _Bucket:
    left: float
    filled_at: float


_buckets: OrderedDict[UUID, _Bucket] = OrderedDict()
_lock = threading.Lock()


def count_request(token_id: UUID) -> None:
    """Take one request out of the token's bucket; raises TooManyRequests when it is empty."""
    per_minute = int(settings.API_REQUESTS_PER_MINUTE)
    now = time.monotonic()
    with _lock:
        bucket = _buckets.pop(token_id, None) or _Bucket(per_minute, now)
        elapsed = now - bucket.filled_at
        bucket.left = min(per_minute, bucket.left + elapsed * per_minute / 60)
        bucket.filled_at = now
        is_empty = bucket.left < 1
        if not is_empty:
            bucket.left -= 1
        _buckets[token_id] = bucket
        while len(_buckets) > _TOKENS_REMEMBERED:
            _buckets.popitem(last=False)
        wait = (1 - bucket.left) * 60 / per_minute
    if is_empty:
        raise TooManyRequests(
            f"This token made more than {per_minute} requests in a minute."
            f" Try again in {math.ceil(wait)} s.",
            retry_after_seconds=math.ceil(wait),
        )
