"""What the facts of a floor tell afterwards: where each order was, and logs of events for other programs."""

from twin.records.tracking import Stay, Track, Visit, at, track

__all__ = ["Stay", "Track", "Visit", "at", "track"]
