"""What an indicator is: a figure by name, with its formula, its unit, which way is better, and who says so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

Better = Literal["lower", "higher"]

Compute = Callable[..., float | None]
_F = TypeVar("_F", bound=Compute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure that can be looked up and computed.

    Attributes
    ----------
    number
        Its number in the listing it stands in (K01 to K34 for ISO 22400-2).
    better
        Which way is better; None where neither is.
    compute
        The function of the elements in *formula*; it says None where the figure is not known.
    """

    number: str
    name: str
    formula: str
    unit: str
    better: Better | None
    source: str
    compute: Compute

    @property
    def meaning(self) -> str:
        """What it says, in one sentence."""
        return (self.compute.__doc__ or "").split("\n\n", 1)[0].replace("\n", " ").replace("    ", "")


def listed(
    listing: dict[str, Indicator],
    number: str,
    name: str,
    formula: str,
    unit: str,
    better: Better | None,
    source: str,
) -> Callable[[_F], _F]:
    """Enter a function into *listing* under its number, and say the rest in its docstring."""

    def enter(function: _F) -> _F:
        listing[number] = Indicator(
            number=number, name=name, formula=formula, unit=unit, better=better, source=source, compute=function
        )
        way = "neither way is better" if better is None else f"{better} is better"
        said = f"{number}, {name}: ``{formula}``. Unit: {unit}; {way}. Source: {source}."
        function.__doc__ = f"{(function.__doc__ or '').rstrip()}\n\n{said}\n"
        return function

    return enter


def find(listing: dict[str, Indicator], wanted: str) -> Indicator:
    """The indicator of that number or name (letter case does not matter).

    Raises
    ------
    KeyError
        Where there is none, with the names that there are.
    """
    for indicator in listing.values():
        if wanted.casefold() in (indicator.number.casefold(), indicator.name.casefold()):
            return indicator
    known = ", ".join(f"{i.number} {i.name}" for i in listing.values())
    raise KeyError(f"no indicator {wanted!r}; there are {known}")


def ratio(part: float, whole: float) -> float | None:
    """*part* of *whole*; None where the whole is nothing."""
    return part / whole if whole else None


def product(*factors: float | None) -> float | None:
    """All factors multiplied; None where one is not known."""
    result = 1.0
    for factor in factors:
        if factor is None:
            return None
        result *= factor
    return result
