"""Runs in a fresh kernel, and in a plain process that it starts, as text that is sent there:
standard library only, for Python 3.8 and up, and nothing of nb_refactor. Records calls of the
functions of a module: what went in, what came out, what was changed in place. How a value is told
is given by `record`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import json
import sys
import types
from collections.abc import Callable
from typing import Any

MOST_TRIES = 20
# Two of the same value are no two arguments that are one object.
NUMBERS = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))


class Recorder:
    """Records for each function the first call whose arguments can be written; where there is
    none, the first call."""

    def __init__(self, record: Callable[[Any], dict[str, Any]]) -> None:
        self.record = record
        self.calls: dict[str, dict[str, Any]] = {}
        self.tries: dict[str, int] = {}
        self.busy: set[str] = set()

    def wants(self, name: str) -> bool:
        if name in self.busy or self.tries.get(name, 0) >= MOST_TRIES:
            return False
        return name not in self.calls or not self.calls[name]["plain"]

    def wrapped(self, function: Any) -> Any:
        """The function, which tells its calls."""
        name = function.__name__
        if asyncio.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wait(*args: Any, **kwargs: Any) -> Any:
                begun = self.begin(name, function, args, kwargs)
                try:
                    result = await function(*args, **kwargs)
                finally:
                    self.busy.discard(name)
                self.end(begun, result)
                return result

            return wait

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if not self.wants(name):
                return function(*args, **kwargs)
            begun = self.begin(name, function, args, kwargs)
            try:
                result = function(*args, **kwargs)
            finally:
                self.busy.discard(name)
            self.end(begun, result)
            return result

        return call

    def begin(self, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        """The call before it happens; `None` where it is not recorded."""
        if not self.wants(name):
            return None
        self.tries[name] = self.tries.get(name, 0) + 1
        with contextlib.suppress(Exception):
            given = given_to(function, args, kwargs)
            told: list[dict[str, Any]] = []
            objects: list[Any] = []
            for parameter, value, by_keyword in given:
                twin = next((n for n, other in objects if other is value), None)
                is_atom = type(value) in NUMBERS
                argument = {"name": parameter, "value": self.record(value)}
                argument.update(by_keyword=by_keyword, same_as=None if is_atom else twin)
                told.append(argument)
                objects.append((parameter, value))
            self.busy.add(name)
            return {"function": name, "is_async": asyncio.iscoroutinefunction(function),
                    "arguments": told}, objects  # fmt: skip
        return None

    def end(self, begun: Any, result: Any) -> None:
        if begun is None:
            return
        told, objects = begun
        with contextlib.suppress(Exception):
            returned = [result, *(result if type(result) is tuple else ())]
            changed = []
            for argument, (_, value) in zip(told["arguments"], objects):  # noqa: B905 (Python 3.8)
                if argument["same_as"] or any(value is each for each in returned):
                    continue
                now = self.record(value)
                if json.dumps(now) != json.dumps(argument["value"]):
                    changed.append({"name": argument["name"], "value": now})
            told.update(result=self.record(result), changed=changed)
            told["plain"] = all(is_plain(each["value"]) for each in told["arguments"])
            name = told["function"]
            if told["plain"] or name not in self.calls:
                self.calls[name] = told


def is_plain(told: Any) -> bool:
    if isinstance(told, dict):
        return told.get("kind") != "opaque" and all(is_plain(each) for each in told.values())
    return all(is_plain(each) for each in told) if isinstance(told, list) else True


def given_to(function: Any, args: Any, kwargs: Any) -> list[Any]:
    """The arguments of a call in their order: a name, the value, whether it is passed by name."""
    names = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}_{place}" for place in range(len(names), len(args))]
    given = [(name, value, False) for name, value in zip(names, args)]  # noqa: B905 (Python 3.8)
    return given + [(name, value, True) for name, value in kwargs.items()]


class Watching:
    """Finds a module as those after it do, and lets its functions be recorded."""

    def __init__(self, module: str, functions: list[str], recorder: Recorder) -> None:
        self.module, self.functions, self.recorder = module, functions, recorder

    def find_spec(self, module: str, path: Any = None, target: Any = None) -> Any:
        if module != self.module:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(module, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = WatchingLoader(spec.loader, self)  # type: ignore[assignment]
                return spec
        return None


class WatchingLoader:
    def __init__(self, loader: Any, watching: Watching) -> None:
        self.loader, self.watching = loader, watching

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: Any) -> Any:
        return self.loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self.loader.exec_module(module)
        for name in self.watching.functions:
            function = getattr(module, name, None)
            if isinstance(function, types.FunctionType):
                setattr(module, name, self.watching.recorder.wrapped(function))


def watch(module: str, functions: list[str], record: Callable[[Any], dict[str, Any]]) -> None:
    """From now on the calls of these functions of the module are recorded."""
    sys.meta_path.insert(0, Watching(module, functions, Recorder(record)))


def watching() -> Any:
    return next(each for each in sys.meta_path if type(each).__name__ == "Watching")


def are_recorded() -> bool:
    """Whether there is a call of each function whose arguments can be written."""
    calls = watching().recorder.calls
    return all(name in calls and calls[name]["plain"] for name in watching().functions)


def told() -> str:
    return json.dumps(watching().recorder.calls)
