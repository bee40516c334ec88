"""What a sensitivity study says, in a few sentences that a planner can act on."""

from collections.abc import Mapping, Sequence
from typing import Any

from twin.studying.shares import TOLD_WITHIN, samples_enough
from ui.figures import Figure
from ui.levers import Entry, ends, is_ordered, plays, shown

Rows = Sequence[Mapping[str, Any]]
ONE_WAY = 0.9
"""Which share of its effects must go the same way for a factor to be said to raise a figure, or to lower it."""
NAMED = 4
"""How many factors are named after the first; the chart has them all."""


def screened(rows: Rows, factors: Mapping[str, Entry], read: Figure) -> list[str]:
    """What moves the figure most and which way, what comes next, and what shows no effect."""
    known = {row["factor"]: row for row in rows}
    matter, rest = told(rows, "mu_star")
    if not matter:
        return [
            f"No effect shown: none of these factors moves {read.words} by more than these runs can tell. "
            "More walks or more runs of each design tell smaller effects."
        ]
    row, entry = known[matter[0]], factors[matter[0]]
    most, half = row["mu_star"], row["mu_star_conf"] or 0.0
    far = f"{_size(read, most)} on average ({read.value(max(0.0, most - half))} to {_size(read, most + half)})"
    way = {"+": "raises", "−": "lowers", "±": "moves"}[_way(row, entry)]
    if is_ordered(entry):
        said = [f"**{matter[0]}** matters most: going from {ends(entry)} it {way} {read.words} by {far}."]
    else:
        said = [f"**{matter[0]}** ({ends(entry)}) matters most: it {way} {read.words} by {far}."]
    after = [f"{name} ({_way(known[name], factors[name])}{_size(read, known[name]['mu_star'])})" for name in matter[1:]]
    return said + _next(after) + ([f"No effect shown: {_all(rest)}."] if rest else [])


def apportioned(rows: Rows, study: Mapping[str, Any], read: Figure) -> list[str]:
    """Which factor the spread goes through most, or that there are too few samples to say so."""
    if all(row["ST"] is None for row in rows):
        return [f"No effect: {read.words} is the same whatever these factors are."]
    known = {row["factor"]: row for row in rows}
    matter, rest = told(rows, "ST")
    few = too_few(rows, study)
    if not matter:
        return [f"Too few samples to tell these factors apart. {few}"]
    row = known[matter[0]]
    said = [
        f"**{matter[0]}** matters most: {_part(row['ST'])} of the spread of {read.words} goes through it "
        f"(± {100 * row['ST_conf']:.0f} points), {_part(row['S1'])} through it alone."
    ]
    said += _next([f"{name} ({_part(known[name]['ST'])})" for name in matter[1:]])
    if rest:
        said.append(f"No share shown: {_all(rest)}.")
    return [*said, few] if few else said


def too_few(rows: Rows, study: Mapping[str, Any]) -> str:
    """How far the shares can be relied on and how many samples would do; nothing where there are enough."""
    samples, runs = int(study["method"]["sobol"]["samples"]), int(study["runs"])
    half = max(row["ST_conf"] or 0.0 for row in rows)
    enough = samples_enough(samples, half)
    if enough == samples:
        return ""
    return (
        f"With {samples:,} samples shares are known to ±{100 * half:.0f} points only; about {enough:,} samples "
        f"({plays({'sobol': {'samples': enough}}, len(rows), runs):,} runs) would tell them to "
        f"±{100 * TOLD_WITHIN:.0f} points."
    )


def told(rows: Rows, measure: str) -> tuple[list[str], list[str]]:
    """The factors whose effect is told from nothing, the strongest first, and the others."""
    ranked = list(shown(rows, measure))
    return [name for name, is_shown in ranked if is_shown], [name for name, is_shown in ranked if not is_shown]


def _way(row: Mapping[str, Any], entry: Entry) -> str:
    if not is_ordered(entry) or abs(row["mu"]) < ONE_WAY * row["mu_star"]:
        return "±"
    return "+" if row["mu"] > 0 else "−"


def _size(read: Figure, value: float) -> str:
    unit = "points" if read.unit == "%" else read.unit
    return f"{read.value(value)} {unit}".rstrip()


def _part(share: float | None) -> str:
    return f"{max(0.0, 100 * (share or 0.0)):.0f} %"


def _next(after: Sequence[str]) -> list[str]:
    if not after:
        return []
    more = [f"{len(after) - NAMED} more"] if len(after) > NAMED else []
    return [f"Then {_all([*after[:NAMED], *more])}."]


def _all(names: Sequence[str]) -> str:
    *all_but, last = names
    return f"{', '.join(all_but)} and {last}" if all_but else last
