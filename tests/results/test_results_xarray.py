#!/usr/bin/python3
"""Opens a result with xarray's two netCDF engines: names, dates, categories and values are all there.

Usage: test_results_xarray.py TEST_RESULTS, the test program that writes the example.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import xarray as xr

COSTS = [  # payer, category of each cost line, as in engine/core/measures.hpp
    ("authority", "placements"),
    ("authority", "care_leavers"),
    ("authority", "other_care_services"),
    ("authority", "social_work"),
    ("authority", "assessment_and_support"),
    ("authority", "legal"),
    ("authority", "service_model"),
    ("programme", "service_model"),
    ("police", "police_callouts"),
    ("nhs", "emergency_admissions"),
    ("courts", "legal"),
    ("nhs", "service_model"),
    ("police", "service_model"),
]


def check_coordinates(data):
    sizes = {
        "arm": 2,
        "replicate": 3,
        "authority": 4,
        "time": 14,
        "placement": 8,
        "age_band": 5,
        "exit_reason": 5,
        "deprivation": 5,
        "poverty": 2,
        "payer": 5,
        "cost_category": 9,
    }
    assert dict(data.sizes) == sizes, data.sizes
    assert list(data.arm.values) == ["business_as_usual", "protection_only"]
    assert list(data.arm_title.values) == ["Business as usual", "Protection only"]
    assert list(data.replicate.values) == [0, 1, 2]
    assert list(data.authority.values) == [801, 840, 841, 919]
    assert data.authority_name.sel(authority=919).item() == "Hertfordshire"
    assert data.authority_ons_code.sel(authority=801).item() == "E06000023"
    assert list(data.region.values) == ["South West", "North East", "North East", "East of England"]
    for name in ("arm_title", "authority_name", "authority_ons_code", "region"):
        assert name in data.coords, name
    months = pd.date_range("2022-04-30", periods=14, freq=pd.offsets.MonthEnd())
    assert list(data.time.values) == list(months.values), data.time.values
    assert list(data.age_band.values) == ["under_1", "1_to_4", "5_to_9", "10_to_15", "16_plus"]
    assert list(data.deprivation.values) == ["least_deprived", "second", "third", "fourth", "most_deprived"]
    assert list(data.poverty.values) == ["not_in_poverty", "in_poverty"]
    assert data.placement.values[0] == "kin_foster" and data.exit_reason.values[3] == "turned_18"
    assert data.attrs["title"] == "Familles, für alle"
    assert data.attrs["hearth_format_version"] == 2
    assert data.attrs["Conventions"] == "CF-1.8"
    assert int(data.attrs["seed"]) == 0xFEDCBA9876543210
    assert data.attrs["baseline"] == "business_as_usual"


def check_values(data):
    """Every cell is known: see cell() and distinct_block() in test_results.cpp."""
    block = 3 * np.arange(2)[:, None, None, None] + np.arange(3)[:, None, None]
    place = np.arange(4)[:, None] * 10_000 + np.arange(14)
    integer_row = real_row = 0
    count = 0
    for name, variable in data.data_vars.items():
        assert {"units", "long_name", "source", "references", "cell_methods"} <= set(variable.attrs), name
        if name == "cost":
            continue
        count += 1
        extra = [d for d in variable.dims if d not in ("arm", "replicate", "authority", "time")]
        variable = variable.transpose("arm", "replicate", "authority", "time", *extra)
        if variable.dtype == np.float32:
            expected = (np.float32(real_row * 1_000_000 + place) / np.float32(3)).astype(np.float32)
            expected = expected + block.astype(np.float32)
            assert np.array_equal(variable.values, expected), name
            real_row += 1
            continue
        assert variable.dtype == np.int32, name
        planes = variable.values.reshape(2, 3, 4, 14, -1)
        for category in range(planes.shape[-1]):
            assert np.array_equal(planes[..., category], integer_row * 1_000_000 + place + block * 100), name
            integer_row += 1
    reference = pathlib.Path(__file__).parents[2] / "docs/reference/measures.md"
    listed = [row for row in reference.read_text().splitlines() if row.startswith("| `") and row.count("|") == 7]
    assert count == len(listed) > 30, (count, len(listed))

    cost = data.cost.transpose("arm", "replicate", "authority", "time", "payer", "cost_category")
    assert cost.dtype == np.float64 and cost.attrs["units"] == "GBP"
    for line, (payer, category) in enumerate(COSTS):
        pence = (line * 1_000_000 + place) * 1001 + block
        assert np.array_equal(cost.sel(payer=payer, cost_category=category).values, pence / 100), (payer, category)
    structural = cost.stack(pair=("payer", "cost_category"))
    for pair in structural.pair.values:
        if tuple(pair) not in COSTS:
            assert not structural.sel(pair=pair).values.any(), pair


def check_split(data):
    """One source alone: see write_with_split() in test_results.cpp."""
    assert list(data.uncertainty_source.values) == ["drift", "parameters"]
    alone = [name for name in data.data_vars if name.endswith("_alone")]
    assert len(alone) == 8 and "looked_after_alone" in alone, alone
    for name in alone:
        assert set(data[name].dims) == {"arm", "replicate", "uncertainty_source", "authority", "time"}, name
        assert {"units", "long_name", "source", "references", "cell_methods"} <= set(data[name].attrs), name
        whole = (
            data.cost.sel(payer="authority").sum("cost_category")
            if name == "cost_authority_alone"
            else data[name.removesuffix("_alone")]
        )
        drift = data[name].sel(uncertainty_source="drift").transpose(*whole.dims)
        assert np.allclose(drift.values, whole.values, rtol=1e-12), name
        if drift.dtype == np.int32:  # block b has 100 b + 700
            block = 3 * np.arange(2)[:, None, None, None] + np.arange(3)[:, None, None]
            other = data[name].sel(uncertainty_source="parameters").transpose(*whole.dims)
            assert np.array_equal(other.values - whole.values, np.broadcast_to(100 * block + 700, whole.shape)), name


def check_provenance(file, engine):
    with xr.open_dataset(file, engine=engine, group="provenance") as data:
        assert len(json.loads(data.scenario.item())["long"]) == 300_000
        assert data.attrs["commit"] == "abc123"
        assert data.attrs["wall_seconds"] == 12.5 and data.attrs["threads"] == 2
        assert data.sha256.sel(input="scenarios/small.json").item() == "00ff"


def main():
    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "example.h5")
        subprocess.run(
            [sys.argv[1], "--gtest_filter=Results.AreWrittenForOtherReaders"],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "HEARTH_EXAMPLE_RESULT": file},
        )
        for engine in ("netcdf4", "h5netcdf"):
            with xr.open_dataset(file, engine=engine) as data:
                check_coordinates(data)
                check_values(data)
            check_provenance(file, engine)
            print(engine, "reads the result")
        subprocess.run(
            [sys.argv[1], "--gtest_filter=Results.AreWrittenForOtherReaders"],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "HEARTH_EXAMPLE_RESULT": file, "HEARTH_EXAMPLE_SPLIT": "1"},
        )
        for engine in ("netcdf4", "h5netcdf"):
            with xr.open_dataset(file, engine=engine) as data:
                check_split(data)
            print(engine, "reads a split")


if __name__ == "__main__":
    main()
