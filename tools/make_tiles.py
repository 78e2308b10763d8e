#!/usr/bin/python3
"""Makes web/tiles.csv, the tile map of the report page, from web/authority_places.csv.

    tools/make_tiles.py          writes the map
    tools/make_tiles.py --draw   and prints it

Each authority gets one tile of the same size, roughly in place. The places are the middles of authorities in degrees,
to about five kilometres, set down by us from common knowledge of where they lie; no boundary data is used. Crowded places
are first pushed apart until no two are nearer than a tile (a cartogram of equal circles), then every place gets a tile of
its own so that the sum of squared distances is least (an assignment problem). The same places always make the same map.
"""

import argparse
import csv
import math
import pathlib

import numpy as np
from scipy.optimize import linear_sum_assignment

WEB = pathlib.Path(__file__).resolve().parent.parent / "web"
KM_OF_A_DEGREE = 111.2
MIDDLE_LATITUDE = math.radians(52.8)
TILE_KM = 25.0  # side of a tile: 153 of them have about the area of England
ROUNDS = 4000
REPLACED = {"909": "942"}  # Cumbria has the tile of Cumberland: no result has both


def positions(places):
    """In tiles, x to the east and y to the south."""
    x = np.array([float(p["longitude"]) * math.cos(MIDDLE_LATITUDE) for p in places]) * KM_OF_A_DEGREE / TILE_KM
    y = -np.array([float(p["latitude"]) for p in places]) * KM_OF_A_DEGREE / TILE_KM
    return np.column_stack([x, y])


def pushed_apart(at):
    """Pairs nearer than one tile each move half of what is missing; everybody is drawn back a little."""
    home, at = at, at.copy()
    for step in range(ROUNDS):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.hypot(apart[..., 0], apart[..., 1]) + np.eye(len(at))
        missing = np.clip(1.0 - distance, 0.0, None)
        at = at + 0.3 * (apart / distance[..., None] * missing[..., None]).sum(axis=1)
        at = at + 0.02 * max(0.0, 1.0 - 1.5 * step / ROUNDS) * (home - at)
    return at


def tiles(at):
    """Column and row of each place."""
    low = np.floor(at.min(axis=0)).astype(int) - 1
    high = np.ceil(at.max(axis=0)).astype(int) + 1
    grid = np.array([(c, r) for r in range(low[1], high[1] + 1) for c in range(low[0], high[0] + 1)])
    cost = ((at[:, None, :] - grid[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(cost)
    found = grid[chosen]
    return found - found.min(axis=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draw", action="store_true", help="print the map too")
    options = parser.parse_args()
    with open(WEB / "authority_places.csv", newline="", encoding="utf-8") as file:
        places = list(csv.DictReader(file))
    replaced = [p for p in places if p["code"] in REPLACED]
    places = [p for p in places if p["code"] not in REPLACED]
    found = tiles(pushed_apart(positions(places)))
    tile_of = {place["code"]: tile for place, tile in zip(places, found.tolist(), strict=True)}
    tile_of |= {place["code"]: tile_of[REPLACED[place["code"]]] for place in replaced}
    with open(WEB / "tiles.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "column", "row", "letters"])
        for place in sorted(places + replaced, key=lambda place: int(place["code"])):
            writer.writerow([place["code"], place["name"], *tile_of[place["code"]], place["letters"]])
    if options.draw:
        at = {tuple(tile): place["letters"] for place, tile in zip(places, found.tolist(), strict=True)}
        columns, rows = found.max(axis=0) + 1
        for row in range(rows):
            print(" ".join(at.get((column, row), "   ") for column in range(columns)))


if __name__ == "__main__":
    main()
