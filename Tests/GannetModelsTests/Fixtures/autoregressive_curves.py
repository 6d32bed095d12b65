"""Writes autoregressive_curves.json: the first 200 losses of a small PixelCNN, Gated PixelCNN, Row LSTM and Diagonal BiLSTM
trained by PyTorch in float64, with the initial weights and pictures that they follow from. What Gannet computes by skewed
maps and masks without multiplications is written here pixel by pixel, and with masks that multiply.
Run: python autoregressive_curves.py > autoregressive_curves.json (NumPy and PyTorch)."""

import json

import numpy as np
import torch
import torch.nn.functional as F

SIDE, FEATURES, EXAMPLES, BATCH, STEPS, RATE = 8, 4, 32, 8, 200, 3e-3
random = np.random.RandomState(11)


def rounded(values):
    """Numbers that are the same in float32 and as short decimal text."""
    return np.round(values * 1024) / 1024


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


def convolution(w, name, x, kind=None):
    """A convolution of [batch, height, width, channels] that keeps the size; masked where it is of type A or B."""
    weight, bias = w[name + ".weight"], w.get(name + ".bias")
    height, width = weight.shape[:2]
    if kind:
        mask = torch.zeros(height, width)
        mask[: height // 2] = 1
        mask[height // 2, : width // 2 + (kind == "B")] = 1
        weight = weight * mask[:, :, None, None]
    x = F.pad(x.permute(0, 3, 1, 2), (width // 2, width // 2, height // 2, height // 2))
    return F.conv2d(x, weight.permute(3, 2, 0, 1), bias).permute(0, 2, 3, 1)


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


def gated(w, x):
    v = h = x
    for block in range(3):
        name = f"network.blocks.{block}."
        weight, bias = w[name + "vertical.weight"], w[name + "vertical.bias"]
        rows, width = weight.shape[:2]
        # The first layer sees the rows above alone, the others their own, too.
        above = rows if block == 0 else rows - 1
        padded = F.pad(v.permute(0, 3, 1, 2), (width // 2, width // 2, above, 0))
        sums = F.conv2d(padded, weight.permute(3, 2, 0, 1), bias).permute(0, 2, 3, 1)[:, :SIDE]
        gates = convolution(w, name + "horizontal.layer", h, "A" if block == 0 else "B")
        gates = gates + convolution(w, name + "across", sums)
        v = torch.tanh(sums[..., :FEATURES]) * torch.sigmoid(sums[..., FEATURES:])
        y = torch.tanh(gates[..., :FEATURES]) * torch.sigmoid(gates[..., FEATURES:])
        y = convolution(w, name + "output.layer", y)
        h = y if block == 0 else h + y
    h = convolution(w, "network.head.1.layer", F.relu(h))
    return convolution(w, "network.head.3.layer", F.relu(h))


def cell(sums, c):
    """Equation 3 of the PixelRNN paper: the gates o, f, i and g."""
    o, f, i, g = sums.chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def row_lstm(w, x):
    x = convolution(w, "network.0.layer", x, "A")
    for layer in (1, 2):
        name = f"network.{layer}.body.0."
        gates = convolution(w, name + "inputToState.layer", x, "B")
        h = c = torch.zeros(len(x), SIDE, FEATURES, dtype=x.dtype)
        rows = []
        for row in range(SIDE):
            sums = gates[:, row] + convolution(w, name + "stateToState", h[:, None])[:, 0]
            h, c = cell(sums, c)
            rows.append(h)
        x = x + convolution(w, f"network.{layer}.body.1.layer", torch.stack(rows, 1))
    return head(w, 4, x)


def diagonal(w, x, name, step):
    """One direction: step is 1 from the left, -1 from the right."""
    gates = convolution(w, name + "inputToState.layer", x)
    above, before = w[name + "stateToState"]
    zero = torch.zeros(len(x), FEATURES, dtype=x.dtype)
    h = {}
    for row in range(SIDE):
        c = zero
        for column in range(SIDE)[::step]:
            sums = gates[:, row, column] + h.get((row - 1, column), zero) @ above
            sums = sums + h.get((row, column - step), zero) @ before
            h[row, column], c = cell(sums, c)
    return torch.stack([torch.stack([h[r, c] for c in range(SIDE)], 1) for r in range(SIDE)], 1)


def diagonal_bilstm(w, x):
    x = convolution(w, "network.0.layer", x, "A")
    name = "network.1.body.0."
    right = diagonal(w, x, name + "right.", -1)
    shifted = torch.cat([torch.zeros_like(right[:, :1]), right[:, :-1]], 1)
    y = diagonal(w, x, name + "left.", 1) + shifted
    return head(w, 3, x + convolution(w, "network.1.body.1.layer", y))


def shapes(model):
    h = FEATURES
    result = {}

    def layer(name, *shape, bias=True):
        result[name + ".weight"] = shape
        if bias:
            result[name + ".bias"] = shape[-1:]

    if model == "gated":
        for block in range(3):
            name, inputs = f"network.blocks.{block}.", 1 if block == 0 else h
            kernel, rows = (7, 3) if block == 0 else (3, 2)
            layer(name + "vertical", rows, kernel, inputs, 2 * h)
            layer(name + "across", 1, 1, 2 * h, 2 * h)
            layer(name + "horizontal.layer", 1, kernel, inputs, 2 * h)
            layer(name + "output.layer", 1, 1, h, h)
        layer("network.head.1.layer", 1, 1, h, h)
        layer("network.head.3.layer", 1, 1, h, 1)
        return result
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
