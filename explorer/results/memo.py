"""Results are measured once: neither a run nor a probe set ever changes."""

from __future__ import annotations

import functools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


def remembered(
    entries: int = 256,
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Keep the results of a function for as long as its first argument lives.

    The first argument is a library or a probe set, the others are hashable; a run is
    named by its id. Of many threads that ask for the same at once, one computes it and
    the others wait. Beyond `entries` results of one first argument, those used longest
    ago are dropped. What is returned is shared: arrays are read-only, tables are copies
    that pandas makes lazily.
    """

    def decorate(function: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        memos: weakref.WeakKeyDictionary[Any, _Memo] = weakref.WeakKeyDictionary()
        lock = threading.Lock()

        @functools.wraps(function)
        def measured(subject: S, /, *args: P.args, **options: P.kwargs) -> R:
            with lock:
                memo = memos.setdefault(subject, _Memo(entries))
            key = (args, tuple(sorted(options.items())))
            result: R = _copied(memo.get(key, lambda: function(subject, *args, **options)))
            return result

        return measured  # type: ignore[return-value]

    return decorate


class _Memo:
    """Results of one function on one library or probe set."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._turns: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._results:
                    return self._results[key]
            try:
                result = compute()
            finally:
                with self._lock:
                    self._turns.pop(key, None)
            if isinstance(result, np.ndarray):
                result.flags.writeable = False
            with self._lock:
                self._results[key] = result
                while len(self._results) > self._entries:
                    self._results.popitem(last=False)
            return result


def _copied(result: Any) -> Any:
    return result.copy(deep=False) if isinstance(result, pd.DataFrame) else result
