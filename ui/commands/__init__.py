"""What each command does: plain arguments in, an `Answer` out; `ui.cli` reads the words and prints."""

__all__: list[str] = []
