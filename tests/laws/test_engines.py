"""What a rehearsal says does not depend on the engine that plays it."""

from hypothesis import given
from hypothesis import strategies as st

from plant_models.shifts import HOUR
from tests.laws.playable import playable
from tests.laws.worlds import World
from twin.chance import Certain, Chance, Luck
from twin.floor import run
from twin.state import State, opening
from twin.trials import trials

SEEDS = [(0, 11), (1, 2**63), (7, 5)]


class Certainly:
    """The world of a plan for every seed."""

    def __call__(self, seed: int) -> Luck:
        return Certain()


def both(world: World, state: State, until: int | None, warm_up: int) -> None:
    """The same trials, to the last bit, and the state is left alone."""
    before = state.copy()
    for chance in (Chance, Certainly()):
        for_each = {
            engine: trials(
                world.plant,
                state,
                world.policy,
                chance,
                seeds=SEEDS,
                until=until,
                warm_up=warm_up,
                engine=engine,
            )
            for engine in ("simpy", "compiled")
        }
        for ours, theirs in zip(for_each["simpy"], for_each["compiled"], strict=True):
            assert theirs._asdict() == ours._asdict()
    assert state == before


@given(playable(), st.sampled_from((None, 10 * HOUR, 100 * HOUR)), st.sampled_from((0, 0, 5 * HOUR)))
def test_trials_are_the_same_on_both_engines(world: World, until: int | None, warm_up: int) -> None:
    both(world, opening(world.plant, world.orders), until, warm_up)


@given(playable(), st.integers(0, 2000 * 60_000), st.sampled_from((None, 60 * HOUR)))
def test_trials_from_the_middle_of_a_shift_are_the_same_on_both_engines(
    world: World, cut: int, after: int | None
) -> None:
    floor = world.floor()
    run(floor, world.policy, cut)
    both(world, floor.state, None if after is None else floor.state.now + after, 0)
