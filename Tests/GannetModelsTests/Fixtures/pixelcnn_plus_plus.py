"""Writes pixelcnn_plus_plus.json: what the network of a PixelCNN++ makes of pictures in colour, computed by PyTorch in float64
from sections 2.3 to 2.5 and figure 2 of Salimans et al., "PixelCNN++" (arXiv:1701.05517), with maps enlarged by filters of
2 x 2 taps; with the gradients of sum(output * weight) toward all weights.
Run: python pixelcnn_plus_plus.py > pixelcnn_plus_plus.json (NumPy and PyTorch)."""

import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

# The layers that these networks share with others.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "GannetTests/Fixtures"))
from torch_layers import back, images

from network_cases import case

FEATURES, DEPTH, COMPONENTS = 2, 2, 2


def convolution(w, name, x, stride=1, down=0, right=0):
    """A convolution whose last taps are at the own pixel, or in the columns around it where there are three; its result
    moved down and to the right."""
    weight, bias = w[name + ".weight"], w[name + ".bias"]
    height, width = weight.shape[:2]
    left, after = (1, 1) if width == 3 else (width - 1, 0)
    padded = F.pad(images(x), (left + right, after, height - 1 + down, 0))
    y = back(F.conv2d(padded, weight.permute(3, 2, 0, 1), bias, stride=stride))
    return y[:, : x.shape[1] // stride, : x.shape[2] // stride]


def enlarged(w, name, x):
    weight, bias = w[name + ".weight"], w[name + ".bias"]
    return back(F.conv_transpose2d(images(x), weight.permute(3, 2, 0, 1), bias, stride=2))


def activation(x):
    return F.elu(torch.cat([x, -x], -1))


def unit(w, name, x, *asides):
    """Figure 2, with the gate of the authors' code."""
    c = convolution(w, name + ".first", activation(x))
    for number, a in enumerate(asides):
        c = c + activation(a) @ w[f"{name}.asides.{number}.weight"]
    h, g = convolution(w, name + ".second", activation(c)).chunk(2, -1)
    return x + h * torch.sigmoid(g)


def network(w, x):
    x = torch.cat([x, torch.ones_like(x[..., :1])], -1)
    vertical = [convolution(w, "network.rowsAbove", x, down=1)]
    horizontal = [
        convolution(w, "network.rowAbove", x, down=1) + convolution(w, "network.columnLeft", x, right=1)
    ]
    for level in range(DEPTH + 1):
        name = f"network.levels.{level}."
        vertical.append(unit(w, name + "encoder.0.vertical", vertical[-1]))
        horizontal.append(unit(w, name + "encoder.0.horizontal", horizontal[-1], vertical[-1]))
        if level < DEPTH:
            vertical.append(convolution(w, name + "crossing.verticalDown", vertical[-1], stride=2))
            horizontal.append(convolution(w, name + "crossing.horizontalDown", horizontal[-1], stride=2))
    v, h = vertical.pop(), horizontal.pop()
    for level in reversed(range(DEPTH + 1)):
        name = f"network.levels.{level}."
        if level < DEPTH:
            v, h = enlarged(w, name + "crossing.verticalUp", v), enlarged(w, name + "crossing.horizontalUp", h)
        for number in range(1 if level == DEPTH else 2):
            v = unit(w, f"{name}decoder.{number}.vertical", v, vertical.pop())
            h = unit(w, f"{name}decoder.{number}.horizontal", h, v, horizontal.pop())
    assert not vertical and not horizontal
    return F.elu(h) @ w["network.head.weight"] + w["network.head.bias"]


def shapes():
    result = {}

    def layer(name, *shape):
        result[name + ".weight"] = shape
        result[name + ".bias"] = shape[-1:]

    def units(name, asides):
        for stack, width, more in ("vertical", 3, 0), ("horizontal", 2, 1):
            layer(f"{name}.{stack}.first", 2, width, 2 * FEATURES, FEATURES)
            layer(f"{name}.{stack}.second", 2, width, 2 * FEATURES, 2 * FEATURES)
            for number in range(asides + more):
                result[f"{name}.{stack}.asides.{number}.weight"] = (2 * FEATURES, FEATURES)

    layer("network.rowsAbove", 2, 3, 4, FEATURES)
    layer("network.rowAbove", 1, 3, 4, FEATURES)
    layer("network.columnLeft", 2, 1, 4, FEATURES)
    for level in range(DEPTH + 1):
        name = f"network.levels.{level}."
        units(name + "encoder.0", 0)
        for number in range(1 if level == DEPTH else 2):
            units(f"{name}decoder.{number}", 1)
        if level < DEPTH:
            layer(name + "crossing.verticalDown", 2, 3, FEATURES, FEATURES)
            layer(name + "crossing.horizontalDown", 2, 2, FEATURES, FEATURES)
            layer(name + "crossing.verticalUp", 2, 2, FEATURES, FEATURES)
            layer(name + "crossing.horizontalUp", 2, 2, FEATURES, FEATURES)
        # Transposed filters are [height, width, out, in], which is the same here.
    layer("network.head", FEATURES, 10 * COMPONENTS)
    return result


def main():
    random = np.random.RandomState(17)
    x = torch.tensor(random.randint(0, 256, (2, 8, 4, 3)) / 127.5 - 1)
    golden = case(random, shapes(), x, lambda w: network(w, x))
    print(json.dumps(golden, separators=(",", ":"), sort_keys=True))


if __name__ == "__main__":
    main()
