"""Progress of a run: one line in a notebook, a bar on a terminal, a line each quarter elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Callable, Optional, Union

from .errors import UsageError

Progress = Union[None, bool, Callable[[float, float], object]]


def _duration(seconds: float) -> str:
    seconds = round(seconds)
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"


class _Shown:
    """Called with what is done and all there is; close() ends it, also where the run did not."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, done: float, total: float) -> None:
        share = done / total if total > 0 else 1.0
        passed = time.monotonic() - self._start
        left = f", about {_duration(passed * (1 / share - 1))} left" if 0 < share < 1 else ""
        self.show(share, f"[{'#' * int(20 * share):.<20}] {share:4.0%}{left}")

    def show(self, share: float, line: str) -> None:
        raise NotImplementedError

    def close(self) -> None:
        pass


class _Notebook(_Shown):
    """One output that changes, as plain text: needs no widgets."""

    def __init__(self) -> None:
        super().__init__()
        self._handle = None

    def show(self, share: float, line: str) -> None:
        from IPython.display import display

        data = {"text/plain": line}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


class _Terminal(_Shown):
    def show(self, share: float, line: str) -> None:
        print(f"\r{line:<60}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print(f"\r{'':<60}\r", end="", file=sys.stderr, flush=True)


class _Lines(_Shown):
    def __init__(self) -> None:
        super().__init__()
        self._quarters = 0

    def show(self, share: float, line: str) -> None:
        if int(4 * share) > self._quarters:
            self._quarters = int(4 * share)
            print(f"hearth: {share:.0%} done", file=sys.stderr, flush=True)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return bool(shell) and hasattr(shell, "kernel")


def listener(progress: Progress) -> Optional[Callable[[float, float], object]]:
    """What to call with what is done and all there is: None and True show progress, False does not."""
    if progress is False:
        return None
    if progress is None or progress is True:
        return _Notebook() if _in_notebook() else _Terminal() if sys.stderr.isatty() else _Lines()
    if not callable(progress):
        raise UsageError(f"progress: {progress!r} is neither True, False nor a function of two numbers")
    return progress
