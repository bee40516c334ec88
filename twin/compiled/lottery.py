"""Orders taken by lot: the rule `random` of `twin.policies.rules`, the same lot from the same decision.

The lot is a hash of the words for a decision, which are its time in digits and the name of its machine.

References
----------
Saarinen & Aumasson (2015), The BLAKE2 cryptographic hash and message authentication code, RFC 7693.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from twin.compiled.arrays import World, clock, number
from twin.compiled.luck import mix
from twin.native import column, compiled, writer

WORDS = 40
"""So many 64 bits are room to work in: a block of the words, what is mixed, and the hash so far."""
_MIXED, _HASH = 16, 32
_BLOCK = 128
"""So many bytes are mixed at a time."""

letters_of = column(np.uint64, "scribbles", World)
put_letters = writer(np.uint64, "scribbles", World)

_TO_UNIT = 2.0**-53
_PARAMETERS = np.uint64(0x01010008)
"""A hash of eight bytes, without a key, of one piece."""
_11, _16, _24, _32, _63, _64 = (np.uint64(number) for number in (11, 16, 24, 32, 63, 64))

_FIRST = (
    *(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1),
    *(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
)
"""What the hash is at first."""
_ORDERS = (
    *("0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d"),
    *("2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0"),
)
"""In which order each round takes the words of a block."""
_ROUNDS = len(_FIRST)
_NAMES = len(_FIRST) + 16 * len(_ORDERS)


def spelled(whole: Callable[[Iterable[int]], int], machines: Sequence[str]) -> int:
    """Lay out what the hash begins with, its rounds, and the names of the machines byte by byte; where it lies."""
    names = [name.encode() for name in machines]
    places = [number for name in names for number in (whole(name), len(name))]
    rounds = [int(digit, 16) for order in _ORDERS for digit in order]
    first = [bits - (1 << 64) if bits >> 63 else bits for bits in _FIRST]
    return whole((*first, *rounds, *places))


@compiled
def by_lot(w: World, index: int, found: int) -> int:
    """Which of so many options a machine takes now, by lot."""
    lot = mix(_hashed(w, index, clock(w, 0).now))
    return int((float(lot >> _11) + 0.5) * _TO_UNIT * float(found))


@compiled
def _hashed(w: World, index: int, time: int) -> np.uint64:
    """64 bits that stand for a time and a machine: `twin.chance.name_hash` of both."""
    digits, name = _digits(time), w.spelled + _NAMES + 2 * index
    first, length = number(w, name), digits + 1 + number(w, name + 1)
    for n in range(8):
        put_letters(w, _HASH + n, _first(w, n))
    put_letters(w, _HASH, _first(w, 0) ^ _PARAMETERS)
    done = 0
    while done < length:
        for n in range(16):
            bits = np.uint64(0)
            for k in range(8):
                at = done + 8 * n + k
                if at < length:
                    bits = bits | (np.uint64(_letter(w, first, digits, time, at)) << np.uint64(8 * k))
            put_letters(w, n, bits)
        done = min(length, done + _BLOCK)
        _compress(w, np.uint64(done), done == length)
    return letters_of(w, _HASH)


@compiled
def _first(w: World, n: int) -> np.uint64:
    """What the hash is at first."""
    return np.uint64(number(w, w.spelled + n))


@compiled
def _digits(time: int) -> int:
    """How many characters a time has in digits."""
    count, rest = 2 if time < 0 else 1, abs(time)
    while rest >= 10:
        rest //= 10
        count += 1
    return count


@compiled
def _letter(w: World, first: int, digits: int, time: int, at: int) -> int:
    """A byte of what is hashed: a digit of the time, the zero that ends it, or a byte of the name."""
    if at > digits:
        return number(w, first + at - digits - 1)
    if at == digits:
        return 0
    if at == 0 and time < 0:
        return 45
    rest = abs(time)
    for _ in range(digits - 1 - at):
        rest //= 10
    return 48 + rest % 10


@compiled
def _compress(w: World, done: np.uint64, is_last: bool) -> None:
    """Mix a block into the hash."""
    for n in range(8):
        put_letters(w, _MIXED + n, letters_of(w, _HASH + n))
        put_letters(w, _MIXED + 8 + n, _first(w, n))
    put_letters(w, _MIXED + 12, _first(w, 4) ^ done)
    if is_last:
        put_letters(w, _MIXED + 14, ~_first(w, 6))
    for n in range(12):
        order = w.spelled + _ROUNDS + 16 * (n % 10)
        for k in range(4):
            _stir(w, k, 4 + k, 8 + k, 12 + k, order + 2 * k)
        for k in range(4):
            _stir(w, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4, order + 8 + 2 * k)
    for n in range(8):
        mixed = letters_of(w, _MIXED + n) ^ letters_of(w, _MIXED + 8 + n)
        put_letters(w, _HASH + n, letters_of(w, _HASH + n) ^ mixed)


@compiled
def _stir(w: World, a: int, b: int, c: int, d: int, order: int) -> None:
    """Mix four of the sixteen with two words of the block."""
    va, vb = letters_of(w, _MIXED + a), letters_of(w, _MIXED + b)
    vc, vd = letters_of(w, _MIXED + c), letters_of(w, _MIXED + d)
    va = va + vb + letters_of(w, number(w, order))
    vd = _turned(vd ^ va, _32)
    vc = vc + vd
    vb = _turned(vb ^ vc, _24)
    va = va + vb + letters_of(w, number(w, order + 1))
    vd = _turned(vd ^ va, _16)
    vc = vc + vd
    vb = _turned(vb ^ vc, _63)
    put_letters(w, _MIXED + a, va)
    put_letters(w, _MIXED + b, vb)
    put_letters(w, _MIXED + c, vc)
    put_letters(w, _MIXED + d, vd)


@compiled
def _turned(bits: np.uint64, by: np.uint64) -> np.uint64:
    """Bits turned to the right."""
    return (bits >> by) | (bits << (_64 - by))
