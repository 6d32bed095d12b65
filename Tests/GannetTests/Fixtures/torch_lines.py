"""Writes torch_lines.json: what PyTorch makes of the elements along an axis, for Gannet to be compared with.

Usage: python torch_lines.py            (needs torch; its version is recorded in the file)

The cases are those of torch_golden.py. An order is a list of inputs, with NaN as null and infinities as the strings
that Python's float() reads, and the stable order that sorts them along the last axis.
"""

import json
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
    yield "takeAlong", case(along(1), x=uniform(3, 5), i=indices(3, 7, high=5))
    yield "takeAlongBroadcast", case(along(0), x=uniform(4, 1, 3), i=indices(6, 2, 1, high=4))


def main():
    golden = {"torch": torch.__version__, "cases": dict(cases())}
    path = pathlib.Path(__file__).with_name("torch_lines.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
