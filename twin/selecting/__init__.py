"""The best of several alternatives, with a promised probability that it is: ranking and selection.

Three procedures promise: where the best is better than every other by at least the *indifference* (what is less does
not matter to whoever asks), it is chosen with at least the wanted probability. `kim_nelson` plays run by run and drops
alternatives as soon as they are shown to be worse; `nelson_matejcik` and `rinott` work out once how many runs are
needed. `ocba` promises nothing and spends a number of runs where it matters most.

All but `rinott` take the same luck for all alternatives: what chance does to all of them alike falls out of the
differences, and fewer runs do. The promises assume that the figure is normally distributed; where it is far from that
(the tardiness of a floor that is almost never late), let each value be the mean over a batch of runs.
"""

from twin.selecting.budget import ocba
from twin.selecting.constants import kim_nelson_eta, max_t, rinott_h
from twin.selecting.selection import Candidate, Selection
from twin.selecting.sequence import kim_nelson
from twin.selecting.stages import nelson_matejcik, rinott
from twin.selecting.values import Source, Values

__all__ = [
    "Candidate",
    "Selection",
    "Source",
    "Values",
    "kim_nelson",
    "kim_nelson_eta",
    "max_t",
    "nelson_matejcik",
    "ocba",
    "rinott",
    "rinott_h",
]
