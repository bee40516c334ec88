"""When orders will be finished, for people: a headline, a table coloured by risk, and what moved since."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from rich.table import Table
from rich.text import Text

from plant_models.clock import Epoch
from plant_models.shifts import DAY, HOUR, MINUTE
from twin.foresight import Forecast, OrderForecast, Risk
from ui.tables import clock
from ui.terminal import share, table

Sort = Literal["risk", "due"]

LOOKS: Mapping[Risk, tuple[str, str]] = {
    "never": ("✖", "bold magenta"),
    "late": ("▼", "bold red"),
    "at risk": ("◆", "dark_orange3"),
    "open": ("○", "yellow"),
    "on time": ("▲", "green"),
    "no due date": ("·", ""),
}
"""The icon and the colour of each risk."""

_LEGEND: Mapping[Risk, str] = {
    "never": "never finished in any run",
    "late": "more likely late than not",
    "at risk": "less than 95 % to be on time",
    "open": "the runs end before that is known",
    "on time": "on time",
    "no due date": "nothing is due",
}

MOST_MOVED = 4
"""How many orders that moved are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What differs from the look before: P50s that moved (milliseconds, later above zero), orders that left or came."""

    shifts: Mapping[str, float]
    left: tuple[str, ...] = ()
    came: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All of it in a sentence."""
        ranked = sorted(self.shifts, key=lambda name: (-abs(self.shifts[name]), name))
        said = [f"{name} {moved_words(self.shifts[name])}" for name in ranked[:MOST_MOVED]]
        said += [f"{len(ranked) - MOST_MOVED} more moved"] if len(ranked) > MOST_MOVED else []
        for words, names in (("left", self.left), ("new", self.came)):
            said += [f"{words}: {named(names)}"] if names else []
        return "; ".join(said) or "nothing moved by more than noise"


def headline(found: Forecast, epoch: Epoch) -> Text:
    """What a planner wants to know first: how many orders will be late, which is the first, and by how much."""
    due = [one for one in found.by_due if one.due is not None]
    late = [one for one in due if one.risk in ("late", "never")]
    if late:
        count = f"{len(late)} of {len(due)} orders that are due {'is' if len(late) == 1 else 'are'}"
        return Text(f"{count} more likely late than not, first {_first(late[0], epoch)}.", style="bold red")
    unsure = [one for one in due if one.risk == "at risk"]
    if unsure:
        worst = min(unsure, key=lambda one: (one.on_time.value, one.order))
        words = f"No order is more likely late than not; {len(unsure)} of {len(due)} may be"
        return Text(f"{words}, most of all {worst.order}: on time in {_percent(worst)} of the runs.", style="bold")
    unknown = [one for one in due if one.risk == "open"]
    if unknown:
        words = f"The runs end before it is known whether {named([one.order for one in unknown])}"
        return Text(f"{words} {'is' if len(unknown) == 1 else 'are'} on time; look further ahead.", style="bold yellow")
    if due:
        return Text(f"Each of the {len(due)} orders that are due is on time in 95 of 100 runs or more.", style="green")
    return Text("No order has a due date.")


def _first(one: OrderForecast, epoch: Epoch) -> str:
    assert one.due is not None
    if math.isinf(one.p50.value):
        return f"{one.order}, due {_clock(epoch, one.due)}, which is not finished in most runs"
    return (
        f"{one.order}, expected {_clock(epoch, one.p50.value)}, {about(max(0.0, one.p50.value - one.due))} late; "
        f"on time in {_percent(one)} of the runs"
    )


def rows_of(found: Forecast, sort: Sort) -> tuple[OrderForecast, ...]:
    """The orders as they are to be shown."""
    return found.by_due if sort == "due" else found.orders


def board(
    found: Forecast,
    epoch: Epoch,
    *,
    sort: Sort = "risk",
    moves: Moves | None = None,
    most: int | None = None,
    is_narrow: bool = False,
) -> Table:
    """One row for each order, coloured by its risk; at most so many rows, and fewer columns where it *is narrow*."""
    rows = rows_of(found, sort)
    shown, when = rows[:most], _dates(rows, epoch)
    shifts = {} if moves is None else moves.shifts
    left_out = {*(_LESS if is_narrow else ()), *(() if shifts else ("moved",))}
    cells = [_cells(one, epoch, when, shifts.get(one.order)) for one in shown]
    heads = [head for head in _HEADS if head not in left_out]
    made = table(heads, [], text_columns=1 if is_narrow else 2)
    for column in made.columns:
        column.no_wrap = True
    for one, row in zip(shown, cells, strict=True):
        made.add_row(*(row[head] for head in heads), style=LOOKS[one.risk][1])
    notes = [legend(rows, found)]
    if len(rows) > len(shown):
        notes.insert(0, f"and {len(rows) - len(shown):,} more orders")
    made.caption, made.caption_justify, made.caption_style = "\n".join(notes), "left", "dim"
    return made


_HEADS = ("order", "product", "due", "P10", "P50", "±", "P90", "slack P90", "on time, %", "moved")
_LESS = ("product", "P10", "±")


def _cells(one: OrderForecast, epoch: Epoch, when: str, shift: float | None) -> dict[str, str]:
    """An order's row, by the heads of the table."""
    never = one.risk == "never"
    wide = max(one.p50.value - one.p50.low, one.p50.high - one.p50.value)
    likely = f"{100 * one.on_time.value:.0f}" if one.on_time.value == one.on_time.value else "?"
    return {
        "order": f"{LOOKS[one.risk][0]} {one.order}",
        "product": one.product,
        "due": "–" if one.due is None else _at(epoch, one.due, when),
        "P10": "never" if never else _at(epoch, one.p10.value, when),
        "P50": "never" if never else _at(epoch, one.p50.value, when),
        "±": about(wide) if math.isfinite(wide) else "–",
        "P90": "never" if never else _at(epoch, one.p90.value, when),
        "slack P90": signed(one.slack) if math.isfinite(one.slack) else "–",
        "on time, %": "–"
        if one.due is None
        else f"{likely} ({100 * one.on_time.low:.0f}–{100 * one.on_time.high:.0f})",
        "moved": "" if shift is None else moved_words(shift),
    }


def legend(rows: Sequence[OrderForecast], found: Forecast) -> str:
    """What the marks mean, and on how many runs it all rests."""
    there = {one.risk for one in rows}
    marks = ", ".join(f"{LOOKS[risk][0]} {_LEGEND[risk]}" for risk in LOOKS if risk in there)
    runs, sure = found.rehearsal.runs, found.rehearsal.confidence
    words = f"{marks}. Quantiles of {runs:,} runs; ± is the {sure:.0%} interval of the P50, behind P(on time) Wilson's"
    some = sum(0 < one.finished < runs for one in rows)
    if some:
        words += f". {some} of the orders {'is' if some == 1 else 'are'} not finished in some of the runs (beyond: ›)"
    return f"{words}."


def named(names: Sequence[str], most: int = 5) -> str:
    """Names in a row, the first few of them."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def about(time: float) -> str:
    """A time as people say it: minutes below two hours, hours below three days, else days.

    >>> about(95 * 60_000), about(19.4 * 3_600_000), about(5.24 * 86_400_000)
    ('95 min', '19 h', '5.2 d')
    """
    if time < 2 * HOUR:
        return f"{time / MINUTE:.0f} min"
    return f"{time / HOUR:.0f} h" if time < 3 * DAY else f"{time / DAY:.1f} d"


def signed(time: float) -> str:
    """A time with its sign, as `about` says it."""
    return f"{'−' if time < 0 else '+'}{about(abs(time))}"


def moved_words(shift: float) -> str:
    """How an order's P50 moved."""
    if math.isinf(shift):
        return "not finished any more" if shift > 0 else "finished after all"
    return f"{about(abs(shift))} {'later' if shift > 0 else 'earlier'}"


def frame_of(found: Forecast, epoch: Epoch, sort: Sort) -> pd.DataFrame:
    """The forecast for a file: hours since the epoch, and the same times as dates."""
    frame = found.to_frame().set_index("order").loc[[one.order for one in rows_of(found, sort)]].reset_index()
    names = {"due": "due_h", "finish_p10": "finish_p10_h", "finish_p50": "finish_p50_h", "finish_p90": "finish_p90_h"}
    for place, (name, hours) in enumerate(names.items(), 2):
        dates = [None if time != time else epoch.datetime(round(time * HOUR)) for time in frame[hours]]
        frame.insert(place, name, pd.to_datetime(pd.Series(dates, dtype="object")))
    return frame


def _percent(one: OrderForecast) -> str:
    return share(one.on_time.value)


def _clock(epoch: Epoch, time: float) -> str:
    return clock(epoch, time / HOUR)


def _dates(rows: Sequence[OrderForecast], epoch: Epoch) -> str:
    """How times are written in short: by the day of the week, unless they spread over more than four weeks."""
    times = [time for one in rows for time in (one.due, one.p10.value, one.p90.value) if time is not None]
    known = [time for time in times if math.isfinite(time)]
    is_short = not known or max(known) - min(known) < 28 * DAY
    return "%a %d %H:%M" if is_short else "%d %b %H:%M"


def _at(epoch: Epoch, time: float, form: str) -> str:
    return f"{epoch.datetime(round(time)):{form}}" if math.isfinite(time) else "›"
