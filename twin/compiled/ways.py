"""Where orders may go after a step."""

from twin.compiled.arrays import World, branch, stop, terms
from twin.native import compiled


@compiled
def leads_back(w: World, o: int, step: int, to: int) -> bool:
    """Whether an order that goes to a step after another is sent back, at once or by a step of transport."""
    at = stop(w, terms(w, o).first_stop + step)
    for n in range(at.first_branch, at.first_branch + at.branches):
        if branch(w, n).to == to:
            return branch(w, n).leads_back != 0
    return False
