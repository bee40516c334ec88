"""A film says of every instant what the state said."""

from plant_models.events import Event
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import World
from twin.film import Film, OrderCue, Still
from twin.state import State, apply, opening, status

SHARES = (0.0, 0.03, 0.34, 0.9, 1.0)
"""How much of a film to look at."""


def filmed(world: World) -> tuple[Film, list[Event], State]:
    _, facts = played(world)
    start = opening(world.plant, world.orders)
    return Film.of(world.plant, start, facts), facts, start


def is_what_the_state_says(world: World, state: State, still: Still) -> bool:
    """Every machine's word, every order's place, and who waits where, in order."""
    machines = {name: status(world.plant, name, machine) for name, machine in state.machines.items()}
    return (
        machines == {name: cue.status for name, cue in still.machines.items()}
        and {name: list(queue) for name, queue in state.buffers.items()}
        == {
            name: [order for order in inside if still.orders[order].stage == "waiting"]
            for name, inside in still.buffers.items()
        }
        and all(
            (order.stage, order.step, order.quantity) == (cue.stage, cue.step, cue.quantity)
            and (cue.where == order.where if order.stage != "released" else name in state.wanting[cue.where])
            for name, order, cue in ((name, state.orders[name], cue) for name, cue in still.orders.items())
        )
        and still.orders.keys() == state.orders.keys()
    )


@on_every_floor(most=60)
def test_a_film_shows_at_every_instant_the_floor_as_it_stood(world: World) -> None:
    film, facts, state = filmed(world)
    between = {film.start + int(share * (film.end - film.start)) for share in SHARES}
    instants = sorted({fact.time for fact in facts} | between | {film.start, film.end})
    done = 0
    for instant in instants:
        while done < len(facts) and facts[done].time <= instant:
            apply(world.plant, state, facts[done])
            done += 1
        assert is_what_the_state_says(world, state, film.at(instant))


@on_every_floor()
def test_a_film_is_read_as_it_was_written(world: World) -> None:
    film, _, _ = filmed(world)
    assert Film.from_json(film.to_json()) == film


@on_every_floor(most=60)
def test_a_film_that_ends_early_is_the_beginning_of_the_whole_one(world: World) -> None:
    film, facts, start = filmed(world)
    for share in SHARES:
        until = film.start + int(share * (film.end - film.start))
        early = Film.of(world.plant, start, facts, until)
        assert early.end == until
        assert early.at(until) == film.at(until)
        assert early.instants() == [time for time in film.instants() if time <= until]


@on_every_floor()
def test_a_film_can_begin_in_the_middle(world: World) -> None:
    film, facts, state = filmed(world)
    half = facts[: len(facts) // 2]
    for fact in half:
        apply(world.plant, state, fact)
    rest = [fact for fact in facts[len(half) :] if fact.time > state.now]
    for fact in facts[len(half) : len(facts) - len(rest)]:
        apply(world.plant, state, fact)
    later = Film.of(world.plant, state, rest)
    assert later.instants() == [state.now, *(time for time in film.instants() if time > state.now)]
    gone = {name: order.finished_at for name, order in state.orders.items() if order.finished_at is not None}
    assert all(later.orders[name].cues[0].time == time for name, time in gone.items())
    for instant in (state.now, film.end):
        assert without_ranks(later.at(instant)) == without_ranks(film.at(instant))


@on_every_floor()
def test_the_levels_of_a_buffer_are_how_many_wait_in_it(world: World) -> None:
    film, _, _ = filmed(world)
    for buffer in film.buffers:
        levels = film.levels(buffer)
        assert levels[0][0] == film.start
        for since, level in levels:
            assert level == len(film.at(since).buffers[buffer])


def without_ranks(still: Still) -> tuple[object, ...]:
    """A still without since when, and without the numbers that give the queues their order."""

    def place(cue: OrderCue) -> tuple[object, ...]:
        return cue.stage, cue.where, cue.step, cue.quantity

    words = {name: cue.status for name, cue in still.machines.items()}
    return words, {name: place(cue) for name, cue in still.orders.items()}, still.buffers
