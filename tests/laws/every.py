"""Random worlds that the laws share, each played to its end once: what differs between laws is what they look at."""

import os
from collections.abc import Callable
from functools import cache

from hypothesis import Phase, given, settings

from plant_models.events import Event
from tests.laws.worlds import World, worlds
from twin.state import State

FOR_EACH = 2
"""So many shared worlds for each example that a law with worlds of its own has."""

Law = Callable[[World], None]


def on_every_floor(most: int | None = None) -> Callable[[Law], Callable[[], None]]:
    """Let a law hold in the shared worlds, or in the first of them if that is enough (*most*).

    With the profile "fuzz" every law has worlds of its own, and Hypothesis makes what breaks it as small as can be.
    """

    def held(law: Law) -> Callable[[], None]:
        if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz":
            return given(worlds())(law)

        def test() -> None:
            for number, world in enumerate(shared()[:most]):
                try:
                    law(world)
                except Exception as fault:  # whatever breaks the law is told with the world, and goes on
                    fault.add_note(f"in shared world {number}: {world!r}")
                    raise

        test.__name__, test.__doc__, test.__module__ = law.__name__, law.__doc__, law.__module__
        return test

    return held


@cache
def shared() -> tuple[World, ...]:
    """The same worlds in every run of the tests."""
    found: list[World] = []

    @settings(max_examples=FOR_EACH * settings.default.max_examples, derandomize=True, phases=(Phase.generate,))
    @given(worlds())
    def gather(world: World) -> None:
        found.append(world)

    gather()
    return tuple(found)


def played(world: World) -> tuple[State, list[Event]]:
    """The floor at the end, and all facts; a world is played once, however often it is asked for."""
    state, facts = world.life
    return state.copy(), facts.copy()
