"""The line to a plant: one connection in a thread of its own, watched, and built anew whenever it is lost.

What it hears it puts into an inbox, in order and without gaps; who owns the line empties it at his own pace. Nothing
here interprets a fact.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, TypeVar

import msgspec
from asyncua import Client, ua
from asyncua.common.subscription import Subscription
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from live_bridge import nodes, security
from live_bridge.nodes import Batch, Pulse, ReturnStatus
from live_bridge.security import Security
from live_bridge.watchdog import Watchdog
from plant_models.errors import FloorLost

_QUEUE = 10_000
"""How many values a server may keep for us between two publications."""

_FAULTS = (OSError, ua.UaError, TimeoutError, StopAsyncIteration, msgspec.DecodeError, ValueError)
"""All that a connection may end with: whatever it is, another one is built."""

_CANCEL_AGAIN = 1.5
"""Seconds after which a cancelled task is cancelled again; to take leave of the plant takes one at the most."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Connected:
    """The plant answers; its present run is *run*, whose last fact so far has the number *last*."""

    run: str
    last: int


@dataclass(frozen=True, slots=True)
class Lost:
    """The plant does not answer any more, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The facts between *after* and *first* were forgotten by the plant, or it began a new run."""

    reason: str


Word = Batch | Pulse | Connected | Lost | Gap
"""What comes over the line."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method of an object of the plant, and what it is given."""

    at: str
    method: str
    arguments: tuple[ua.Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a method gave back. *status* None means that it could not be carried out at all (*detail* says why)."""

    status: ReturnStatus | None
    detail: str = ""
    values: tuple[object, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether the plant did what was asked."""
        return self.status == ReturnStatus.NO_ERROR


@dataclass(slots=True)
class _Heard:
    """How far we are: the run we listen to and the number of the last fact that went into the inbox."""

    run: str
    last: int
    is_broken: bool = field(default=False)


class Line:
    """A supervised connection to one plant.

    Parameters
    ----------
    endpoint
        Where the plant is served.
    run, after
        The run and the number of the last fact that is known already; an empty run accepts any.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        run: str = "",
        after: int = 0,
        security: Security = "Basic256Sha256",
        folder: Path = Path("certificates"),
        patience: float = 3.0,
    ) -> None:
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)  # a lost connection is told to our owner, in words
        self.endpoint, self._security, self._folder = endpoint, security, folder
        self.inbox: SimpleQueue[Word] = SimpleQueue()
        self._arrived = threading.Event()
        self._heard = _Heard(run, after)
        self._watchdog = Watchdog(patience=patience)
        self._client: Client | None = None
        self._space = 0
        self._ending: asyncio.Event | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"line to {endpoint}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end)
            self._thread.join(10)

    def wait(self, timeout: float) -> bool:
        """Wait until something is in the inbox; False where nothing came in *timeout* seconds."""
        found = self._arrived.wait(timeout)
        self._arrived.clear()
        return found or not self.inbox.empty()

    def take(self) -> list[Word]:
        """All that has come in since the last time."""
        words: list[Word] = []
        with contextlib.suppress(Empty):
            while True:
                words.append(self.inbox.get_nowait())
        return words

    def call(self, calls: Sequence[Call]) -> tuple[Reply, ...]:
        """Carry out *calls*, in order, in one message.

        Raises
        ------
        FloorLost
            Where no answer comes: it is not known then whether the plant did it.
        """
        return self._ask(self._call(calls))

    def read(self, names: Sequence[str]) -> tuple[Any, ...]:
        """The present values of variables."""
        return self._ask(self._read(names))

    # -- in the line's thread ---------------------------------------------------------------------------------------

    def _ask(self, question: Coroutine[Any, Any, _T]) -> _T:
        timeout = self._watchdog.patience + 1
        asked = asyncio.run_coroutine_threadsafe(asyncio.wait_for(question, timeout), self._loop)
        try:
            return asked.result(timeout + 1)
        except (TimeoutError, ConnectionError, OSError, ua.UaError) as error:
            asked.cancel()
            raise FloorLost(f"{self.endpoint} did not answer: {_words(error)}") from None

    def _connected(self) -> Client:
        if self._client is None:
            raise FloorLost(f"{self.endpoint} is not connected")
        return self._client

    async def _call(self, calls: Sequence[Call]) -> tuple[Reply, ...]:
        client = self._connected()
        requests = [
            ua.CallMethodRequest(
                ObjectId=self._id(call.at),
                MethodId=self._id(f"{call.at}/{call.method}"),
                InputArguments=list(call.arguments),
            )
            for call in calls
        ]
        return tuple(_reply(result) for result in await client.uaclient.session.call(requests))

    async def _read(self, names: Sequence[str]) -> tuple[Any, ...]:
        client = self._connected()
        return tuple(await client.read_values([client.get_node(self._id(name)) for name in names]))

    def _id(self, name: str) -> ua.NodeId:
        return ua.NodeId(name, self._space)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._supervise())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _end(self) -> None:
        if self._ending is not None:
            self._ending.set()

    def _put(self, word: Word) -> None:
        self.inbox.put(word)
        self._arrived.set()

    async def _supervise(self) -> None:
        """Keep a connection as long as nobody hangs up; build a new one whenever there is none that lives."""
        self._ending = asyncio.Event()
        while not self._ending.is_set():
            listening = asyncio.create_task(self._listen())
            ending = asyncio.create_task(self._ending.wait())
            await asyncio.wait((listening, ending), return_when=asyncio.FIRST_COMPLETED)
            ending.cancel()
            await _cancel(listening)
            try:
                await listening
            except asyncio.CancelledError:
                break
            except _FAULTS as error:
                self._put(Lost(_words(error)))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), self._watchdog.pause())
        await self._cancel_the_rest()

    async def _cancel_the_rest(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await _cancel(*others)
        await asyncio.gather(*others, return_exceptions=True)

    async def _listen(self) -> None:
        """One connection, from its beginning to its loss."""
        self._watchdog.called(monotonic())
        client = await self._open()
        try:
            self._space = await client.get_namespace_index(nodes.URI)
            pulse = msgspec.json.decode(await client.get_node(self._id(nodes.PULSE)).read_value(), type=Pulse)
            subscription = await client.create_subscription(_terms(), queue_maxsize=_QUEUE)
            self._client = client
            self._put(Connected(pulse.run, pulse.last))
            if pulse.run == self._heard.run and pulse.last < self._heard.last:
                self._break(f"the plant told {self._heard.last} facts and remembers {pulse.last} of them")
            watched = [client.get_node(self._id(name)) for name in (nodes.LATEST, nodes.PULSE)]
            await subscription.subscribe_data_change(watched, queuesize=_QUEUE, sampling_interval=0.0)
            await self._catch_up(pulse.run, pulse.last)
            await self._hear(subscription)
        except _FAULTS as error:
            self._client = None
            self._put(Lost(_words(error)))
        finally:
            self._client = None
            with contextlib.suppress(OSError, ua.UaError, TimeoutError):
                await asyncio.wait_for(client.disconnect(), 1.0)

    async def _hear(self, subscription: Subscription) -> None:
        while True:
            event: Any = await subscription.next_event(self._watchdog.left(monotonic()))
            if event is None:
                raise FloorLost(f"no sign of life for {self._watchdog.age(monotonic()):.1f} s")
            data = getattr(event, "data", None)
            if data is None:  # the subscription's status changed: it is over
                raise FloorLost("the plant ended the subscription")
            value = data.monitored_item.Value
            if not value.StatusCode.is_good() or not event.value:
                continue
            self._watchdog.heard(monotonic())
            if str(event.node.nodeid.Identifier) == nodes.LATEST:
                await self._facts(msgspec.json.decode(event.value, type=Batch))
            else:
                pulse = msgspec.json.decode(event.value, type=Pulse)
                await self._catch_up(pulse.run, pulse.last)
                self._put(pulse)

    async def _open(self) -> Client:
        client = Client(self.endpoint, timeout=self._watchdog.patience, watchdog_intervall=self._watchdog.patience)
        client.session_timeout = 60_000
        client.secure_channel_timeout = 600_000
        if self._security != "none":
            await self._secure(client)
        await asyncio.wait_for(client.connect(), 2 * self._watchdog.patience)
        return client

    async def _secure(self, client: Client) -> None:
        own = security.identity(self._folder, "client")
        client.application_uri = own.uri
        endpoints = await client.connect_and_get_server_endpoints()
        wanted = Client.find_endpoint(
            endpoints, ua.MessageSecurityMode.SignAndEncrypt, SecurityPolicyBasic256Sha256.URI
        )
        security.recognise(self._folder, self.endpoint, wanted.ServerCertificate)
        await client.set_security(
            SecurityPolicyBasic256Sha256,
            certificate=own.certificate,
            private_key=own.key,
            server_certificate=wanted.ServerCertificate,
        )

    async def _facts(self, batch: Batch) -> None:
        """Pass on the facts of *batch* that are new; fetch those that should have come before."""
        if batch.run != self._heard.run or batch.first > self._heard.last + 1:
            await self._catch_up(batch.run, batch.first - 1)
        if not self._heard.is_broken and batch.last > self._heard.last >= batch.first - 1:
            self._heard.last = batch.last
            self._put(batch)

    async def _catch_up(self, run: str, last: int) -> None:
        """Ask the plant for all facts up to number *last* that did not reach us."""
        heard = self._heard
        if heard.is_broken:
            return
        if heard.run and run != heard.run:
            self._break(
                f"the plant began a new run ({run[:8]}) and knows nothing of the one we followed ({heard.run[:8]})"
            )
            return
        heard.run = run
        while heard.last < last:
            asked = Call(
                nodes.CONFIRMATIONS,
                "ReadConfirmations",
                (ua.Variant(heard.last, ua.VariantType.UInt64), ua.Variant(2000, ua.VariantType.UInt32)),
            )
            (reply,) = await self._call([asked])
            if not reply.is_done:
                raise FloorLost(f"ReadConfirmations: {reply.detail or reply.status}")
            batch = msgspec.json.decode(str(reply.values[0]), type=Batch)
            if batch.first > heard.last + 1:
                self._break(f"the plant has forgotten its facts {heard.last + 1} to {batch.first - 1}")
                return
            if batch.last <= heard.last:
                return
            heard.last = batch.last
            self._put(batch)

    def _break(self, reason: str) -> None:
        self._heard.is_broken = True
        self._put(Gap(reason))


def text(value: str) -> ua.Variant:
    """A string as an argument."""
    return ua.Variant(value, ua.VariantType.String)


def number(value: float) -> ua.Variant:
    """A number as an argument."""
    return ua.Variant(float(value), ua.VariantType.Double)


def _terms() -> ua.CreateSubscriptionParameters:
    """Publish ten times a second, keep alive every second, give up after a minute."""
    return ua.CreateSubscriptionParameters(
        RequestedPublishingInterval=100.0,
        RequestedLifetimeCount=600,
        RequestedMaxKeepAliveCount=10,
        MaxNotificationsPerPublish=0,
        PublishingEnabled=True,
        Priority=0,
    )


def _reply(result: ua.CallMethodResult) -> Reply:
    values = tuple(variant.Value for variant in result.OutputArguments or ())
    if result.StatusCode.is_bad() or not values or not isinstance(values[-1], int):
        return Reply(None, result.StatusCode.name)
    return Reply(ReturnStatus(values[-1]), "", values[:-1])


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel *tasks* until they are over; Python 3.11 loses a cancellation that meets the answer that is waited for."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN)
