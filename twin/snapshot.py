"""A state as a document: to keep it, to send it, and to say in 64 digits which one it was."""

import hashlib
from collections import deque
from typing import Any

import msgspec

from twin.state import State

_encoder = msgspec.json.Encoder(enc_hook=list, order="sorted")


def _queue(kind: type[Any], value: Any) -> Any:
    return deque(value) if kind is deque or getattr(kind, "__origin__", None) is deque else value


_decoder = msgspec.json.Decoder(State, dec_hook=_queue)


def to_json(state: State) -> bytes:
    """The whole state, on one line, the same for equal states."""
    return _encoder.encode(state)


def from_json(document: bytes | str) -> State:
    """The state that `to_json` wrote; ValueError with the place where it is none."""
    try:
        return _decoder.decode(document)
    except msgspec.DecodeError as error:
        raise ValueError(f"not the state of a floor: {error}") from None


def state_digest(state: State) -> str:
    """What the floor is like, in 64 hexadecimal digits: equal digests are equal states."""
    return hashlib.sha256(to_json(state)).hexdigest()
