"""Who comes to a machine that takes an order, on the compiled floor: `twin.needs.people`."""

from twin.compiled.arrays import NOBODY, World, fixture, number
from twin.compiled.lacks import NOTHING
from twin.compiled.moves import stop_of
from twin.compiled.sharing import TO_SET_UP, TO_WORK, skill
from twin.compiled.staffing import are_free, free_crew, lacking_until
from twin.compiled.stoppages import setup_time
from twin.native import compiled

LACKS = -2
"""In the place of a crew: people are lacking; the two numbers that follow are their skill and how many."""


@compiled
def team(w: World, index: int, o: int) -> tuple[int, int, int, int]:
    """Who sets a machine up for an order, and how many; who then works, and how many: -1 where nobody is needed.

    Who sets it up stays for the work, unless a crew that is asked before theirs is free for it; then nobody else comes.
    """
    f, at = fixture(w, index), stop_of(w, o)
    setter, setters, needed = NOBODY, f.setup_people, at.skill
    if f.setup_skill != NOBODY and setup_time(w, index, o) > 0:
        setter = free_crew(w, f.setup_skill, TO_SET_UP, setters)
        if setter == NOBODY:
            return LACKS, f.setup_skill, setters, 0
    if needed == NOBODY:
        return setter, setters, NOBODY, 0
    s = skill(w, needed)
    for n in range(s.able, s.able + s.able_count):
        who = number(w, n)
        if who == setter:
            most = max(setters, at.people)
            if most == setters or are_free(w, who, TO_SET_UP, most):
                return setter, most, NOBODY, 0
        elif are_free(w, who, TO_WORK, at.people):
            return setter, setters, who, at.people
    return LACKS, needed, at.people, 0


@compiled
def people_lack_until(w: World, index: int, o: int) -> int:
    """Until when the people are lacking whom a machine needs for an order: NOTHING if they are there."""
    first, needed, people, _ = team(w, index, o)
    return lacking_until(w, needed, people) if first == LACKS else NOTHING
