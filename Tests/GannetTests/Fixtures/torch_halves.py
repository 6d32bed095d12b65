"""Writes torch_halves.json: numbers that PyTorch rounds to 16 bits, and a step through weights stored in 16 bits.

Usage: python torch_halves.py            (needs torch; its version is recorded in the file)

`words` are the bits of float32 numbers, and `float16` and `bfloat16` those of what they become. In the steps, weights
[6, 3] are rounded to the type and read as float32 again: the gradients come back through both casts, rounded to the type.
All numbers there are multiples of 1/8, so that sums are exact in any order.
"""

import json
import pathlib
import struct

import torch


def bits(x):
    return (x.view(torch.int16).int() & 0xFFFF).tolist()


def words():
    numbers = [0.0, 1.0, 65504.0, 65519.996, 65520.0, 65536.0, 3.4e38, float("inf"), float("nan"), 0.1, 1 / 3]
    for power in (-133, -134, -126, -25, -24, -14, -15, 0, 10):
        for factor in (1, 1 + 2**-23, 1.5, 1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 3 * 2**-8, 1.75 - 2**-12):
            numbers.append(2.0**power * factor)
    patterns = [struct.unpack("<I", struct.pack("<f", x))[0] for x in numbers]
    patterns += [p | 0x80000000 for p in patterns]
    generator = torch.Generator().manual_seed(4)
    patterns += torch.randint(0, 2**32, (1500,), generator=generator).tolist()
    # Exponents at which float16 is not infinite and not zero.
    patterns += [(p & 0x8FFFFFFF) | 0x30000000 for p in patterns[-1500:-1000]]
    return patterns


def array(x):
    return {"shape": list(x.shape), "values": x.flatten().tolist(), "isIndex": False}


def step(dtype):
    generator = torch.Generator().manual_seed(5)

    def eighths(*shape):
        return torch.randint(-40, 41, shape, generator=generator).float() / 8

    x, target = eighths(5, 6), eighths(5, 3)
    # The last bits of the weights are lost in either type.
    weight = (eighths(6, 3) + eighths(6, 3) * 2**-12).requires_grad_()
    difference = x @ weight.to(dtype).float() - target
    loss = (difference * difference).sum() / 2
    loss.backward()
    return {
        "x": array(x), "target": array(target), "weight": array(weight.detach()),
        "loss": loss.item(), "gradient": array(weight.grad),
    }


patterns = words()
x = torch.tensor([p - 2**32 if p >= 2**31 else p for p in patterns], dtype=torch.int32).view(torch.float32)
result = {
    "torch": torch.__version__, "words": patterns, "float16": bits(x.half()), "bfloat16": bits(x.bfloat16()),
    "steps": {"float16": step(torch.float16), "bfloat16": step(torch.bfloat16)},
}
path = pathlib.Path(__file__).with_name("torch_halves.json")
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
