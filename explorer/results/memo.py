"""Results are measured once: a run never changes, so its id is the whole key."""

from __future__ import annotations

import functools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from explorer.store.library import Library

P = ParamSpec("P")
R = TypeVar("R")
_Measure = Callable[Concatenate[Library, P], R]


def remembered(entries: int = 256) -> Callable[[_Measure[P, R]], _Measure[P, R]]:
    """Keep the results of a function of a library and hashable values.

    Of many threads that ask for the same at once, one computes it and the others wait.
    Beyond `entries` results of one library, those used longest ago are dropped. What is
    returned is shared: arrays are read-only, tables are copies that pandas makes lazily.
    """

    def decorate(function: _Measure[P, R]) -> _Measure[P, R]:
        memos: weakref.WeakKeyDictionary[Library, _Memo] = weakref.WeakKeyDictionary()
        lock = threading.Lock()

        @functools.wraps(function)
        def measured(library: Library, *args: P.args, **options: P.kwargs) -> R:
            with lock:
                memo = memos.setdefault(library, _Memo(entries))
            key = (args, tuple(sorted(options.items())))
            result: R = _handed_out(memo.get(key, lambda: function(library, *args, **options)))
            return result

        return measured  # type: ignore[return-value]

    return decorate


class _Memo:
    """Results of one function on one library."""

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


def _handed_out(result: Any) -> Any:
    return result.copy(deep=False) if isinstance(result, pd.DataFrame) else result
