"""The values of a figure for several alternatives, run by run: fetched when they are needed, and kept."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.indicators import Better

Source = Callable[[Mapping[str, range]], Mapping[str, NDArray[np.float64]]]
"""Gives for each alternative the figure's values in the runs asked for.

Run *i* of all alternatives has the same luck, unless the procedure wants each to have its own.
"""


class Values:
    """The values that were looked at, turned so that more is better.

    Parameters
    ----------
    source
        Where they come from.
    names
        The alternatives; among equals the first one named is preferred.
    better
        Which way is better.
    told
        Hears the number of values fetched so far after each fetch.

    Raises
    ------
    ValueError
        Where there are fewer than two alternatives, or two of the same name.
    """

    def __init__(
        self,
        source: Source,
        names: Sequence[str],
        *,
        better: Better,
        told: Callable[[int], object] | None = None,
    ) -> None:
        if len(names) < 2 or len(set(names)) < len(names):
            raise ValueError(f"wanted: at least two alternatives with names of their own, not {', '.join(names)}")
        self.names = tuple(names)
        self._source, self._told = source, told
        self._sign = 1.0 if better == "higher" else -1.0
        self._known: dict[str, NDArray[np.float64]] = {name: np.empty(0) for name in names}

    @property
    def fetched(self) -> int:
        """How many values were fetched, over all alternatives."""
        return sum(len(values) for values in self._known.values())

    def fetch(self, wanted: Mapping[str, int]) -> None:
        """Have at least so many values of each of these alternatives, all that are missing asked for at once.

        Raises
        ------
        ValueError
            Where a value is not known: what is not a number cannot be ranked.
        """
        missing = {name: range(len(self._known[name]), runs) for name, runs in wanted.items()}
        missing = {name: runs for name, runs in missing.items() if runs}
        if not missing:
            return
        for name, values in self._source(missing).items():
            if np.isnan(values).any():
                run = missing[name][int(np.isnan(values).argmax())]
                raise ValueError(f"{name}: the figure is not known in run {run}; choose by one that always is")
            self._known[name] = np.concatenate((self._known[name], self._sign * values))
        if self._told is not None:
            self._told(self.fetched)

    def first(self, name: str, runs: int) -> NDArray[np.float64]:
        """The first *runs* values of an alternative that was fetched that far."""
        return self._known[name][:runs]

    def as_asked(self, name: str, runs: int) -> NDArray[np.float64]:
        """The same values in the figure's own direction."""
        return self._sign * self._known[name][:runs]
