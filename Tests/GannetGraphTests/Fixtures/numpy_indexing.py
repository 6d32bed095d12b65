"""Writes numpy_indexing.json: what NumPy's subscripts and broadcasting give, for Gannet to be compared with.

Usage: python numpy_indexing.py            (needs numpy; its version is recorded in the file)

A subscript is a list of entries: a whole number, [start, stop, step] with null for what is left out, "new", "...", or
an object with the shape and the values of an array of indices. Its operand holds 0, 1, 2, ….
"""

import itertools
import json
import pathlib

import numpy as np

random = np.random.default_rng(2026)


def entry(extent):
    kind = random.integers(5)
    if kind == 0 and extent > 0:
        return int(random.integers(-extent, extent))
    bounds = [None if random.integers(3) == 0 else int(random.integers(-extent - 2, extent + 3)) for _ in range(2)]
    step = [None, 1, 2, 3, -1, -2, -5][random.integers(7)]
    return [*bounds, step]


def index_array(extent, common):
    shape = [1 if random.integers(4) == 0 else n for n in common][int(random.integers(len(common) + 1)):]
    values = random.integers(-extent, extent, shape)
    return {"shape": list(values.shape), "values": values.flatten().tolist()}


def subscript(shape, has_arrays):
    count = int(random.integers(len(shape) + 1))
    where = int(random.integers(count + 1)) if random.integers(2) == 0 else None
    axes = list(range(count)) if where is None else [
        *range(where), *range(len(shape) - count + where, len(shape))
    ]
    common = random.integers(1, 4, random.integers(0, 3)).tolist()
    entries = []
    for number, axis in enumerate(axes):
        if where == number:
            entries.append("...")
        if has_arrays and random.integers(2) == 0:
            entries.append(index_array(shape[axis], common))
        else:
            entries.append(entry(shape[axis]))
    if where == count:
        entries.append("...")
    for _ in range(random.integers(0, 3)):
        entries.insert(int(random.integers(len(entries) + 1)), "new")
    return entries


def numpy_entry(entry):
    if entry == "new":
        return np.newaxis
    if entry == "...":
        return Ellipsis
    if isinstance(entry, list):
        return slice(*entry)
    if isinstance(entry, dict):
        return np.array(entry["values"], dtype=np.int64).reshape(entry["shape"])
    return entry


def subscripts(count, has_arrays):
    for _ in range(count):
        low = 1 if has_arrays else 0
        shape = [int(n) for n in random.integers(low, 6, random.integers(1, 5))]
        entries = subscript(shape, has_arrays)
        x = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        y = x[tuple(numpy_entry(e) for e in entries)]
        if y.size <= 60:
            yield {"shape": shape, "index": entries, "resultShape": list(y.shape), "values": y.flatten().tolist()}


def broadcasts():
    shapes = [s for rank in range(3) for s in itertools.product([0, 1, 2, 3], repeat=rank)] + [(2, 0, 1), (3, 1, 2)]
    for a, b in itertools.product(shapes, shapes):
        try:
            result = list(np.broadcast_shapes(a, b))
        except ValueError:
            result = None
        yield [list(a), list(b), result]


def main():
    golden = {
        "numpy": np.__version__,
        "views": list(subscripts(400, False)),
        "gathers": list(subscripts(300, True)),
        "broadcasts": list(broadcasts()),
    }
    path = pathlib.Path(__file__).with_name("numpy_indexing.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
