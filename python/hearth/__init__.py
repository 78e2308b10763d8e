"""Hearth: family trajectories through children's social care under alternative service models.

    import hearth
    data = hearth.run("england", authorities=[926], replicates=10)
    data.looked_after.sel(arm="business_as_usual").sum("authority").quantile([0.05, 0.5, 0.95], "replicate")

Reference: docs/reference/python.md.
"""

from __future__ import annotations

import json
import os
import pathlib
import warnings
from typing import Any, Callable, Iterable, Mapping, Optional, Union

import numpy as np
import pandas as pd
import xarray as xr

from . import _hearth
from .errors import (
    DataError,
    Diagnostic,
    Error,
    InternalError,
    PrecisionWarning,
    ScenarioError,
    ScenarioWarning,
    UsageError,
)
from .progress import Progress, listener

__all__ = [
    "run",
    "open",
    "cash",
    "resolve",
    "calibrate",
    "version",
    "Error",
    "UsageError",
    "ScenarioError",
    "DataError",
    "InternalError",
    "PrecisionWarning",
    "ScenarioWarning",
    "Diagnostic",
]
__version__: str = _hearth.build_identity()["hearth"]

Scenario = Union[str, "os.PathLike[str]", Mapping[str, Any]]
Authority = Union[int, str]


def _whole_number(name: str, value: Any, least: int, most: int = 2**31 - 1) -> int:
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and least <= value <= most:
        return int(value)
    allowed = (
        f"from {least} up" if isinstance(value, (int, np.integer)) and value < least else f"from {least} to {most}"
    )
    raise UsageError(f"{name}: {value} is not a whole number {allowed}")


def _if_any(name: str, value: Any, least: int, most: int = 2**31 - 1) -> Optional[int]:
    return None if value is None else _whole_number(name, value, least, most)


def _list(values: Union[None, str, int, Iterable[Any]]) -> list[str]:
    if values is None:
        return []
    if isinstance(values, (str, int, np.integer)):
        return [str(values)]
    return [str(value) for value in values]


def _plain(value: Any) -> Any:
    """What json cannot write by itself."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise UsageError(f"the scenario holds {value!r}; allowed: texts, numbers, true, false, none, lists and dicts")


def _folder(directory: Optional[Union[str, "os.PathLike[str]"]]) -> str:
    if directory is not None:
        return os.fspath(directory)
    return next(iter(_hearth.scenario_directories()), ".")


def _load(
    scenario: Scenario,
    directory: Optional[Union[str, "os.PathLike[str]"]] = None,
    authorities: Union[None, Authority, Iterable[Authority]] = None,
    months: Optional[int] = None,
    replicates: Optional[int] = None,
    seed: Optional[int] = None,
    without: Union[None, str, Iterable[str]] = None,
    also_adopt: Union[None, Authority, Iterable[Authority]] = None,
    set: Optional[Mapping[str, Union[bool, float]]] = None,
) -> _hearth.LoadedScenario:
    if isinstance(scenario, Mapping):
        name = str(pathlib.Path(_folder(directory), "(dict)"))
        text = json.dumps(scenario, indent=2, default=_plain, ensure_ascii=False)
    elif isinstance(scenario, (str, os.PathLike)):
        name, text = os.fspath(scenario), None
    else:
        raise UsageError(f"scenario: {scenario!r} is neither a dict, a path nor the name of a scenario")
    loaded = _hearth.load(
        name,
        text,
        seed=_if_any("seed", seed, 0, 2**64 - 1),
        replicates=_if_any("replicates", replicates, 1),
        months=_if_any("months", months, 1),
        authorities=_list(authorities),
        without=_list(without),
        also_adopt=_list(also_adopt),
        set=[f"{parameter}={json.dumps(value, default=_plain)}" for parameter, value in (set or {}).items()],
    )
    for text in loaded.warnings:
        warnings.warn(text, ScenarioWarning, stacklevel=3)
    return loaded


def _dataset(content: Mapping[str, Any]) -> xr.Dataset:
    """The variables as xarray finds them in a result file."""

    def variable(dimensions, values, attributes):
        if isinstance(values, list):
            values = np.array(values, dtype=object if isinstance(values[0], str) else np.int32)
        return xr.Variable(dimensions, values, attributes)

    variables = {name: variable(*rest) for name, *rest in [*content["coordinates"], *content["variables"]]}
    return xr.decode_cf(xr.Dataset(variables, attrs=content["attributes"]))


def _command(function: str, scenario: Scenario, changes: Mapping[str, Any]) -> str:
    first = "{...}" if isinstance(scenario, Mapping) else repr(os.fspath(scenario))
    rest = "".join(f", {name}={value!r}" for name, value in changes.items() if value not in (None, False, 0))
    return f"hearth.{function}({first}{rest})"


def run(
    scenario: Scenario,
    *,
    authorities: Union[None, Authority, Iterable[Authority]] = None,
    months: Optional[int] = None,
    replicates: Optional[int] = None,
    seed: Optional[int] = None,
    without: Union[None, str, Iterable[str]] = None,
    also_adopt: Union[None, Authority, Iterable[Authority]] = None,
    set: Optional[Mapping[str, Union[bool, float]]] = None,
    split: bool = False,
    shard: Optional[str] = None,
    until: Optional[str] = None,
    at_most: Optional[int] = None,
    threads: int = 0,
    output: Optional[Union[str, "os.PathLike[str]"]] = None,
    resume: bool = False,
    directory: Optional[Union[str, "os.PathLike[str]"]] = None,
    progress: Progress = None,
) -> xr.Dataset:
    """Runs a scenario and returns its result, which is what ``open`` reads from the file of ``hearth run``.

    scenario: a file, the name of one ("england"), or a dict with what the file would hold. Paths in a dict start from
        ``directory``: the folder of scenarios unless given, so that {"extends": "england.json", ...} works anywhere.
    authorities, months, replicates, seed, without: replace the scenario's own; as on the command line. Those who are
        not simulated do not adopt, unless also_adopt names them ("all", regions, names or codes).
    set: parameters by dotted name, over the scenario's own but not over an arm's.
    split: also simulates each source of uncertainty alone (variables *_alone).
    shard: "2/4" runs the second of four parts of the replicates only, for ``hearth merge`` to put together; the
        coordinate ``replicate`` has their numbers in the whole run.
    until: runs more replicates until a number is known so well, "difference(care_entries).mcse < 1%"; the scenario's
        number of replicates at a time, at_most so many (ten times the scenario's). Whether it was reached:
        ``.encoding["until"]``, and a PrecisionWarning where not.
    threads: 0 is one a core. The numbers are the same for any.
    output: writes the result file too, as ``hearth run`` does.
    resume: goes on from what an earlier run with resume=True and the same output has kept, and keeps whole replicates
        itself when it is stopped. The numbers returned are read from the file when they are needed, as by ``open``.
    progress: False shows none; a function is called with family-months done and in all, some times a second.

    Returns a Dataset with dimensions (arm, replicate, [category,] authority, time), of which time is the ends of months,
    or of the steps that the scenario's output has; where its numbers came from is in ``.encoding["provenance"]``. Counts are children or families, costs pounds (docs/reference/measures.md).
    Warns (ScenarioWarning) of numbers far from what is usual.
    Raises ScenarioError, UsageError, DataError; KeyboardInterrupt when stopped with Ctrl-C, and then nothing is written
    but what ``resume`` keeps.
    """
    if resume and output is None:
        raise UsageError("resume: there is no output to go on from; allowed: with output, the file of the earlier run")
    if at_most is not None and until is None:
        raise UsageError("at_most: there is no goal; allowed: with until")
    most = 0 if at_most is None else _whole_number("at_most", at_most, 2)
    threads_number = _whole_number("threads", threads, 0)
    loaded = _load(scenario, directory, authorities, months, replicates, seed, without, also_adopt, set)
    command = _command(
        "run",
        scenario,
        {
            "authorities": authorities,
            "months": months,
            "replicates": replicates,
            "seed": seed,
            "without": without,
            "also_adopt": also_adopt,
            "set": set,
            "split": split,
            "shard": shard,
            "until": until,
            "at_most": at_most,
        },
    )
    listen = listener(progress)
    try:
        content = _hearth.run(
            loaded,
            split=bool(split),
            threads=threads_number,
            output="" if output is None else os.fspath(output),
            shard=shard or "",
            resume=bool(resume),
            until=until or "",
            at_most=most,
            command=command,
            progress=listen,
        )
    finally:
        getattr(listen, "close", lambda: None)()
    data = open(output) if resume else _dataset(content)
    data.encoding["provenance"] = content["provenance"]
    reached = content["until"]
    if reached is not None:
        data.encoding["until"] = reached
        if not reached["met"]:
            warnings.warn(
                f"until was not met: {reached['error']}; allow more replicates with at_most",
                PrecisionWarning,
                stacklevel=2,
            )
    return data


def open(path: Union[str, "os.PathLike[str]"], *, group: Optional[str] = None) -> xr.Dataset:  # noqa: A001
    """Opens a result file; numbers are read when they are needed. ``group="provenance"``: where they came from;
    ``group="authorities"`` of a summarised result: what it keeps of each authority.

    Raises DataError where the file is not a result of Hearth, is damaged, or is of a version that this one does not
    read.
    """
    if group not in (None, "provenance", "authorities"):
        raise UsageError(f"group: a result has no group {group!r}; allowed: None, 'provenance', 'authorities'")
    _hearth.check_result(os.fspath(path))
    try:
        return xr.open_dataset(path, group=group)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        if group == "authorities":
            raise DataError(
                f"cannot read {os.fspath(path)}: it has no group authorities, for it keeps every replicate of "
                "each authority; leave out group"
            ) from error
        raise DataError(f"cannot read {os.fspath(path)}: {error}") from error


def cash(data: xr.Dataset) -> xr.DataArray:
    """What a pound of the origin's year is in cash at each time of a result: ``data.cost * hearth.cash(data)`` is what is
    paid, ``data.cost`` is in real terms. Dimension ``time``; no unit.

    Raises DataError where the result does not say what inflation is.
    """
    try:
        years = dict(entry.split(": ") for entry in data.attrs["cash"].split(", "))
        ends = pd.DatetimeIndex(data.indexes["time"])
        financial = [f"{year}-{(year + 1) % 100:02}" for year in ends.year - (ends.month <= 3)]
        factors = [float(years[year]) for year in financial]
    except (KeyError, ValueError) as error:
        raise DataError(
            "the result does not say what inflation is; run its scenario again with this version"
        ) from error
    return xr.DataArray(factors, coords={"time": data["time"]}, dims="time", name="cash")


def resolve(
    scenario: Scenario,
    prefix: str = "",
    *,
    arm: str = "",
    authorities: Union[None, Authority, Iterable[Authority]] = None,
    months: Optional[int] = None,
    replicates: Optional[int] = None,
    seed: Optional[int] = None,
    without: Union[None, str, Iterable[str]] = None,
    also_adopt: Union[None, Authority, Iterable[Authority]] = None,
    set: Optional[Mapping[str, Union[bool, float]]] = None,
    directory: Optional[Union[str, "os.PathLike[str]"]] = None,
) -> pd.DataFrame:
    """Every value of a scenario and where it came from, one row each: value, unit, origin, certainty, source.

    Of a parameter also its default, bounds (lower, upper) and the spread of its prior: the standard deviation of its
    logarithm. prefix: keeps names of which a part starts so, such as "needs."; arm: what one arm changes. The rest as in ``run``.
    """
    loaded = _load(scenario, directory, authorities, months, replicates, seed, without, also_adopt, set)
    rows = pd.DataFrame(
        _hearth.resolve(loaded, prefix=prefix, arm=arm),
        columns=["name", "value", "unit", "origin", "certainty", "source", "default", "lower", "upper", "spread"],
    )
    rows["value"] = [_parsed(value) for value in rows["value"]]
    return rows.set_index("name")


def _parsed(value: str) -> Any:
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def calibrate(
    origin: Optional[int] = None,
    *,
    replicates: int = 4,
    draws: int = 50,
    seed: int = 2022,
    sample: float = 1.0,
    threads: int = 0,
    output: Optional[Union[str, "os.PathLike[str]"]] = None,
    progress: Union[None, bool, Callable[[str], object]] = None,
) -> dict[str, Any]:
    """Fits business as usual to the figures published up to 31 March of a year, the last published unless given; takes minutes.

    Returns the calibration (docs/reference/scenario.md); ``output`` writes it too, for a scenario to use as
    "calibration". sample: share of families, 0.001 to 1, for a quick look. progress: False shows none; a function is
    called with each line. The other arguments are those of ``hearth calibrate``.
    """
    if not 0.001 <= sample <= 1:
        raise UsageError(f"sample: {sample} is not a number from 0.001 to 1")
    listen: Optional[Callable[[str], object]] = print
    if progress is False or callable(progress):
        listen = progress or None
    text = _hearth.calibrate(
        origin=_if_any("origin", origin, 0, 9999),
        replicates=_whole_number("replicates", replicates, 1),
        draws=_whole_number("draws", draws, 0),
        seed=_whole_number("seed", seed, 0, 2**64 - 1),
        sample=float(sample),
        threads=_whole_number("threads", threads, 0),
        output="" if output is None else os.fspath(output),
        progress=listen,
    )
    return json.loads("".join(line for line in text.splitlines() if not line.startswith("//")))


def version() -> dict[str, str]:
    """Version, commit, build type, compiler and libraries."""
    return _hearth.build_identity()
