"""What machines share, as records: crews, who of them is where, and the skills that they have; tools and their units.

Crews and tools go by number, as the plant lists them, skills as `plant_models.sharing.Sharing.able` does.
"""

from twin.compiled.arrays import World
from twin.native import Fixed, Row, rows

TO_SET_UP, TO_WORK, TO_REPAIR, TO_MAINTAIN = range(4)
"""What somebody is at a machine for, as in `twin.standing.Task`."""
READY, IN_USE, AWAY, GONE = range(4)
"""Where a unit of a tool is: free, with a machine or an order, away to be made fit, or no more on the floor."""
TASKS = ("setup", "work", "repair", "maintenance")


class Crew(Row):
    """One crew now, as `twin.standing.CrewState`."""

    is_away: int
    whole: int
    tending: int


class CrewTerms(Fixed):
    """What does not change of a crew: its size, its hours, the machines that may need it."""

    size: int
    tends: int
    finishes: int
    turn: int
    slot: int
    served: int
    served_count: int


class Skill(Fixed):
    """The crews that have a skill, in the order in which they are asked."""

    able: int
    able_count: int


class Post(Row):
    """Who is at a machine for one task: a crew, and how many of it; a machine has a post for each task."""

    crew: int
    hands: int


class Tool(Row):
    """One tool now: how many units of it there are, lie ready, and are away to be made fit."""

    units: int
    ready: int
    away: int


class ToolTerms(Fixed):
    """What does not change of a tool; *life* and *uses* are NEVER where it does not wear out so.

    Its units lie one after the other from *first*; of so many as are *tracked* it is known how far they are worn.
    """

    count: int
    wears: int
    life: int
    uses: int
    renewal: int
    bases: int
    first: int
    unit_count: int
    tracked: int
    slot: int
    users: int
    users_count: int


class Unit(Row):
    """One unit of a tool: where it is, how far it is worn, and the *next* that the same machine or order has."""

    tool: int
    where: int
    worked: int
    used: int
    renewals: int
    since: int
    next: int


crew = rows(Crew, "crews", World)
crew_terms = rows(CrewTerms, "crew_terms", World)
skill = rows(Skill, "skills", World)
post = rows(Post, "posts", World)
tool = rows(Tool, "tools", World)
tool_terms = rows(ToolTerms, "tool_terms", World)
unit = rows(Unit, "units", World)
