"""How many dates are read exactly, on the public English cases of DateTimeModel.

    python -m benchmarks.dates PATH/DateTimeModel.json [--half a|b] [--wrong]

A case is in scope when it expects one result that is a date, a range of days or a duration of whole days, weeks,
months or years; times of day, repeated and empty results are not. ``found`` is the share in which exactly one value is
found in the text and means the same days (or is the same duration) as one of those that the case expects; ``given`` the
share in which the words that are to be found have that value when they are given. ``strict`` is ``found`` by the letter
of the expected start and end: theirs of "2014 to 2018" ends where 2018 begins, ours with it. See
``benchmarks/dates.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from policygraph.annotate.dates import date_of_span, find_dates, find_durations
from policygraph.annotate.quantities import quantity_of_span
from policygraph.model.time import DateError, bounds

Days = tuple[date | None, date | None]
_KINDS = {"datetimeV2.date": "date", "datetimeV2.daterange": "range of days", "datetimeV2.duration": "duration"}
_WHOLE = re.compile(r"P\d+[YMWD]$")
_DAY = timedelta(days=1)
_SCOPE = Path(__file__).with_name("dates_scope.yml")
MEASURES = ("strict", "found", "given")


@dataclass(frozen=True, slots=True)
class Case:
    """A text with the one result that it expects."""

    kind: str
    text: str
    today: date | None
    start: int
    end: int
    values: list[dict[str, str]]

    @property
    def words(self) -> str:
        """What is to be found."""
        return self.text[self.start : self.end]

    @property
    def half(self) -> str:
        """Half a was looked at while the patterns were written, half b was not; by a digest of the text."""
        return "ab"[int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % 2]


def in_scope(cases: list[dict[str, Any]]) -> Iterator[Case]:
    """The cases in scope."""
    for case in cases:
        results = case.get("Results", [])
        kind = _KINDS.get(results[0].get("TypeName", "")) if len(results) == 1 else None
        if kind is None:
            continue
        values = [v for v in results[0]["Resolution"]["values"] if isinstance(v, dict)]
        if kind == "duration" and not all(_WHOLE.match(v.get("timex", "")) for v in values):
            continue
        today = date.fromisoformat(case["Context"]["ReferenceDateTime"][:10]) if case.get("Context") else None
        text, words = case["Input"], results[0]["Text"]
        start = max(text.casefold().find(words.casefold()), 0)
        yield Case(kind, text, today, start, start + len(words), values)


def expected_days(value: dict[str, str]) -> Days:
    """First day and the day after the last, None where the end is open. Raises ValueError where no day is expected."""
    if "value" in value:
        day = date.fromisoformat(value["value"])
        return day, day + _DAY
    if not {"start", "end"} & set(value):
        raise ValueError("no day is expected")
    return tuple(date.fromisoformat(value[key]) if key in value else None for key in ("start", "end"))  # type: ignore[return-value]


def means(read: str | None, value: dict[str, str], *, strict: bool) -> bool:
    """Whether a value is the days that are expected.

    Unless ``strict``, the end of a range that names both ends may be the last date's first day or its last, and of a
    range with an open end ("since May", "before 2019") it is enough that the date beside the open end is read.
    """
    try:
        start, end = expected_days(value)
        first, last = bounds(read or "")
        last_begins = bounds((read or "").rpartition("/")[2])[0]
    except (ValueError, DateError):
        return False
    if strict or (start and end and not value.get("timex", "").startswith("(")):
        return (first, last + _DAY) == (start, end)
    if start and end:
        return first == start and end in (last + _DAY, last, last_begins)
    edge = start or end
    return edge is not None and edge in (first, last, last + _DAY)


def measured(case: Case) -> dict[str, bool]:
    """Whether a case is exact, by each measure."""
    if case.kind == "duration":
        wanted = {v["timex"] for v in case.values}
        durations = [f.value for f in find_durations(case.text)]
        found = len(durations) == 1 and durations[0] in wanted
        given = quantity_of_span(case.text, case.start, case.end) in wanted
        return {"strict": found, "found": found, "given": given}
    dates = [f.value for f in find_dates(case.text, case.today, whole_periods=True)]
    one = dates[0] if len(dates) == 1 else None
    given_value = date_of_span(case.text, case.start, case.end, case.today)
    return {
        "strict": any(means(one, v, strict=True) for v in case.values),
        "found": any(means(one, v, strict=False) for v in case.values),
        "given": any(means(given_value, v, strict=False) for v in case.values),
    }


def left_out(case: Case) -> str | None:
    """Why a case asks for something else than we read; None where it does not."""
    if not any("value" in v or "start" in v or "end" in v for v in case.values) or "not resolved" in str(case.values):
        return "no days are expected"
    reasons: dict[str, str] = yaml.safe_load(_SCOPE.read_text(encoding="utf-8"))
    if case.kind == "duration":
        return None
    return next((why for why, words in reasons.items() if re.search(words, case.words, re.IGNORECASE)), None)


def report(cases: list[Case]) -> Iterator[str]:
    """Lines with the shares of the cases: by kind, of all, and by the reason for which a case is left out."""
    total: Counter[str] = Counter()
    exact: Counter[tuple[str, str]] = Counter()
    for case in cases:
        why = left_out(case)
        rows = (case.kind, "in scope", f"- {why}" if why else "in scope, nothing left out")
        total.update(rows)
        exact.update((row, name) for row in rows for name, right in measured(case).items() if right)
    kinds = [*dict.fromkeys(_KINDS.values()), "in scope"]
    for row in (*kinds, *sorted(set(total) - set(kinds))):
        shares = "  ".join(f"{name} {exact[row, name] / total[row]:.3f}" for name in MEASURES) if total[row] else ""
        print_row = f"{row[:68]:68} {total[row]:4}  {shares}"
        yield print_row


def main() -> int:
    """Print the shares; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("--half", choices=("a", "b"))
    parser.add_argument("--wrong", action="store_true", help="print the cases that are not found, of one half")
    options = parser.parse_args()
    everything = json.loads(options.cases.read_text(encoding="utf-8-sig"))
    cases = list(in_scope(everything))
    for half in (options.half,) if options.half else ("a", "b"):
        chosen = [case for case in cases if case.half == half]
        print(f"half {half}: {len(chosen)} cases in scope")
        print("\n".join(report(chosen)))
        if options.wrong and options.half:
            for case in chosen:
                if not measured(case)["found"]:
                    print(_wrong(case))
    if not options.half:
        print(f"both: {len(cases)} of {len(everything)} cases in scope")
        print("\n".join(report(cases)))
    return 0


def _wrong(case: Case) -> str:
    found = [(case.text[f.start : f.end], f.value) for f in find_dates(case.text, case.today, whole_periods=True)]
    given = date_of_span(case.text, case.start, case.end, case.today)
    wanted = [v.get("value") or f"{v.get('start', '')}..{v.get('end', '')}" for v in case.values]
    told = f"{case.today} | {case.text} | {case.words} -> {wanted} | found {found} | given {given}"
    return f"{left_out(case) or ''} | {told}"


if __name__ == "__main__":
    raise SystemExit(main())
