"""Compiled code reads and writes records in flat arrays."""

import numpy as np
import pytest

from twin.native import Fixed, Row, column, entrance, layout_of, only, rows, writer


class Room(Fixed):
    people: int
    steps: int
    count: int


class Person(Row):
    age: int
    weight: float
    is_in: int


room = only(Room)
person = rows(Person, "people", Room)
step = column(int, "steps", Room)
put_step = writer(int, "steps", Room)


@entrance()
def birthday(address: int, most: int) -> float:
    r, total = room(address), 0.0
    for n in range(r.count):
        p = person(r, n)
        p.age += 1
        p.is_in = p.age < most
        total += p.weight
        put_step(r, n, step(r, n) * 2 + p.is_in)
    return total


def laid(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    people, steps = np.zeros(count, dtype=layout_of(Person)), np.arange(count)
    people["age"], people["weight"] = range(count), 0.5
    world = np.zeros(1, dtype=layout_of(Room))
    world["people"], world["steps"], world["count"] = people.ctypes.data, steps.ctypes.data, count
    return world, people, steps


def test_records_and_numbers_are_read_and_written_where_they_lie() -> None:
    world, people, steps = laid(5)
    assert birthday(world.ctypes.data, 4) == 2.5
    assert people["age"].tolist() == [1, 2, 3, 4, 5]
    assert people["is_in"].tolist() == [1, 1, 1, 0, 0]
    assert steps.tolist() == [1, 3, 5, 6, 8]


@entrance()
def change_what_is_fixed(address: int) -> int:
    r = room(address)
    r.count = 3
    return 0


@entrance()
def read_what_is_not_there(address: int) -> int:
    return room(address).doors


def test_what_is_fixed_is_not_changed() -> None:
    with pytest.raises(Exception, match=r"test_records\.py:\d+: in change_what_is_fixed: 'r\.count' is fixed"):
        change_what_is_fixed.load()


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(Exception, match="a Room has no 'doors'"):
        read_what_is_not_there.load()


def test_records_are_for_compiled_code_alone() -> None:
    with pytest.raises(TypeError, match="by compiled functions only"):
        room(0)
