"""The one way from Python into the compiled search."""

import hashlib
from pathlib import Path

from scheduler.search.annealing import anneal
from scheduler.search.dispatch import dispatch
from scheduler.search.graph import take_given
from scheduler.search.records import world
from scheduler.search.tabu import search
from twin.native import entering, entrance

TAKE, DISPATCH, SEARCH, ANNEAL = range(4)
"""What can be asked for: to have the given schedule in hand; or one by dispatching; so many moves of tabu search
(moves, patience, target); so many trials of annealing (trials, the one at which it is over, target)."""

_HERE = Path(__file__).resolve().parent
_ROOMS = ("records", "luck", "graph", "estimates", "dispatch", "tabu", "annealing", "kernel")
_FILES = (*(_HERE / f"{room}.py" for room in _ROOMS), *sorted(Path(entering.__file__).resolve().parent.glob("*.py")))
_DIGEST = hashlib.sha256(b"\0".join(path.read_bytes() for path in _FILES)).hexdigest()


@entrance(_DIGEST, __file__)
def enter(address: int, what: int, a: int, b: int, c: int) -> int:
    """Do what is asked for, with the schedule that lies there; see `scheduler.search.memory`."""
    w = world(address)
    if what == TAKE:
        take_given(w)
    elif what == DISPATCH:
        dispatch(w)
    elif what == SEARCH:
        return search(w, a, b, c)
    elif what == ANNEAL:
        return anneal(w, a, b, c)
    return 0
