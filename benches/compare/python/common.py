"""What the scripts have in common: they take their own time, without that of Python's start and the connection's."""

import json
import time


def measured(work):
    """Does the work and tells how long it took and what it answered."""
    begun = time.perf_counter()
    answer = work()
    seconds = time.perf_counter() - begun
    return seconds, answer


def tell(seconds, answer=None):
    print(json.dumps({"seconds": seconds, "answer": answer or {}}))


def ordered(ids):
    """A number that tells a list of ids in their order from others."""
    total = 0
    for place, number in enumerate(ids, 1):
        total = (total + place * number) % 1_000_000_007
    return total
