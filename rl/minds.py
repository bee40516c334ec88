"""Where the numbers of a learned decision lie: what machine code reads and writes when it sees, scores and chooses."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.native import Fixed, column, layout_of, only, writer

TOLD = (
    "work",  # milliseconds of the work here
    "setup",  # milliseconds of the setup before it
    "due",  # open milliseconds to the due date; infinite where there is none
    "after",  # milliseconds of the work after this step
    "weight",
    "waited",  # milliseconds
    "next_load",  # milliseconds of the work that waits for each machine where it goes next
    "steps_after",  # share of its steps that come after this one
    "next_starves",  # 1 if an idle machine stands before an empty buffer there
    "alternatives",  # 1 over the machines that can do the step
    "slower",  # the work here over the work on the fastest machine
    "other_is_free",  # 1 if another machine that can do it stands idle
    "family_share",  # share of the options that need the same setup
    "closing",  # open milliseconds until the machine closes; infinite where it never does
)
"""What is told of each order that may be taken, in order: columns of real numbers."""


class Mind(Fixed):
    """One decision, or one after the other: addresses of columns, and how wide the layers of the network are.

    *told* has a row of `TOLD` for each option, *rows* a row of features for each option and one for waiting. *weights*
    has the network's numbers as `rl.network` wants them, *low* and *high* the range of each feature in training,
    *inside* room for the layers.
    """

    told: int
    rows: int
    inside: int
    weights: int
    low: int
    high: int
    width: int
    score_width: int
    waits: int


mind = only(Mind)
told = column(float, "told", Mind)
put_told = writer(float, "told", Mind)
seen_row = column(float, "rows", Mind)
put_row = writer(float, "rows", Mind)
inside = column(float, "inside", Mind)
put_inside = writer(float, "inside", Mind)
weight = column(float, "weights", Mind, is_fixed=True)
low = column(float, "low", Mind, is_fixed=True)
high = column(float, "high", Mind, is_fixed=True)


class Lying:
    """A mind and the arrays behind it, which live as long as this does.

    Parameters
    ----------
    arrays
        By the name of a field of `Mind`: the array whose address it is.
    numbers
        By the name of a field: the number that it is.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], **numbers: int) -> None:
        self.arrays = dict(arrays)
        self.record = np.zeros(1, dtype=layout_of(Mind))
        for field, array in self.arrays.items():
            self.record[field] = array.ctypes.data
        for field, number in numbers.items():
            self.record[field] = number

    @property
    def address(self) -> int:
        """Where the record of the mind lies."""
        return int(self.record.ctypes.data)
