"""Expected values of the library, computed by TA-Lib or, where it has no such function, by a definition in plain Python.

Writes values/series.json.gz (bars of our own making, from fixed seeds) and values/FAMILY.json.gz. Needs the packages TA-Lib and numpy:
python -m venv venv && venv/bin/pip install TA-Lib numpy && venv/bin/python tests/golden/generate.py
"""

import gzip
import json
import random
from pathlib import Path

import numpy as np
import talib

from definitions import FAMILIES
from series import Series

FOLDER = Path(__file__).parent / "values"
DIGITS = 13
TICKS = 100


def walk(seed, rows, start, deviation, drift):
    """Bars of a random walk with gaps and uneven volume, prices in ticks."""
    random.seed(seed)
    price, bars = start, []
    for _ in range(rows):
        opened = price * (1 + random.gauss(0, deviation / 4))
        path = [opened]
        for _ in range(8):
            path.append(path[-1] * (1 + random.gauss(drift / 8, deviation / 3)))
        price = path[-1]
        ticks = [max(1, round(p * TICKS)) for p in (opened, max(path), min(path), price)]
        bars.append((*ticks, int(random.lognormvariate(9, 1))))
    return bars


def ties(seed, rows):
    """Bars of few ticks: equal prices, whole stretches on which nothing moves, bars without volume."""
    random.seed(seed)
    price, bars = 2000, []
    for row in range(rows):
        if row % 75 >= 50:
            bars.append((price, price, price, price, 0 if row % 3 == 0 else 100))
            continue
        opened = price + random.choice((-1, 0, 0, 1))
        price = opened + random.choice((-2, -1, 0, 0, 1, 2))
        high = max(opened, price) + random.choice((0, 0, 1))
        low = min(opened, price) - random.choice((0, 0, 1))
        bars.append((opened, high, low, price, random.choice((0, 100, 100, 200, 500))))
    return bars


# Name, bars, and of how many rows one is kept.
SERIES = [
    ("walk", walk(11, 1500, 100, 0.015, 0.0002), 10),
    ("trend", walk(12, 400, 4000, 0.03, 0.004), 4),
    ("ties", ties(13, 225), 1),
]


def write(name, content):
    text = json.dumps(content, separators=(",", ":"))
    with open(FOLDER / name, "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(text.encode())


def rounded(value):
    if value is None or np.isnan(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def expected(entry, name, series, step):
    """Numbers of every so many rows; of a condition all rows on which it holds, after the first on which it is known."""
    values = entry["values"](series)
    if entry["kind"] == "condition":
        return {"holds": [row for row, value in enumerate(values) if value], "known": entry["known"]}
    return {"numbers": [rounded(value) for value in values[::step]]}


def main():
    FOLDER.mkdir(exist_ok=True)
    talib.set_compatibility(0)
    columns = ("open", "high", "low", "close", "volume")
    write("series.json.gz", {name: {"step": step, **{c: [bar[i] for bar in bars] for i, c in enumerate(columns)}} for name, bars, step in SERIES})
    for family, entries in FAMILIES.items():
        content = []
        for entry in entries:
            by_series = {
                name: expected(entry, name, Series(bars, TICKS), step) for name, bars, step in SERIES if name in entry["series"]
            }
            content.append({**{key: entry[key] for key in ("expression", "output", "source", "scale", "from", "absent")}, "values": by_series})
        write(f"{family}.json.gz", content)
        print(family, len(content))


if __name__ == "__main__":
    main()
