"""Assemblies against their Markov chains solved here."""

import pytest

from tests.validation.assemblies import assembly
from tests.validation.test_cycles import Step, check, solved


def chain(feeders: list[float], rate: float, rooms: list[int], needs: list[int]) -> float:
    """Assemblies per unit of time: the pieces of each feeder that are there, its blocked one counted, and the assembly.

    The chain in continuous time is made one in steps of its fastest total rate (uniformization).
    """
    fastest = sum(feeders) + rate

    def begun(levels: list[int], is_busy: int) -> tuple[int, ...]:
        if not is_busy and all(level >= need for level, need in zip(levels, needs, strict=True)):
            return (*(level - need for level, need in zip(levels, needs, strict=True)), 1)
        return (*levels, is_busy)

    def step(state: tuple[int, ...]) -> Step:
        *levels, is_busy = state
        rest = 1.0
        for n, mu in enumerate(feeders):
            if levels[n] <= rooms[n]:
                more = [level + (n == k) for k, level in enumerate(levels)]
                yield begun(more, is_busy), mu / fastest, False
                rest -= mu / fastest
        if is_busy:
            yield begun(levels, 0), rate / fastest, True
            rest -= rate / fastest
        yield state, rest, False

    return solved((0,) * (len(feeders) + 1), step)[0] * fastest


def test_the_chain_solved_here_is_that_of_the_published_case() -> None:
    assert chain([1, 1], 1, [0, 0], [1, 1]) == pytest.approx(6 / 11, rel=1e-12)


@pytest.mark.parametrize(
    ("feeders", "rate", "rooms", "bom"),
    [
        ([1, 1], 1, [1, 1], "1+1 -> 1"),
        ([1, 1.5], 0.8, [2, 0], "1+1 -> 1"),
        ([1, 1, 1], 1, [0, 1, 2], "1+1+1 -> 1"),
        ([1, 2], 1, [1, 1], "1+2 -> 1"),
        ([1, 2], 1, [0, 2], "1+2 -> 1"),
    ],
)
def test_an_assembly_makes_what_its_chain_makes(feeders: list[float], rate: float, rooms: list[int], bom: str) -> None:
    needs = [int(part) for part in bom.partition("->")[0].split("+")]
    p = {"feeders": feeders, "assembly": rate, "buffers": rooms, "bom": bom}
    check(assembly(p, 2000)[0], chain(feeders, rate, rooms, needs))
