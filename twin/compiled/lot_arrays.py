"""What a compiled floor knows of lots, where orders divide into any."""

from twin.compiled.arrays import World
from twin.native import Row, column, rows, writer


class Lot(Row):
    """An order as it divides: *parent* is what it is part of (-1: it was placed), *pieces* what it began with.

    Its own lots have the numbers that stand from *first* on among the numbers of the world; *made* of them there are,
    those among them that are gone included. *gathers* says that some of them wait for the others, and *next* which
    order does so too; *waits_again* that it is to be seen once more, before *next_again*.
    """

    parent: int
    pieces: int
    first: int
    made: int
    gathers: int
    next: int
    waits_again: int
    next_again: int


lot = rows(Lot, "lots", World)
born = column(int, "born", World)
put_born = writer(int, "born", World)
