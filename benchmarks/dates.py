"""How many dates are read exactly, on the public English cases of DateTimeModel.

    python -m benchmarks.dates PATH/DateTimeModel.json

A case is in scope when it expects one result that is a date, a range of days or a duration of whole days, weeks,
months or years; times of day, repeated and empty results are not. A case is exact when one value is found and it
means the same days (or is the same duration) as one of the values that the case expects. The cases are what people
tell an assistant ("from the 9th till the 17th"); a range whose ends both stand in the text is two dates to us, as in
the gold.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from policygraph.annotate.dates import find_dates, find_durations
from policygraph.model.time import DateError, bounds

Days = tuple[date, date]
_KINDS = {"datetimeV2.date": "date", "datetimeV2.daterange": "range of days", "datetimeV2.duration": "duration"}
_WHOLE = re.compile(r"P\d+[YMWD]$")


def in_scope(cases: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], list[dict[str, str]]]]:
    """The kind, the case and the expected values of each case in scope."""
    for case in cases:
        results = case.get("Results", [])
        kind = _KINDS.get(results[0].get("TypeName", "")) if len(results) == 1 else None
        if kind is None:
            continue
        values = [v for v in results[0]["Resolution"]["values"] if isinstance(v, dict)]
        if kind != "duration" or all(_WHOLE.match(v.get("timex", "")) for v in values):
            yield kind, case, values


def expected_days(value: dict[str, str]) -> Days | None:
    """First and last day that an expected value means; None where it has an open end."""
    try:
        if "value" in value:
            day = date.fromisoformat(value["value"])
            return day, day
        return date.fromisoformat(value["start"]), date.fromisoformat(value["end"]) - timedelta(days=1)
    except (KeyError, ValueError):
        return None


def is_exact(kind: str, case: dict[str, Any], values: list[dict[str, str]]) -> bool:
    """Whether what is found is one value and one of those that are expected."""
    text = case["Input"]
    if kind == "duration":
        found = [f.value for f in find_durations(text)]
        return len(found) == 1 and found[0] in {v["timex"] for v in values}
    today = date.fromisoformat(case["Context"]["ReferenceDateTime"][:10]) if case.get("Context") else None
    dates = [f.value for f in find_dates(text, today)]
    if len(dates) != 1 or dates[0] is None:
        return False
    try:
        return bounds(dates[0]) in [expected_days(v) for v in values]
    except DateError:
        return False


def main(arguments: list[str]) -> int:
    """Print the shares; returns the exit code."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    cases = json.loads(Path(arguments[0]).read_text(encoding="utf-8-sig"))
    total: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    for kind, case, values in in_scope(cases):
        total[kind] += 1
        exact[kind] += is_exact(kind, case, values)
    for kind in sorted(total):
        print(f"{kind:14} {exact[kind]:4} of {total[kind]:4} exact ({exact[kind] / total[kind]:.3f})")
    print(f"in scope: {total.total()} of {len(cases)} cases; exact: {exact.total() / total.total():.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
