"""Any simulated plant served over OPC UA, in real time or faster: what stands in for a plant until there is one.

It is honest: it has its own truth (`works.truth`), it does only what was started there, and it asks for the same
certificates as a real one.
"""

import asyncio
import contextlib
import gc
import logging
import os
import pickle
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from asyncua import Server, ua
from asyncua.crypto.security_policies import SecurityPolicyFactory

from live_bridge import compat, nodes, security
from live_bridge.nodes import JobOrder, Pulse, ReturnStatus
from live_bridge.security import Security
from live_bridge.works import Works, truth
from plant_models import clock
from plant_models.orders import Order
from plant_models.scenario import Scenario
from twin.chance import Chance
from twin.policies.rules import rule
from twin.state import status

BEAT = 0.05
"""Seconds between two looks at the clock; at every one the plant shows that it is alive."""

_CATCH_UP = 20
"""How much faster than usual the plant may run to make up for time in which its process stood still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a virtual plant is to be served.

    *speed* is milliseconds of the plant per millisecond of the wall; 0 stops its clock. *truth* seeds the plant's own
    durations and failure rates; None leaves them as they are believed. With ``orders="none"`` its order book is empty
    at first. *rule* names a dispatching rule by which it works without being told. *memory* is the file that lets it
    survive being killed. *folder* holds the certificates.
    """

    scenario: Scenario
    endpoint: str = "opc.tcp://127.0.0.1:4840"
    speed: float = 60.0
    seed: int = 1
    truth: int | None = None
    orders: Literal["none", "scenario"] = "none"
    rule: str | None = None
    memory: Path | None = None
    keep: int = 1_000_000
    security: Security = "Basic256Sha256"
    folder: Path = Path("certificates")

    def __post_init__(self) -> None:
        if not 0 <= self.speed <= 1_000_000:
            raise ValueError(f"the speed must be between 0 and 1,000,000, not {self.speed}")
        if self.security not in ("Basic256Sha256", "none"):
            raise ValueError(f"no security {self.security!r}; there are Basic256Sha256, none")
        if urlsplit(self.endpoint).scheme != "opc.tcp" or urlsplit(self.endpoint).port is None:
            raise ValueError(f"the endpoint must look like opc.tcp://127.0.0.1:4840, not {self.endpoint!r}")

    def works(self) -> Works:
        """The plant as it really is, ready to work."""
        return Works(
            self.scenario if self.truth is None else truth(self.scenario, self.truth),
            Chance(self.seed),
            orders=self.orders,
            rule=None if self.rule is None else rule(self.rule),
            memory=self.memory,
            keep=self.keep,
        )


def serve(setting: Setting, *, ready: Callable[[str], object] | None = None) -> None:
    """Serve a plant until this process is asked to end (SIGTERM); *ready* is told the endpoint.

    Raises
    ------
    KeyboardInterrupt
        Where somebody interrupts it (SIGINT), once it is closed in good order.
    """
    if asyncio.run(_serve(setting, ready)):
        raise KeyboardInterrupt


def serve_from_stdin() -> None:
    """Serve the plant that the starting process describes, and end when that process does."""
    logging.basicConfig(level=logging.ERROR)
    setting: Setting = pickle.load(sys.stdin.buffer)  # noqa: S301 - it comes from the process that started this one

    def ready(endpoint: str) -> None:
        sys.stdout.write(f"ready {endpoint}\n")
        sys.stdout.flush()

    asyncio.run(_serve(setting, ready, sys.stdin.fileno(), is_brisk=True))


async def _serve(
    setting: Setting,
    ready: Callable[[str], object] | None,
    leash: int | None = None,
    *,
    is_brisk: bool = False,
) -> bool:
    """Serve until the end; whether that was an interrupt."""
    ending, interrupt, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        loop.add_signal_handler(signal.SIGTERM, ending.set)
        loop.add_signal_handler(signal.SIGINT, _both(interrupt.set, ending.set))
    if leash is not None:
        loop.add_reader(leash, ending.set)
    plant = _Served(setting)
    gc.disable()  # an address space is tens of thousands of objects that stay: to look through them halves the speed
    server = await plant.open()
    gc.freeze()
    gc.enable()
    async with server:
        if ready is not None:
            ready(setting.endpoint)
        await plant.live(ending)
        plant.works.close()
        if is_brisk:
            os._exit(0)  # to take the server's address space apart in good order takes seconds, and serves nobody
    return interrupt.is_set()


def _both(first: Callable[[], object], second: Callable[[], object]) -> Callable[[], None]:
    def act() -> None:
        first()
        second()

    return act


class _Guard(SecurityPolicyFactory):  # type: ignore[misc]  # asyncua is not typed
    """Opens a channel only to clients whose certificate lies in the plant's folder."""

    def __init__(self, policy: SecurityPolicyFactory, folder: Path) -> None:
        super().__init__(policy.cls, policy.mode, policy.certificate, policy.private_key, policy.permission_ruleset)
        self._folder = folder

    def create(self, peer_certificate: bytes | None) -> Any:
        if peer_certificate is None or security.fingerprint(peer_certificate) not in security.known_clients(
            self._folder
        ):
            raise ua.uaerrors.BadCertificateUntrusted()
        return super().create(peer_certificate)


class _Served:
    """A plant and the server that shows it."""

    def __init__(self, setting: Setting) -> None:
        compat.mend()
        self.setting = setting
        self.works = setting.works()
        self.speed = setting.speed
        self._told = self.works.last if self.works.state.now else 0
        self._shown: dict[str, object] = {}
        self._space = 0
        self._began = 0.0
        self._base = self.works.state.now

    async def open(self) -> Server:
        """The server with its address space built, ready to be started."""
        setting = self.setting
        self.server = server = Server()
        await server.init()
        server.set_endpoint(setting.endpoint)
        server.set_server_name(f"Foreshift virtual plant: {setting.scenario.id}")
        if setting.security == "none":
            server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        else:
            await self._secure(server)
        self._space = await server.register_namespace(nodes.URI)
        await self._build(server)
        self._look()
        await self._show()
        return server

    async def live(self, ending: asyncio.Event) -> None:
        """Let the plant's time pass with the wall's, and show what happens, until *ending*."""
        if self.setting.security != "none":
            self.server._policies[:] = [_Guard(policy, self.setting.folder) for policy in self.server._policies]
        self._set_speed(self.speed)
        while not ending.is_set():
            self._pass_time()
            self.works.flush()
            await self._tell()
            await self._show()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), BEAT)

    async def _secure(self, server: Server) -> None:
        own = security.identity(self.setting.folder, "plant")
        await server.set_application_uri(own.uri)
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        server.set_identity_tokens([ua.AnonymousIdentityToken])
        await server.load_certificate(own.certificate)
        await server.load_private_key(own.key)

    # -- time -------------------------------------------------------------------------------------------------------

    def _set_speed(self, speed: float) -> None:
        self._base, self._began, self.speed = self.works.state.now, asyncio.get_running_loop().time(), speed

    def _pass_time(self) -> None:
        passed = asyncio.get_running_loop().time() - self._began
        due = self._base + int(passed * 1000 * self.speed)
        most = self.works.state.now + max(1, int(BEAT * 1000 * self.speed * _CATCH_UP)) if self.speed else due
        self.works.work(max(self.works.state.now, min(due, most)))

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _node(self, name: str) -> ua.NodeId:
        return ua.NodeId(name, self._space)

    async def _build(self, server: Server) -> None:
        plant, objects = self.setting.scenario.plant, server.nodes.objects
        add = self._folders(objects)
        await add(nodes.PLANT)
        for name, value, kind in (
            (nodes.RUN, self.works.run, ua.VariantType.String),
            (nodes.CURRENT_TIME, self._base, ua.VariantType.Int64),
            (nodes.SPEED, self.speed, ua.VariantType.Double),
            (nodes.PULSE, "", ua.VariantType.String),
        ):
            await self._variable(nodes.PLANT, name, value, kind)
        confirmations = await add(nodes.CONFIRMATIONS)
        await self._variable(nodes.CONFIRMATIONS, nodes.LATEST, "", ua.VariantType.String)
        await self._method(
            confirmations,
            nodes.READ_CONFIRMATIONS,
            self._read_confirmations,
            [ua.ObjectIds.UInt64, ua.ObjectIds.UInt32],
            [ua.ObjectIds.String],
        )
        at = server.get_node(self._node(nodes.PLANT))
        await self._method(at, nodes.ADD_ORDERS, self._add_orders, [ua.ObjectIds.String])
        await self._method(at, nodes.BREAK_DOWN, self._break_down, [ua.ObjectIds.String, ua.ObjectIds.Double])
        await self._method(at, nodes.SET_SPEED, self._change_speed, [ua.ObjectIds.Double])
        await add("Machines")
        for machine in plant.machines:
            await self._build_machine(await add(nodes.machine(machine)), machine)
        await add("Buffers")
        for buffer in plant.buffers:
            await add(nodes.buffer(buffer))
            for name, kind in zip(nodes.BUFFER_VALUES, ("String", "Int64", "Int64"), strict=True):
                await self._variable(nodes.buffer(buffer), f"{nodes.buffer(buffer)}/{name}", None, ua.VariantType[kind])

    async def _build_machine(self, at: Any, machine: str) -> None:
        path = nodes.machine(machine)
        for name, kind in zip(
            nodes.MACHINE_VALUES, ("String", "String", "Int64", "Int64", "Int64", "Int64", "String"), strict=True
        ):
            await self._variable(path, f"{path}/{name}", None, ua.VariantType[kind])
        await self._variable(path, nodes.job_order_list(machine), "[]", ua.VariantType.String)
        self.server.set_attribute_value_callback(self._node(nodes.job_order_list(machine)), self._job_orders(machine))
        for method in nodes.JOB_METHODS:
            await self._method(at, f"{path}/{method}", self._job_method(machine, method), [ua.ObjectIds.String])

    def _folders(self, objects: Any) -> Callable[[str], Awaitable[Any]]:
        async def add(path: str) -> Any:
            above, _, name = path.rpartition("/")
            if path.startswith(("Machines/", "Buffers/")):
                above, _, name = path.partition("/")
            parent = self.server.get_node(self._node(above)) if above else objects
            return await parent.add_object(self._node(path), ua.QualifiedName(name, self._space))

        return add

    async def _variable(self, parent: str, path: str, value: object, kind: ua.VariantType) -> None:
        at = self.server.get_node(self._node(parent))
        name = ua.QualifiedName(path.removeprefix(f"{parent}/"), self._space)
        datatype = ua.NodeId(getattr(ua.ObjectIds, kind.name))
        if value is None:
            value = "" if kind == ua.VariantType.String else 0
        await at.add_variable(self._node(path), name, value, kind, datatype)

    async def _method(self, at: Any, path: str, call: Any, takes: list[int], gives: list[int] | None = None) -> None:
        name = ua.QualifiedName(path.rpartition("/")[2], self._space)
        outputs = [ua.NodeId(kind) for kind in (gives or [])] + [ua.NodeId(ua.ObjectIds.UInt64)]
        await at.add_method(self._node(path), name, call, [ua.NodeId(kind) for kind in takes], outputs)

    async def _write(self, name: str, value: object, kind: ua.VariantType) -> None:
        if self._shown.get(name, self) == value:
            return
        self._shown[name] = value
        fresh = ua.DataValue(ua.Variant(value, kind), SourceTimestamp=clock.now())
        await self.server.write_attribute_value(self._node(name), fresh)

    async def _tell(self) -> None:
        """Show the facts since the last time, in numbered batches, and then that the plant is alive."""
        text = ua.VariantType.String
        while self._told < self.works.last:
            batch = self.works.facts(self._told, 500)
            self._told = batch.last
            await self._write(nodes.LATEST, msgspec.json.encode(batch).decode(), text)
        now = self.works.state.now
        pulse = Pulse(run=self.works.run, now=now, last=self._told, speed=self.speed)
        self._shown.pop(nodes.PULSE, None)
        await self._write(nodes.PULSE, msgspec.json.encode(pulse).decode(), text)
        await self._write(nodes.CURRENT_TIME, now, ua.VariantType.Int64)
        await self._write(nodes.SPEED, self.speed, ua.VariantType.Double)

    async def _show(self) -> None:
        """Show the machines and buffers as they stand; only what changed is written."""
        state, plant = self.works.state, self.works.plant
        text, number = ua.VariantType.String, ua.VariantType.Int64
        for name, machine in state.machines.items():
            path = nodes.machine(name)
            step = state.orders[machine.order].step if machine.order is not None else -1
            await self._write(f"{path}/State", status(plant, name, machine), text)
            await self._write(f"{path}/Order", machine.order or "", text)
            await self._write(f"{path}/Step", step, number)
            await self._write(f"{path}/Good", machine.good, number)
            await self._write(f"{path}/Scrap", machine.scrap, number)
            await self._write(f"{path}/StateSince", max(machine.since, machine.mark, machine.down_since), number)
            await self._write(f"{path}/Family", machine.family or "", text)
        for name, queue in state.buffers.items():
            path, capacity = nodes.buffer(name), plant.buffers[name].capacity
            await self._write(f"{path}/Content", msgspec.json.encode(list(queue)).decode(), text)
            await self._write(f"{path}/Level", len(queue), number)
            await self._write(f"{path}/Capacity", -1 if capacity is None else capacity, number)

    def _look(self) -> None:
        """What is there before the server opens was told to nobody yet; watchers read it when they come."""
        self._told = self.works.last

    # -- what can be asked of it ------------------------------------------------------------------------------------

    def _job_orders(self, machine: str) -> Callable[[ua.NodeId, ua.AttributeIds], ua.DataValue]:
        def read(_: ua.NodeId, __: ua.AttributeIds) -> ua.DataValue:
            value = msgspec.json.encode(self.works.jobs.of(machine)).decode()
            return ua.DataValue(ua.Variant(value, ua.VariantType.String), SourceTimestamp=clock.now())

        return read

    def _job_method(self, machine: str, method: str) -> Callable[..., Awaitable[ua.CallMethodResult]]:
        async def call(_: ua.NodeId, argument: ua.Variant) -> ua.CallMethodResult:
            job: JobOrder | str = str(argument.Value)
            if method in ("Store", "StoreAndStart"):
                try:
                    job = msgspec.json.decode(str(argument.Value), type=JobOrder)
                except msgspec.DecodeError:
                    return _answer(ReturnStatus.INVALID_REQUEST)
            self._pass_time()
            return self._answer(self.works.command(machine, method, job))

        return call

    async def _read_confirmations(self, _: ua.NodeId, after: ua.Variant, most: ua.Variant) -> ua.CallMethodResult:
        batch = self.works.facts(int(after.Value), min(int(most.Value), 5000))
        return self._answer(ReturnStatus.NO_ERROR, msgspec.json.encode(batch).decode())

    def _answer(self, status: ReturnStatus, *values: str) -> ua.CallMethodResult:
        """Nothing is told that would not be remembered."""
        self.works.flush()
        return _answer(status, *values)

    async def _add_orders(self, _: ua.NodeId, orders: ua.Variant) -> ua.CallMethodResult:
        try:
            wanted = msgspec.json.decode(str(orders.Value), type=tuple[Order, ...])
        except (msgspec.DecodeError, ValueError):
            return _answer(ReturnStatus.INVALID_REQUEST)
        self._pass_time()
        return self._answer(self.works.add_orders(wanted))

    async def _break_down(self, _: ua.NodeId, machine: ua.Variant, minutes: ua.Variant) -> ua.CallMethodResult:
        self._pass_time()
        return self._answer(self.works.break_down(str(machine.Value), float(minutes.Value)))

    async def _change_speed(self, _: ua.NodeId, speed: ua.Variant) -> ua.CallMethodResult:
        wanted = float(speed.Value)
        if not 0 <= wanted <= 1_000_000:
            return _answer(ReturnStatus.INVALID_REQUEST)
        self._pass_time()
        self._set_speed(wanted)
        return _answer(ReturnStatus.NO_ERROR)


def _answer(status: ReturnStatus, *values: str) -> ua.CallMethodResult:
    """What a method gives back; a refusal is Uncertain, so that the reason still arrives."""
    code = ua.StatusCodes.Good if status == ReturnStatus.NO_ERROR else ua.StatusCodes.Uncertain
    outputs = [ua.Variant(value, ua.VariantType.String) for value in values]
    result = ua.CallMethodResult(StatusCode=ua.StatusCode(code))
    result.OutputArguments = [*outputs, ua.Variant(int(status), ua.VariantType.UInt64)]
    return result
