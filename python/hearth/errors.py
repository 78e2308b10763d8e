"""What can go wrong, in the words of the command line. Exit codes are those of docs/reference/cli.md."""

from __future__ import annotations

from dataclasses import dataclass


class Error(Exception):
    """Every error that Hearth raises on purpose."""

    exit_code = 70


class ScenarioWarning(UserWarning):
    """A number in a scenario is allowed but far from what is usual; the text says what it would do."""


class PrecisionWarning(UserWarning):
    """A run ended before the number that its `until` names was known as well as that."""


class UsageError(Error):
    """An argument is wrong."""

    exit_code = 2


@dataclass(frozen=True)
class Diagnostic:
    """One mistake in a scenario or service model: what was found, where, what is allowed and what to do."""

    file: str
    line: int  # from 1; 0 where the mistake has no place in the text
    column: int
    pointer: str  # JSON pointer, such as /arms/1/adoption/0/start
    found: str
    allowed: str
    hint: str


class ScenarioError(Error):
    """A scenario has mistakes. `diagnostics` holds them all; the text has a line for each."""

    exit_code = 3

    def __init__(self, message: str, diagnostics: list[Diagnostic]):
        super().__init__(message)
        self.diagnostics = diagnostics

    def __reduce__(self):
        return type(self), (str(self), self.diagnostics)


class DataError(Error):
    """A file cannot be read or written, or contradicts itself."""

    exit_code = 4


class InternalError(Error):
    """A bug in Hearth."""

    exit_code = 70
