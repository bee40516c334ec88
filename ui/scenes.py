"""Films that people ask for at the desk: the journal from its beginning, and one future of the floor."""

from collections.abc import Iterable
from pathlib import Path

from plant_models.errors import InvalidPlant
from plant_models.events import Event
from plant_models.scenario import Scenario
from twin.chance import Chance
from twin.film import Film
from twin.journal import Journal
from twin.state import State, opening
from twin.trials import play
from ui.desk import Desk, Who, name_of
from ui.player import Scene
from ui.workspace import Workspace, scenario_of

PAST = "what happened, from the journal"


def of_journal(desk: Desk) -> Scene:
    """What happened on the floor from the journal's beginning until now; it opens at its end."""
    start, now = opening(desk.plant), desk.state.now
    film = Film.of(desk.plant, start, desk.journal.facts(), until=now)
    return _scene(desk.scenario, film, PAST, open_at=film.end)


def of_file(journal: Path, scenario: str | None = None) -> Scene:
    """What happened by a journal in a file, on a *scenario* (a name or a file) or on that of its workspace.

    Raises
    ------
    InvalidPlant
        Where there is no such scenario, or the journal is that of another plant.
    CorruptJournal, FileNotFoundError
        Where there is no such journal.
    """
    with Journal(journal, read_only=True) as read:
        found = Workspace(journal.parent).scenario() if scenario is None else scenario_of(scenario)
        try:
            film = Film.of(found.plant, opening(found.plant), read.facts())
        except KeyError as error:
            raise InvalidPlant(
                f"{journal}: it is the journal of another plant than {found.id!r}, which has no {error.args[0]!r}"
            ) from None
    return _scene(found, film, PAST, open_at=film.end)


def of_future(desk: Desk, who: Who = None, *, seed: int = 1) -> Scene:
    """One future of the floor from its present state.

    Raises
    ------
    InvalidPlant
        Where nobody has the name *who*.
    """
    facts: list[Event] = []
    plant, start = desk.ahead()
    tally = play(plant, start.copy(), desk.policy(who), Chance(seed), record=facts.append)
    film = Film.of(plant, start, facts, until=tally.state.now)
    return _scene(desk.scenario, film, f"one future, {name_of(who, desk.scenario)} decides, seed {seed}")


def of_run(scenario: Scenario, start: State, facts: Iterable[Event], words: str) -> Scene:
    """A run that was played already: where it began (left alone), what happened, and in *words* which one it is."""
    return _scene(scenario, Film.of(scenario.plant, start, facts), words)


def _scene(scenario: Scenario, film: Film, words: str, *, open_at: int | None = None) -> Scene:
    return Scene(
        plant=scenario.plant,
        film=film,
        epoch=scenario.epoch,
        title=scenario.id,
        subtitle=words,
        open_at=open_at,
    )
