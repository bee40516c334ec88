"""Answers to what-if questions: the numbers that a page and a command line share, and what they say in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from plant_models.clock import Epoch
from plant_models.shifts import HOUR
from twin import changes, estimates
from twin.comparison import Comparison
from twin.kpi import hours
from twin.rehearsal import Rehearsal
from ui import edits
from ui.figures import DELIVERY, HEADLINES, MATERIALS, figure, in_order, of_row
from ui.questions import WhatIf
from ui.snapshots import when

Verdict = Literal["better", "worse", "better and worse", "no difference shown"]
Row = Mapping[str, Any]

MOST_NAMED = 4
"""How many orders a sentence names."""


SURE = 0.9
"""It is almost certain that an order is on time where its chance is at least this, at the low end of its interval."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether an order that was added will be on time: how sure it is in *words*, and as a colour has it in *tone*."""

    order: str
    words: str
    tone: Verdict

    def __str__(self) -> str:
        return f"{self.order}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came out, in words: the verdict, what it is *about*, the sentences that say it, and what they rest on.

    Where orders were added it begins with *outlooks*: an order that comes in a rush is asked about first, and what it
    costs the others after that.
    """

    changes: tuple[str, ...]
    outlooks: tuple[Outlook, ...] = ()
    about: str
    verdict: Verdict
    sentences: tuple[str, ...]
    footnote: str


def data(found: WhatIf, who: str, epoch: Epoch) -> dict[str, Any]:
    """All that came out, as plain values: the same for a page and for ``--json``."""
    comparison = found.comparison
    other_rule = [edit.rule for edit in found.changes if isinstance(edit, changes.OtherRule)]
    return {
        "changes": [change.words(epoch) for change in found.changes],
        "yaml": edits.as_yaml(found.changes, epoch),
        "added": [edit.order.id for edit in found.changes if isinstance(edit, changes.AddOrder)],
        "who": who,
        "who_changed": other_rule[-1] if other_rule else who,
        "runs": comparison.base.runs,
        "seed": comparison.base.seed,
        "confidence": comparison.confidence,
        "precision": found.precision,
        "now": comparison.base.now,
        "epoch": epoch.start.isoformat(),
        "plant": comparison.base.plant,
        "state": comparison.base.state,
        "engine": (comparison.base if comparison.base.engine.name == "simpy" else comparison.other).engine.words(),
        "digests": [comparison.base.digest, comparison.other.digest],
        "others": others(comparison),
        "figures": comparison.to_frame().to_dict("records"),
        "orders": orders(comparison),
        "unfinished": {"base": _unfinished(comparison.base), "other": _unfinished(comparison.other)},
    }


def _unfinished(found: Rehearsal) -> dict[str, int]:
    """In how many of the runs each order was never finished, though nothing but that ended the run."""
    if found.until is not None:
        return {}
    frame = found.orders_frame()
    return {
        str(row["order"]): int(row["unfinished_runs"]) for row in frame.to_dict("records") if row["unfinished_runs"]
    }


def others(found: Comparison) -> list[dict[str, Any]]:
    """Tardiness of the orders that are in both worlds, where the worlds do not have the same ones.

    One more order that is easily on time raises the share of orders on time and helps nobody. What the others pay is
    told by the others alone. Rows are like those of `twin.Comparison.to_frame`.
    """
    both = [name for name in found.base.finishes if name in found.other.finishes]
    if len(both) == len(found.base.finishes) == len(found.other.finishes):
        return []
    rows = []
    for kpi, measure in (("others_weighted_tardiness_h", _tardiness), ("others_late_orders", _late)):
        base, other = measure(found.base, both), measure(found.other, both)
        change = estimates.mean(other - base, found.confidence)
        if not change.runs:
            continue
        said = "worse" if change.low > 0 else "better" if change.high < 0 else "no difference shown"
        means = (estimates.mean(values, found.confidence).value for values in (base, other))
        row = dict(zip(("base", "other"), means, strict=True))
        row |= {"change": change.value, "change_low": change.low, "change_high": change.high}
        rows.append({"kpi": kpi, **row, "better": "lower", "verdict": said})
    return rows


def _tardiness(found: Rehearsal, names: Sequence[str]) -> NDArray[np.float64]:
    """The weighted tardiness of some orders in each run, in hours; NaN where one of them is not finished."""
    total = np.zeros(found.runs)
    for name in names:
        order = found.orders[name]
        if order.due is not None:
            total += order.weight * np.maximum(0.0, found.finishes[name] - order.due) / HOUR
    return total


def _late(found: Rehearsal, names: Sequence[str]) -> NDArray[np.float64]:
    """How many of some orders are late in each run; NaN where that is still open for one of them."""
    total = np.zeros(found.runs)
    for name in names:
        if found.orders[name].due is not None:
            total += 1 - found.on_time[name]
    return total


def orders(found: Comparison) -> list[dict[str, Any]]:
    """One row for each order in either world: terms, when it is done, how likely on time, and the paired change."""
    names = dict.fromkeys((*found.base.finishes, *found.other.finishes))
    return [_order(found, name) for name in names]


def _order(found: Comparison, name: str) -> dict[str, Any]:
    terms = found.other.orders.get(name) or found.base.orders[name]
    row: dict[str, Any] = {
        "order": name,
        "product": terms.product,
        "quantity": terms.quantity,
        "weight": terms.weight,
        "due_h": hours(terms.due),
    }
    for label, rehearsal in (("base", found.base), ("other", found.other)):
        row |= _fate(rehearsal, name, label)
    row |= {"p_change": None, "p_change_low": None, "p_change_high": None, "verdict": ""}
    if name in found.base.on_time and name in found.other.on_time:
        change = estimates.mean(
            found.other.on_time[name] - found.base.on_time[name], found.confidence, within=(-1.0, 1.0)
        )
        if change.runs:
            row |= {"p_change": change.value, "p_change_low": change.low, "p_change_high": change.high}
            row["verdict"] = "better" if change.low > 0 else "worse" if change.high < 0 else "no difference shown"
    return row


def _fate(rehearsal: Rehearsal, name: str, label: str) -> dict[str, Any]:
    keys = (f"p_on_time_{label}", f"p_on_time_{label}_low", f"p_on_time_{label}_high", f"finish_median_{label}_h")
    if name not in rehearsal.on_time:
        return dict.fromkeys(keys)
    likely = rehearsal.p_on_time(name)
    median = estimates.quantiles(rehearsal.finishes[name], [0.5])[0]
    known = likely.runs > 0
    chances = (likely.value, likely.low, likely.high) if known else (None, None, None)
    return dict(zip(keys, (*chances, None if np.isnan(median) else hours(median)), strict=True))


def of(found: Row) -> Answer:
    """What *found* (see `data`) says."""
    epoch, rows = Epoch(edits.moment(found["epoch"])), {row["kpi"]: row for row in found["figures"]}
    sentences = [*_stuck(found), *(_added(found, name, epoch) for name in found["added"]), *_verdicts(found)]
    sentences += _moved(found["orders"], found["added"])
    who = f"{found['who']} decides"
    if found["who_changed"] != found["who"]:
        who += f" as it is and {found['who_changed']} in the changed world"
    footnote = (
        f"{found['plant']} from {when(epoch, found['now'])} (state {found['state'][:8]}); {who}; "
        f"{found['runs']:,} pairs of runs, seed {found['seed']}; {found['confidence']:.0%} intervals of the paired "
        f"change, each by itself. Digests {found['digests'][0][:8]} and {found['digests'][1][:8]}."
    )
    if found.get("engine"):
        footnote += f" {found['engine']}"
    if found["precision"]:
        footnote += f" {found['precision'][:1].upper()}{found['precision'][1:]}."
    return Answer(
        changes=tuple(found["changes"]),
        outlooks=outlooks(found),
        about=_about(found, rows),
        verdict=verdict(found),
        sentences=tuple(sentences),
        footnote=footnote,
    )


def _stuck(found: Row) -> list[str]:
    """Which orders are never finished, first of all: hours and energy then say only for how long that was looked at."""
    told = []
    for world, where in (("base", "As it is"), ("other", "In the changed world")):
        runs = found.get("unfinished", {}).get(world, {})
        worst = sorted(runs, key=lambda name: (-runs[name], name))
        if worst:
            more = f" and {len(worst) - _NAMED} more" if len(worst) > _NAMED else ""
            told.append(
                f"{where} {', '.join(worst[:_NAMED])}{more} can never go on, in up to {runs[worst[0]]:,} of "
                f"{found['runs']:,} runs: hours, cost and energy only say how long that was looked at."
            )
    return told


_NAMED = 4


def _about(found: Row, rows: Mapping[str, Row]) -> str:
    if found["others"]:
        return "The other orders" if found["added"] else "The orders that stay"
    return "Deliveries" if any(name in rows for name in DELIVERY) else "Figures"


def verdict(found: Row) -> Verdict:
    """What deliveries say together; of the orders in both worlds, where these have not the same ones.

    Where nothing is due it is what all headlines say.
    """
    rows = {row["kpi"]: row for row in found["figures"]}
    judged = list(found["others"]) or [rows[name] for name in DELIVERY if name in rows]
    said = {shown(row) for row in judged or [rows[name] for name in HEADLINES if name in rows]}
    said -= {"no difference shown"}
    if not said:
        return "no difference shown"
    return "better and worse" if len(said) == 2 else "better" if said == {"better"} else "worse"


def shown(row: Row) -> Verdict:
    """The verdict on a figure as people see it: a change that reads as zero makes nothing better or worse."""
    said: Verdict = row["verdict"]
    return "no difference shown" if of_row(row).reads_as_zero(row["change"]) else said


def outlooks(found: Row) -> tuple[Outlook, ...]:
    """Whether each order that was added will be on time, and how sure that is."""
    rows = {row["order"]: row for row in found["orders"]}
    return tuple(_outlook(rows[name], found["runs"]) for name in found["added"])


def _outlook(row: Row, runs: int) -> Outlook:
    likely, low, high = (row[f"p_on_time_other{end}"] for end in ("", "_low", "_high"))
    if row["due_h"] is None:
        return Outlook(row["order"], "it has no due date", "no difference shown")
    if likely is None:
        return Outlook(row["order"], "not known whether it is on time", "no difference shown")
    words, tone = _sure(low, high)
    share = f"{_percent(low)} to {_percent(high)} %"
    return Outlook(row["order"], f"{words} in {round(likely * runs):,} of {runs:,} runs ({share})", tone)


def _sure(low: float, high: float) -> tuple[str, Verdict]:
    """How sure it is that an order is on time, by the interval of its chance."""
    if low > 0.5:
        return "almost certainly on time," if low >= SURE else "likely on time,", "better"
    if high < 0.5:
        return "almost certainly late: on time" if high <= 1 - SURE else "likely late: on time", "worse"
    return "may be on time or late: on time", "better and worse"


def _added(found: Row, name: str, epoch: Epoch) -> str:
    row = next(row for row in found["orders"] if row["order"] == name)
    done = row["finish_median_other_h"]
    half = "is not done in half of the runs" if done is None else f"half of the runs have it done by {_at(epoch, done)}"
    if row["due_h"] is None:
        return f"{name}: {half}."
    return f"{name} is due {_at(epoch, row['due_h'])}; {half}."


def _verdicts(found: Row) -> list[str]:
    rows = {row["kpi"]: row for row in (*found["others"], *found["figures"])}
    names = [row["kpi"] for row in found["others"]] + [
        name for name in in_order(list(rows)) if name in (*HEADLINES, *MATERIALS)
    ]
    sentences = []
    for word in ("worse", "better"):
        said = [name for name in names if shown(rows[name]) == word]
        if said:
            sentences.append(f"{word.capitalize()}: {', '.join(_changed(rows[name]) for name in said)}.")
    judged = [row["kpi"] for row in found["others"]] or [name for name in DELIVERY if name in rows]
    if all(shown(rows[name]) == "no difference shown" for name in judged):
        what = " and ".join(figure(name).words for name in judged) if judged and sentences else "any leading figure"
        sentences.insert(0, f"No difference shown in {what}.")
    return sentences


def _changed(row: Row) -> str:
    read = of_row(row)
    unit = f" {read.unit}" if read.unit and read.unit != "%" else " points" if read.unit == "%" else ""
    return f"{read.words} {read.change(row['change'])}{unit}"


def _moved(rows: Sequence[Row], added: Sequence[str]) -> list[str]:
    """Which of the other orders are likelier late, or on time, than they were."""
    sentences, others = [], [row for row in rows if row["order"] not in added and row["p_change"] is not None]
    for word, what in (("worse", "likelier late"), ("better", "likelier on time")):
        moved = sorted((r for r in others if r["verdict"] == word), key=lambda r: (-abs(r["p_change"]), r["order"]))
        if not moved:
            continue
        named = ", ".join(
            f"{row['order']} ({_percent(row['p_on_time_base'])} to {_percent(row['p_on_time_other'])} % on time)"
            for row in moved[:MOST_NAMED]
        )
        more = f" and {len(moved) - MOST_NAMED} more" if len(moved) > MOST_NAMED else ""
        are = "is" if len(moved) == 1 else "are"
        sentences.append(
            f"{len(moved)} of {len(others)} {'other ' if added else ''}orders {are} {what}: {named}{more}."
        )
    if others and not sentences:
        sentences.append(f"None of the {len(others)} {'other ' if added else ''}orders is shown to be likelier late.")
    return sentences


def _at(epoch: Epoch, at_hours: float) -> str:
    return when(epoch, round(at_hours * 3_600_000))


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
