"""What machines share, as records: crews, who of them is where, and the skills that they have.

Crews go by number, as the plant lists them; skills as `plant_models.sharing.Sharing.able` does.
"""

from twin.compiled.arrays import World
from twin.native import Fixed, Row, rows

TO_SET_UP, TO_WORK, TO_REPAIR, TO_MAINTAIN = range(4)
"""What somebody is at a machine for, as in `twin.standing.Task`."""
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


crew = rows(Crew, "crews", World)
crew_terms = rows(CrewTerms, "crew_terms", World)
skill = rows(Skill, "skills", World)
post = rows(Post, "posts", World)
