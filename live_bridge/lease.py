"""One follower at a time: whoever writes a plant's facts into a journal keeps others from doing it, too."""

import os
import socket
import sqlite3
from pathlib import Path

from plant_models import clock
from plant_models.errors import FloorLost


class Lease:
    """The right to write a plant's facts into the journal in *file*, held until it is closed or its process ends.

    It is a lock on an empty database beside the journal; a note beside that says who holds it. The operating system
    takes the lock back from a process that ended, however it ended, so that there is no heartbeat to wait for and
    nothing to clean up. It holds among the processes of one computer.

    Parameters
    ----------
    file
        The journal's file.
    what
        What the holder does, for others to read.
    patience
        Seconds to wait for a holder that is about to end.

    Raises
    ------
    FloorLost
        Where another holds it, naming him.
    """

    def __init__(self, file: Path, what: str, *, patience: float = 1.0) -> None:
        note = file.with_name(f"{file.name}-follower.txt")
        self._lock = sqlite3.connect(
            file.with_name(f"{file.name}-follower"), timeout=patience, isolation_level=None, check_same_thread=False
        )
        try:
            self._lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            self._lock.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise FloorLost(f"{file} cannot be kept for one writer: {error}") from None
            holder = note.read_text("utf-8").strip() if note.exists() else "another process"
            raise FloorLost(
                f"{file}: {holder} writes into this journal already, and every fact would be written twice; "
                "end that process first, or follow from another workspace"
            ) from None
        since = f"{clock.now():%Y-%m-%d %H:%M:%S} UTC"
        note.write_text(f"process {os.getpid()} on {socket.gethostname()}, {what} since {since},\n", "utf-8")

    def close(self) -> None:
        """Let others have it."""
        self._lock.close()
