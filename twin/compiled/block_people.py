"""Crews, and who of them is where, in the block of a compiled floor: to and from `twin.standing`."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from twin.compiled import arrays as a
from twin.compiled.layout import Layout
from twin.compiled.sharing import TASKS
from twin.standing import CrewState, State, Task

_TASKS = cast("tuple[Task, ...]", TASKS)


def put_people(layout: Layout, parts: Mapping[str, Any], state: State) -> None:
    """Let the crews stand, and their people be, as they are in *state*."""
    for name, row in zip(layout.people.crews, parts["crews"], strict=True):
        known = state.crews[name]
        row["is_away"], row["whole"], row["tending"] = known.is_away, known.whole, known.tending
    if not layout.people.crews:
        return
    posts = iter(parts["posts"])
    for name in layout.machines:
        machine = state.machines[name]
        for task in _TASKS:
            post, there = next(posts), machine.people.get(task)
            post["crew"] = a.NOBODY if there is None else layout.people.numbers[there]
            post["hands"] = machine.hands.get(task, 1)


def crews_of(layout: Layout, parts: Mapping[str, Any]) -> dict[str, CrewState]:
    """How the crews stand."""
    return {
        name: CrewState(bool(is_away), whole, tending)
        for name, (is_away, whole, tending) in zip(layout.people.crews, parts["crews"].tolist(), strict=True)
    }


def posts_of(layout: Layout, parts: Mapping[str, Any]) -> Sequence[tuple[dict[Task, str], dict[Task, int]]]:
    """For each machine which crew is there for each task, and how many of it where they are several."""
    if not layout.people.crews:
        return [({}, {})] * len(layout.machines)
    rows, names, found = iter(parts["posts"].tolist()), layout.people.crews, []
    for _ in layout.machines:
        there = {task: next(rows) for task in _TASKS}
        people = {task: names[crew] for task, (crew, _) in there.items() if crew >= 0}
        found.append((people, {task: hands for task, (crew, hands) in there.items() if crew >= 0 and hands > 1}))
    return found
