"""Writes autoregressive_curves.json: the first 200 losses of a small PixelCNN, Gated PixelCNN, Row LSTM and Diagonal BiLSTM
trained by PyTorch in float64, with the initial weights and pictures that they follow from. The recurrent layers are those of
torch_causal.py, the gated ones those of gated_networks.py.
Run: python autoregressive_curves.py > autoregressive_curves.json (NumPy and PyTorch)."""

import json

import numpy as np
import torch
import torch.nn.functional as F

from gated_networks import convolution, gated, rounded, shapes as gated_shapes
from torch_causal import diagonal_bilstm as bilstm_layer
from torch_causal import row_lstm as row_layer

SIDE, FEATURES, EXAMPLES, BATCH, STEPS, RATE = 8, 4, 32, 8, 200, 3e-3
random = np.random.RandomState(11)


def pictures():
    """Black and white pictures of a disc or a bar each, with some noise."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    result = []
    for number in range(EXAMPLES):
        y, x, size = random.uniform(2, 6), random.uniform(2, 6), random.uniform(1, 3)
        disc = (rows - y) ** 2 + (columns - x) ** 2 < size**2
        shape = disc if number % 2 else abs(columns - x) < size / 2
        result.append(shape ^ (random.uniform(size=(SIDE, SIDE)) < 0.03))
    return np.array(result, dtype=np.float64)


def head(w, first, x):
    x = convolution(w, f"network.{first}.layer", F.relu(x))
    return convolution(w, f"network.{first + 2}.layer", F.relu(x))


def pixelcnn(w, x):
    x = convolution(w, "network.0.layer", x, "A")
    for block in (1, 2):
        y = convolution(w, f"network.{block}.body.1.layer", F.relu(x))
        y = convolution(w, f"network.{block}.body.3.layer", F.relu(y), "B")
        x = x + convolution(w, f"network.{block}.body.5.layer", F.relu(y))
    return head(w, 4, x)


def row_lstm(w, x):
    x = convolution(w, "network.0.layer", x, "A")
    for layer in (1, 2):
        name = f"network.{layer}.body.0."
        own = [w[f"{name}inputToState.layer.{part}"] for part in ("weight", "bias")]
        y = row_layer()(x, *own, w[name + "stateToState.weight"])
        x = x + convolution(w, f"network.{layer}.body.1.layer", y)
    return head(w, 4, x)


def diagonal_bilstm(w, x):
    x = convolution(w, "network.0.layer", x, "A")
    parts = ("inputToState.layer.weight", "inputToState.layer.bias", "stateToState")
    y = bilstm_layer()(x, *(w[f"network.1.body.0.{side}.{part}"] for side in ("left", "right") for part in parts))
    return head(w, 3, x + convolution(w, "network.1.body.1.layer", y))


def shapes(model):
    h = FEATURES
    result = {}

    def layer(name, *shape, bias=True):
        result[name + ".weight"] = shape
        if bias:
            result[name + ".bias"] = shape[-1:]

    if model == "gated":
        return gated_shapes(features=h, blocks=2)
    layer("network.0.layer", 7, 7, 1, 2 * h)
    blocks = 1 if model == "diagonal" else 2
    for block in range(1, blocks + 1):
        name = f"network.{block}.body."
        if model == "pixelCNN":
            layer(name + "1.layer", 1, 1, 2 * h, h)
            layer(name + "3.layer", 3, 3, h, h)
            layer(name + "5.layer", 1, 1, h, 2 * h)
        elif model == "row":
            layer(name + "0.inputToState.layer", 1, 3, 2 * h, 4 * h)
            layer(name + "0.stateToState", 1, 3, h, 4 * h, bias=False)
            layer(name + "1.layer", 1, 1, h, 2 * h)
        else:
            for side in ("left", "right"):
                layer(f"{name}0.{side}.inputToState.layer", 1, 1, 2 * h, 4 * h)
                result[f"{name}0.{side}.stateToState"] = (2, h, 4 * h)
            layer(name + "1.layer", 1, 1, h, 2 * h)
    layer(f"network.{blocks + 2}.layer", 1, 1, 2 * h, 2 * h)
    layer(f"network.{blocks + 4}.layer", 1, 1, 2 * h, 1)
    return result


images = pictures()
x = torch.tensor(images)[..., None]
models = {"pixelCNN": pixelcnn, "gated": gated, "row": row_lstm, "diagonal": diagonal_bilstm}
curves = {}
for model, logits in models.items():
    initial = {
        name: rounded(random.uniform(-0.3, 0.3, shape)) for name, shape in shapes(model).items()
    }
    weights = {name: torch.tensor(value, requires_grad=True) for name, value in initial.items()}
    optimizer = torch.optim.Adam(weights.values(), lr=RATE)
    losses = []
    for step in range(STEPS):
        start = step * BATCH % EXAMPLES
        batch = x[start : start + BATCH]
        loss = F.binary_cross_entropy_with_logits(logits(weights, batch), batch, reduction="sum") / BATCH
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(round(loss.item(), 6))
    curves[model] = {
        "initial": {name: value.ravel().tolist() for name, value in initial.items()}, "losses": losses,
    }

print(json.dumps({
    "side": SIDE, "features": FEATURES, "batch": BATCH, "learningRate": RATE,
    "images": images.astype(int).ravel().tolist(), "curves": curves,
}, separators=(",", ":"), sort_keys=True))
