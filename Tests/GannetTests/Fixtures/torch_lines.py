"""Writes torch_lines.json: what PyTorch makes of the elements along an axis, for Gannet to be compared with.

Usage: python torch_lines.py            (needs torch; its version is recorded in the file)

The cases are those of torch_golden.py. An order is a list of inputs, with NaN as null and infinities as the strings
that Python's float() reads, and the stable order that sorts them along the last axis.
"""

import json
import math
import pathlib

import torch

from torch_golden import case, indices, uniform, whole


def with_zeros(*shape):
    x = uniform(*shape)
    return torch.where(x.abs() < 0.7, torch.zeros_like(x), x)


def along(axis):
    return lambda x, i: torch.take_along_dim(x, i, axis)


def cases():
    yield "cumsum", case(lambda x: x.cumsum(1), x=uniform(3, 8))
    yield "cumsumReversed", case(lambda x: x.flip(0).cumsum(0).flip(0), x=uniform(7, 3))
    yield "cumprod", case(lambda x: x.cumprod(1), x=uniform(3, 8))
    yield "cumprodWithZeros", case(lambda x: x.cumprod(0), x=with_zeros(6, 5))
    yield "cummax", case(lambda x: x.cummax(1).values, x=whole(4, 9))
    yield "cummin", case(lambda x: x.cummin(0).values, x=whole(9, 3))
    yield "sorted", case(lambda x: x.sort(1).values, x=uniform(3, 7))
    yield "sortedDescending", case(lambda x: x.sort(0, descending=True).values, x=uniform(6, 3))
    yield "topK", case(lambda x: x.topk(3, 1).values, x=uniform(4, 9))
    yield "topKSmallest", case(lambda x: x.topk(2, 0, largest=False).values, x=uniform(7, 2))
    yield "takeAlong", case(along(1), x=uniform(3, 5), i=indices(3, 7, high=5))
    yield "takeAlongBroadcast", case(along(0), x=uniform(4, 1, 3), i=indices(6, 2, 1, high=4))


def encode_any(value):
    return float(f"{value:.9g}") if math.isfinite(value) else None if math.isnan(value) else str(value)


def order(x, descending):
    indices = torch.sort(x, dim=-1, descending=descending, stable=True).indices
    return {
        "shape": list(x.shape),
        "values": [encode_any(value) for value in x.flatten().tolist()],
        "isDescending": descending,
        "order": indices.flatten().tolist(),
    }


def orders():
    nan, inf = float("nan"), float("inf")
    special = torch.tensor([2, nan, -inf, 0.0, -0.0, inf, 1, nan, -0.0, 0.0, -3, inf])
    for x in (uniform(3, 40), whole(4, 33), special):
        yield order(x, False)
        yield order(x, True)


def main():
    golden = {"torch": torch.__version__, "cases": dict(cases()), "orders": list(orders())}
    path = pathlib.Path(__file__).with_name("torch_lines.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
