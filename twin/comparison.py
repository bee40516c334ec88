"""Comparing two rehearsals run by run: the luck is the same, so what differs is what was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from twin import estimates
from twin.estimates import Estimate
from twin.indicators import Better
from twin.rehearsal import Rehearsal
from twin.tally import FIGURES, bounds_of_change

Verdict = Literal["better", "worse", "no difference shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure in two rehearsals: both means, and *change* (other less base) with its paired t interval."""

    figure: str
    base: float
    other: float
    change: Estimate
    better: Better
    verdict: Verdict

    def words(self) -> str:
        """The verdict as people say it.

        Where the interval of the change holds zero no difference is shown, which is not to say that there is none.
        """
        if self.verdict == "no difference shown":
            return f"{self.figure}: no difference shown ({self.base:.3g} against {self.other:.3g})"
        low, high = sorted((self.change.low, self.change.high))
        return f"{self.figure}: {self.verdict}, {self.base:.3g} to {self.other:.3g} (change {low:.3g} to {high:.3g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a change is worth: *other* against *base*, figure by figure and order by order."""

    base: Rehearsal
    other: Rehearsal
    differences: Mapping[str, Difference]
    confidence: float

    def __getitem__(self, figure: str) -> Difference:
        if figure not in self.differences:
            raise KeyError(f"no figure {figure!r}; there are {', '.join(self.differences)}")
        return self.differences[figure]

    @property
    def is_zero(self) -> bool:
        """Whether every run gave exactly the same."""
        base, other = self.base.figures, self.other.figures
        return base.keys() == other.keys() and all(
            np.array_equal(values, other[name], equal_nan=True) for name, values in base.items()
        )

    def words(self) -> list[str]:
        """The verdicts that are not "no difference shown", in words."""
        return [d.words() for d in self.differences.values() if d.verdict != "no difference shown"]

    def to_frame(self) -> pd.DataFrame:
        """One row for each figure: both means, the change with its interval, which way is better, the verdict."""
        rows = [
            {
                "kpi": d.figure,
                "base": d.base,
                "other": d.other,
                "change": d.change.value,
                "change_low": d.change.low,
                "change_high": d.change.high,
                "better": d.better,
                "verdict": d.verdict,
            }
            for d in self.differences.values()
        ]
        return pd.DataFrame(rows)

    def orders_frame(self) -> pd.DataFrame:
        """One row for each order in either: how likely it is on time, before and after, with Wilson's intervals."""
        names = [*self.base.finishes, *(name for name in self.other.finishes if name not in self.base.finishes)]
        likely = [f"p_on_time_{label}{end}" for label in ("base", "other") for end in ("", "_low", "_high")]
        return pd.DataFrame([self._order_row(name) for name in names], columns=["order", *likely])

    def _order_row(self, name: str) -> dict[str, object]:
        row: dict[str, object] = {"order": name}
        for label, rehearsal in (("base", self.base), ("other", self.other)):
            known = name in rehearsal.on_time
            likely = rehearsal.p_on_time(name) if known else Estimate(np.nan, np.nan, np.nan, 0)
            row |= {
                f"p_on_time_{label}": likely.value,
                f"p_on_time_{label}_low": likely.low,
                f"p_on_time_{label}_high": likely.high,
            }
        return row


def compare(base: Rehearsal, other: Rehearsal, *, confidence: float = 0.95) -> Comparison:
    """How *other* differs from *base*, paired run by run.

    The verdict on a figure is "better" or "worse" where the t interval of the mean paired difference, at
    *confidence* for each figure by itself, does not hold zero, and "no difference shown" otherwise. Figures of
    which neither direction is better have no verdict and are left out, as are those that are known in no run of
    both.

    Raises
    ------
    ValueError
        Where the two were not played with the same luck (other seeds or another number of runs), or do not leave out
        the same warm-up.
    """
    if base.seeds != other.seeds:
        raise ValueError(
            f"runs can be compared in pairs only where they had the same luck: one rehearsal has seed {base.seed} and "
            f"{base.runs} runs, the other seed {other.seed} and {other.runs} runs; rehearse both alike"
        )
    if base.recipe.warm_up != other.recipe.warm_up:
        raise ValueError(
            f"the figures cover different spans: one leaves out {base.recipe.warm_up} ms of warm-up, the other "
            f"{other.recipe.warm_up} ms"
        )
    found = {}
    for figure, better in FIGURES.items():
        if better is None or figure not in base.figures or figure not in other.figures:
            continue
        change = estimates.mean(other.figures[figure] - base.figures[figure], confidence, bounds_of_change(figure))
        if change.runs:
            found[figure] = Difference(
                figure=figure,
                base=base.mean(figure).value,
                other=other.mean(figure).value,
                change=change,
                better=better,
                verdict=_verdict(change, better),
            )
    return Comparison(base=base, other=other, differences=found, confidence=confidence)


def _verdict(change: Estimate, better: Better) -> Verdict:
    if change.low <= 0 <= change.high:
        return "no difference shown"
    return "better" if (change.high < 0) == (better == "lower") else "worse"
