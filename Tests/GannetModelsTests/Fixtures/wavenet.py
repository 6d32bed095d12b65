"""Writes wavenet.json: the likelihood that a WaveNet gives to sounds of given classes, computed by PyTorch in float64 from
equations 1 and 2, section 2.5 and figure 4 of van den Oord et al., "WaveNet" (arXiv:1609.03499); with the gradients toward
all weights.
Run: python wavenet.py > wavenet.json (NumPy and PyTorch)."""

import json

import numpy as np
import torch
import torch.nn.functional as F

from network_cases import case

STACKS, LAYERS, FEATURES, SKIP, CLASSES = 2, 3, 3, 4, 2
LABELS = [1, 0]


def negative_log_likelihood(w, levels):
    """Of [batch, samples] of levels; maps are [batch, features, samples]."""

    def point(name, x):
        return F.conv1d(x, w[name + ".weight"].T[:, :, None], w[name + ".bias"])

    # What a sample depends on ends with the one before it.
    x = F.pad(F.embedding(levels, w["embedding.weight"])[:, :-1].mT, (1, 0))
    shifts = w["classes.weight"][LABELS].unflatten(-1, (STACKS * LAYERS, 2 * FEATURES))
    result = 0
    for number in range(STACKS * LAYERS):
        name, dilation = f"layers.{number}.", 2 ** (number % LAYERS)
        taps = w[name + "gates.weight"][0].permute(2, 1, 0)
        gates = F.conv1d(F.pad(x, (dilation, 0)), taps, w[name + "gates.bias"], dilation=dilation)
        f, g = (gates + shifts[:, number, :, None]).chunk(2, 1)
        z = torch.tanh(f) * torch.sigmoid(g)
        result = result + point(name + "skip", z)
        x = x + point(name + "residual", z)
    logits = point("logits", F.relu(point("hidden", F.relu(result))))
    return F.cross_entropy(logits, levels, reduction="none").sum(1)


def shapes():
    result = {
        "embedding.weight": (256, FEATURES), "classes.weight": (CLASSES, STACKS * LAYERS * 2 * FEATURES),
    }

    def layer(name, *shape):
        result[name + ".weight"] = shape
        result[name + ".bias"] = shape[-1:]

    for number in range(STACKS * LAYERS):
        layer(f"layers.{number}.gates", 1, 2, FEATURES, 2 * FEATURES)
        layer(f"layers.{number}.residual", FEATURES, FEATURES)
        layer(f"layers.{number}.skip", FEATURES, SKIP)
    layer("hidden", SKIP, SKIP)
    layer("logits", SKIP, 256)
    return result


def main():
    random = np.random.RandomState(18)
    levels = torch.tensor(random.randint(0, 256, (2, 20)))
    golden = case(random, shapes(), levels, lambda w: negative_log_likelihood(w, levels))
    golden["labels"] = LABELS
    print(json.dumps(golden, separators=(",", ":"), sort_keys=True))


if __name__ == "__main__":
    main()
