"""The pages, each a function: Floor, What-if, Schedule, Journal."""

__all__: list[str] = []
