"""Answers to what-if questions: the numbers that a page and a command line share, and what they say in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from plant_models.clock import Epoch
from twin import changes, estimates
from twin.comparison import Comparison
from twin.kpi import hours
from twin.rehearsal import Rehearsal
from ui import edits
from ui.figures import DELIVERY, HEADLINES, figure, in_order
from ui.questions import WhatIf
from ui.snapshots import when

Verdict = Literal["better", "worse", "better and worse", "no difference shown"]
Row = Mapping[str, Any]

MOST_NAMED = 4
"""How many orders a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came out, in words: the verdict, what it is *about*, the sentences that say it, and what they rest on."""

    changes: tuple[str, ...]
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
        "digests": [comparison.base.digest, comparison.other.digest],
        "figures": comparison.to_frame().to_dict("records"),
        "orders": orders(comparison),
    }


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
        change = estimates.mean(found.other.on_time[name] - found.base.on_time[name], found.confidence)
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
    epoch = Epoch(edits.moment(found["epoch"]))
    rows = {row["kpi"]: row for row in found["figures"]}
    sentences = [*(_added(found, name, epoch) for name in found["added"]), *_verdicts(rows)]
    sentences += _moved(found["orders"], found["added"])
    who = f"{found['who']} decides"
    if found["who_changed"] != found["who"]:
        who += f" as it is and {found['who_changed']} in the changed world"
    footnote = (
        f"{found['plant']} from {when(epoch, found['now'])} (state {found['state'][:8]}); {who}; "
        f"{found['runs']:,} pairs of runs, seed {found['seed']}; {found['confidence']:.0%} intervals of the paired "
        f"change, each by itself. Digests {found['digests'][0][:8]} and {found['digests'][1][:8]}."
    )
    if found["precision"]:
        footnote += f" {found['precision'][:1].upper()}{found['precision'][1:]}."
    return Answer(
        changes=tuple(found["changes"]),
        about="Deliveries" if any(name in rows for name in DELIVERY) else "Figures",
        verdict=verdict(rows),
        sentences=tuple(sentences),
        footnote=footnote,
    )


def verdict(rows: Mapping[str, Row]) -> Verdict:
    """What deliveries say together; where nothing is due, what all headlines say."""
    judged = [name for name in DELIVERY if name in rows] or [name for name in HEADLINES if name in rows]
    said = {rows[name]["verdict"] for name in judged} - {"no difference shown"}
    if not said:
        return "no difference shown"
    return "better and worse" if len(said) == 2 else "better" if said == {"better"} else "worse"


def _added(found: Row, name: str, epoch: Epoch) -> str:
    row = next(row for row in found["orders"] if row["order"] == name)
    runs, likely = found["runs"], row["p_on_time_other"]
    done = row["finish_median_other_h"]
    half = "is not done in half of the runs" if done is None else f"half of the runs have it done by {_at(epoch, done)}"
    if likely is None or row["due_h"] is None:
        return f"{name} has no due date; {half}."
    sure = f"{_percent(row['p_on_time_other_low'])} to {_percent(row['p_on_time_other_high'])} %"
    return (
        f"{name} is on time in {round(likely * runs):,} of {runs:,} runs ({sure}): due {_at(epoch, row['due_h'])}, "
        f"and {half}."
    )


def _verdicts(rows: Mapping[str, Row]) -> list[str]:
    sentences = []
    for word in ("worse", "better"):
        names = in_order([name for name, row in rows.items() if name in HEADLINES and row["verdict"] == word])
        if names:
            sentences.append(f"{word.capitalize()}: {', '.join(_changed(name, rows[name]) for name in names)}.")
    same = all(rows[name]["verdict"] == "no difference shown" for name in DELIVERY if name in rows)
    if same:
        what = "tardiness, late orders and orders on time" if sentences else "any of the leading figures"
        sentences.insert(0, f"No difference shown in {what}.")
    return sentences


def _changed(name: str, row: Row) -> str:
    read = figure(name)
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
