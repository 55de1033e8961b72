"""Recorded answers of the old data layer: the values they are written with, and how they are compared.

The rules are those of the recordings' own replay, but answers are compared as the Python values that old callers got.
"""

import datetime
import re
from decimal import Decimal, InvalidOperation

TOLERANCE = datetime.timedelta(minutes=3)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def time(value):
    """A time, or a text that is one."""
    if isinstance(value, datetime.datetime):
        return value
    if not isinstance(value, str):
        return None
    text = re.sub(r"\.(\d+)", lambda match: "." + match[1][:6].ljust(6, "0"), value.replace("Z", "+00:00"))
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)


def number(value):
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def live(value, saved):
    """A recorded value as an old caller passes it now."""
    if isinstance(value, list):
        return [live(item, saved) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name, *path = value["$ref"]
        found = saved[name]
        for step in path:
            found = found[step]
        return found
    if "$now" in value:
        return now() + datetime.timedelta(**value["$now"])
    if "$today" in value:
        return now().date() + datetime.timedelta(days=value["$today"])
    if "$time" in value:
        return time(value["$time"])
    if "$numeric" in value:
        return Decimal(value["$numeric"])
    return {key: live(item, saved) for key, item in value.items()}


class Different(Exception):
    """How an answer is not what was recorded."""

    def at(self, place):
        return Different(f"{place}{self}" if str(self)[:1] in ".[" else f"{place}: {self}")


class Comparison:
    """Compares values with recorded ones. Ids need only correspond one to one, over a whole recording."""

    def __init__(self):
        self.ids = {}

    def check(self, want, got, ignore=(), unordered=False, key=None):
        """Raises Different where `got` is not what was recorded."""
        if isinstance(want, dict) and len(want) == 1 and next(iter(want)).startswith("$"):
            self.check_special(want, got)
        elif isinstance(want, dict):
            self.check_members(want, got, ignore, unordered)
        elif isinstance(want, list):
            self.check_items(want, got, ignore, unordered, key)
        elif isinstance(want, bool) or want is None:
            if want is not got:
                raise Different(f"{want!r}, not {got!r}")
        elif isinstance(want, (int, float)):
            self.check_number(want, got, key)
        elif want != (got.isoformat() if isinstance(got, datetime.date) else got):
            moment = time(want)
            if len(want) <= 10 or moment is None or moment != time(got):
                raise Different(f"{want!r}, not {got!r}")

    def check_special(self, want, got):
        if "$id" in want:
            good = isinstance(got, int) and not isinstance(got, bool)
        elif "$numeric" in want:
            good = isinstance(got, Decimal) and got == Decimal(want["$numeric"])
        elif "$today" in want:
            day = now().date() + datetime.timedelta(days=want["$today"])
            good = str(got)[:10] == day.isoformat()
        else:
            moment = time(got)
            if "$now" in want:
                good = moment and abs(moment - now() - datetime.timedelta(**want["$now"])) <= TOLERANCE
            else:
                good = moment and moment == time(want["$time"])
        if not good:
            raise Different(f"{want!r}, not {got!r}")

    def check_members(self, want, got, ignore, unordered):
        if not isinstance(got, dict):
            raise Different(f"an object with {sorted(want)[:6]}, not {str(got)[:120]}")
        if got and all(isinstance(key, int) for key in got):
            got = {str(key): value for key, value in got.items()}
        for key, value in want.items():
            if key in ignore:
                continue
            if key not in got:
                raise Different(f".{key} is missing")
            try:
                self.check(value, got[key], ignore, unordered, key)
            except Different as difference:
                raise difference.at(f".{key}") from None

    def check_items(self, want, got, ignore, unordered, key):
        if isinstance(got, (set, frozenset)):
            got, unordered = list(got), True
        if not isinstance(got, (list, tuple)):
            raise Different(f"a list of {len(want)}, not {str(got)[:120]}")
        if len(want) != len(got):
            raise Different(f"{len(want)} items, not {len(got)}")
        if unordered:
            return self.check_unordered(want, got, ignore, key)
        for place, (wanted, item) in enumerate(zip(want, got)):
            try:
                self.check(wanted, item, ignore, key=key)
            except Different as difference:
                raise difference.at(f"[{place}]") from None

    def check_unordered(self, want, got, ignore, key):
        left = list(got)
        for place, wanted in enumerate(want):
            for item in left:
                ids = {name: dict(pairs) for name, pairs in self.ids.items()}
                try:
                    self.check(wanted, item, ignore, True, key)
                except Different:
                    self.ids = ids
                else:
                    left.remove(item)
                    break
            else:
                raise Different(f"[{place}] {str(wanted)[:160]} has no like")

    def check_number(self, want, got, key):
        is_int = isinstance(got, int) and not isinstance(got, bool)
        if isinstance(want, int) and is_int and key and re.search(r"(^|_)ids?$", key):
            there, back = self.ids.setdefault(key, {}), self.ids.setdefault(f"{key}<", {})
            if there.setdefault(want, got) != got or back.setdefault(got, want) != want:
                raise Different(f"id {want} stood for {there[want]}, now {got}")
            return
        exact = None if isinstance(got, str) else number(got)
        if exact is None or abs(exact - number(want)) > Decimal("1e-9") * max(1, abs(number(want))):
            raise Different(f"{want!r}, not {got!r}")
        # What was the whole number 0 where there was nothing to count is 0.0 now, as it is where there is something.
        if isinstance(want, int) and want != 0 and not is_int:
            raise Different(f"the whole number {want}, not {got!r}")
