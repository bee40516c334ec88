"""What an idle machine may lack for an order that waits for it."""

from twin.needs.checks import checks, lack, own_checks
from twin.needs.lacks import Check, Lack, What

__all__ = ["Check", "Lack", "What", "checks", "lack", "own_checks"]
