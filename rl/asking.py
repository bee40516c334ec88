"""The way from Python into the machine code of a learned decision."""

from rl.minds import mind
from rl.network import score, think
from rl.sight import see
from rl.sources import DIGEST
from twin.native import entrance

SEE, THINK, SCORE = range(3)
"""What may be asked: write the rows of features; choose an option; score rows that are there."""


@entrance(DIGEST, __file__)
def ask(address: int, what: int, count: int, unfinished: int) -> int:
    """The address of a mind, what for, how many options (or rows), how many orders have not left.

    Gives back what `rl.network.think` or `score` does.
    """
    if what == SEE:
        see(mind(address), count, unfinished)
        return count
    if what == SCORE:
        return score(mind(address), count)
    return think(mind(address), count, unfinished)
