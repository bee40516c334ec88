"""Machine code means what the Python that it is made from means, to the last bit."""

import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twin.native import Entrance, compiled, entrance, instead, lowest_bit

WHOLE = st.integers(-(1 << 31), 1 << 31)
SMALL = st.integers(-50, 50)
REAL = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)


@entrance()
def whole_arithmetic(a: int, b: int) -> int:
    c = (a + b) * 3 - -a
    c += a // b * 7
    c -= a % b
    return (c ^ (b << 3)) & ~(a >> 2) | 1


@given(WHOLE, WHOLE)
def test_whole_numbers_floor_and_shift_as_in_python(a: int, b: int) -> None:
    assume(b != 0)
    assert whole_arithmetic(a, b) == whole_arithmetic.function(a, b)


@entrance()
def real_arithmetic(a: float, b: float) -> float:
    c = a * b - a / (1.0 + b * b)
    c -= 2 * a
    return -(c**3) + math.sqrt(abs(a)) * math.fabs(b) + 1 / 3


@given(REAL, REAL)
def test_real_numbers_are_the_same_bits(a: float, b: float) -> None:
    assert bits(real_arithmetic(a, b)) == bits(real_arithmetic.function(a, b))


def bits(x: float) -> bytes:
    return struct.pack("d", x)


@entrance()
def from_c(x: float) -> float:
    y = math.exp(-x) + math.log(1.0 + x) + math.log1p(x) + math.expm1(-x) + math.erfc(x) + math.erf(x)
    return y + math.pow(x, 0.3) + math.sin(x) + math.cos(x) + math.atan(x) + math.acos(1.0 / (1.0 + x))


@given(st.floats(0, 100))
def test_functions_of_the_c_library_are_those_that_python_calls(x: float) -> None:
    assert bits(from_c(x)) == bits(from_c.function(x))


@entrance()
def to_whole(x: float) -> int:
    return round(x) * 1000003 + math.floor(x) * 1009 + math.ceil(x) + int(x)


@given(REAL | SMALL.map(lambda n: n + 0.5))
def test_halves_are_rounded_to_even_and_the_rest_as_in_python(x: float) -> None:
    assert to_whole(x) == to_whole.function(x)


@entrance()
def choices(a: int, b: int, c: int) -> int:
    found = 0
    if a < b <= c or not a:
        found = 1 if a == b else 2
    elif b and c:
        found = min(a, b, c) - max(a, 0)
    else:
        found = (a or b) + (b and c)
    return found + (a < b) + 10 * (a != c)


@given(SMALL, SMALL, SMALL)
def test_conditions_are_chained_and_cut_short_as_in_python(a: int, b: int, c: int) -> None:
    assert choices(a, b, c) == choices.function(a, b, c)


@entrance()
def loops(a: int, b: int) -> int:
    found, n = 0, 0
    for n in range(a, b, 3):
        if n == 7:
            continue
        n += 1
        found += n
        if found > 900:
            break
    for m in range(b, a, -2):
        found -= m
    while found % 5:
        found += 1
        if found > 1000:
            return -1
    for _ in range(3):
        found += n
    return found


@given(SMALL, SMALL)
def test_loops_go_as_often_and_end_where_they_do_in_python(a: int, b: int) -> None:
    assert loops(a, b) == loops.function(a, b)


def sub(a: float, b: float) -> tuple[float, float, int]:
    return a - b, a * b, 1 if a > b else 0


ROW = (1.5, -2.25, 3.125)


def entry(n: int, row: tuple[float, ...]) -> float:
    return row[n] * row[2]


@entrance()
def several(a: float, b: float) -> float:
    left, right, is_more = sub(a, b)
    left, right = right, left
    total = 0
    for n in range(3):
        total += entry(n, ROW) * n
    return left - right + is_more + total


compiled(sub)
compiled(entry)


@given(REAL, REAL)
def test_functions_give_back_several_values_and_take_constant_rows(a: float, b: float) -> None:
    assert bits(several(a, b)) == bits(several.function(a, b))


def test_a_variable_that_becomes_a_real_number_was_one_all_along() -> None:
    assert several(2.0, 1.0) == several.function(2.0, 1.0)


_MOST = np.uint64(0xFFFFFFFFFFFFFFFF)


@entrance()
def of_bits(a: int, b: int) -> float:
    mixed = (np.uint64(a) ^ np.uint64(b)) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(11)
    return float(mixed) + lowest_bit(np.uint64(a) | np.uint64(8)) + (1 if mixed < _MOST else 0)


@given(st.integers(0, (1 << 63) - 1), st.integers(0, (1 << 63) - 1))
def test_bits_wrap_around_and_have_no_sign(a: int, b: int) -> None:
    with np.errstate(over="ignore"):
        assert of_bits(a, b) == of_bits.function(a, b)


def told(x: float) -> float:
    return float(str(x))


@entrance()
def asking(x: float) -> float:
    return told(x) + 1.0


def test_another_function_may_stand_for_one_that_cannot_be_compiled() -> None:
    instead(told, lambda_of_its_own)
    assert asking(3.0) == 7.0


def lambda_of_its_own(x: float) -> float:
    return 2.0 * x


@entrance()
def dividing(a: float) -> float:
    return 1.0 / a


def test_what_is_divided_by_zero_is_infinite() -> None:
    assert dividing(0.0) == math.inf


def unknown(x: int) -> int:
    return x


def _text(x: int) -> int:
    return len("x" * x)


def _listed(x: int) -> int:
    return [x][0]


def _called(x: int) -> int:
    return unknown(x)


def _lost(x: int) -> int:
    if x:
        return 1


def _mixed(x: int) -> int:
    y = np.uint64(x)
    y = x
    return y


def _keywords(x: int) -> int:
    return max(x, key=x)


def _annotated(x: list) -> int:
    return 1


def _narrowed(x: float) -> int:
    return x


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (_text, "'len(\"x\" * x)'|'x' is a str|a str"),
        (_listed, r"\[x\]"),
        (_called, "unknown is not a compiled function"),
        (_lost, "may end without the int it promises"),
        (_mixed, "y is a uint64, and cannot become a int"),
        (_keywords, "key=x"),
        (_annotated, "x is annotated with <class 'list'>"),
        (_narrowed, "a float where a int is needed"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_is_not_understood_is_refused_with_its_line(function: Callable[..., Any], why: str) -> None:
    with pytest.raises(
        Exception, match=rf"test_meaning\.py:{function.__code__.co_firstlineno + 1}.*({why})|({why})"
    ) as told:
        Entrance(function).load()
    assert type(told.value).__name__ == "Untranslatable"
