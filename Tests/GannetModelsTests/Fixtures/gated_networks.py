"""Writes gated_networks.json: what a Gated PixelCNN for red, green and blue makes of pictures, and how likely a conditional
one finds black and white pictures of given classes, computed by PyTorch in float64 from equations 2 and 4 and figure 2 of van
den Oord et al., "Conditional Image Generation with PixelCNN Decoders" (arXiv:1606.05328); with the gradients of
sum(output * weight) toward all weights.
Run: python gated_networks.py > gated_networks.json (NumPy and PyTorch)."""

import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

# The layers that these networks share with others.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "GannetTests/Fixtures"))
from torch_layers import back, images, masked

from network_cases import case


def convolution(w, name, x, kind=None, colours=1):
    """A convolution of [batch, height, width, channels] that keeps the size; masked where it is of type A or B."""
    weight, bias = w[name + ".weight"], w.get(name + ".bias")
    if kind:
        return masked(kind, colours)(x, weight, bias)
    padding = (weight.shape[0] // 2, weight.shape[1] // 2)
    return back(F.conv2d(images(x), weight.permute(3, 2, 0, 1), bias, padding=padding))


def unit(sums, colours):
    """Equation 2, of gates that each colour has side by side."""
    f, g = sums.unflatten(-1, (colours, 2, -1)).unbind(-2)
    return (torch.tanh(f) * torch.sigmoid(g)).flatten(-2)


def gated(w, x, colours=1, labels=None):
    """Figure 2; classes shift the gates of both stacks as in equation 4, and by a map as in equation 5."""
    v = h = x
    blocks = sum(name.endswith("across.weight") for name in w)
    shifts = torch.zeros(len(x), blocks, 2, 1, dtype=x.dtype)
    if labels is not None:
        shifts = w["network.classes.weight"][labels].unflatten(-1, (blocks, 2, -1))
    shifts = shifts[:, :, :, None, None]
    if "network.maps.weight" in w:
        maps = w["network.maps.weight"][labels].unflatten(-1, (*x.shape[1:3], -1))
        filters = torch.stack([w[f"network.blocks.{block}.location.weight"] for block in range(blocks)])
        placed = torch.einsum("bhwm,nmf->bnhwf", maps, filters).unflatten(-1, (2, -1))
        shifts = shifts + placed.permute(0, 1, 4, 2, 3, 5)
    for block in range(blocks):
        name = f"network.blocks.{block}."
        weight, bias = w[name + "vertical.weight"], w[name + "vertical.bias"]
        rows, width = weight.shape[:2]
        # The first layer sees the rows above alone, the others their own, too.
        above = rows if block == 0 else rows - 1
        padded = F.pad(images(v), (width // 2, width // 2, above, 0))
        sums = back(F.conv2d(padded, weight.permute(3, 2, 0, 1), bias))[:, : x.shape[1]]
        gates = convolution(w, name + "horizontal.layer", h, "A" if block == 0 else "B", colours)
        gates = gates + convolution(w, name + "across", sums)
        v = unit(sums + shifts[:, block, 0], colours)
        y = unit(gates + shifts[:, block, 1], colours)
        y = convolution(w, name + "output.layer", y, "B", colours)
        h = y if block == 0 else h + y
    h = convolution(w, "network.head.1.layer", F.relu(h), "B", colours)
    return convolution(w, "network.head.3.layer", F.relu(h), "B", colours)


def shapes(features, blocks, channels=1, classes=None, map_size=None):
    """The weights of a network for pixels that are black or white in each channel."""
    result = {}

    def layer(name, *shape):
        result[name + ".weight"] = shape
        result[name + ".bias"] = shape[-1:]

    for block in range(blocks + 1):
        name, inputs = f"network.blocks.{block}.", channels if block == 0 else features
        kernel, rows = (7, 3) if block == 0 else (3, 2)
        layer(name + "vertical", rows, kernel, inputs, 2 * features)
        layer(name + "across", 1, 1, 2 * features, 2 * features)
        layer(name + "horizontal.layer", 1, kernel, inputs, 2 * features)
        layer(name + "output.layer", 1, 1, features, features)
    layer("network.head.1.layer", 1, 1, features, features)
    layer("network.head.3.layer", 1, 1, features, channels)
    if classes:
        result["network.classes.weight"] = (classes, (blocks + 1) * 4 * features)
    if map_size:
        height, width, map_features = map_size
        result["network.maps.weight"] = (classes, height * width * map_features)
        for block in range(blocks + 1):
            result[f"network.blocks.{block}.location.weight"] = (map_features, 4 * features)
    return result


def main():
    random = np.random.RandomState(16)

    def pictures(*shape):
        return torch.tensor(random.randint(0, 2, shape).astype(np.float64))

    labels = [2, 0, 1]
    rgb, binary = pictures(2, 4, 3, 3), pictures(3, 4, 3, 1)

    def negative_log_likelihood(w):
        logits = gated(w, binary, labels=torch.tensor(labels))
        return F.binary_cross_entropy_with_logits(logits, binary, reduction="none").sum((1, 2, 3))

    colours = case(random, shapes(6, 1, channels=3), rgb, lambda w: gated(w, rgb, colours=3))
    classes = case(random, shapes(4, 1, classes=3), binary, negative_log_likelihood)
    maps = case(random, shapes(4, 1, classes=3, map_size=(4, 3, 2)), binary, negative_log_likelihood)
    classes["labels"] = maps["labels"] = labels
    golden = {"colours": colours, "classes": classes, "maps": maps}
    print(json.dumps(golden, separators=(",", ":"), sort_keys=True))


if __name__ == "__main__":
    main()
