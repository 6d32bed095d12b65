"""Writes code_and_flow_curves.json: losses of small VQ-VAEs and of a small Real NVP that PyTorch trains in float64, with the initial weights, pictures
and noise that they follow from. Run: python code_and_flow_curves.py > code_and_flow_curves.json (NumPy and PyTorch)."""

import json
import math

import numpy as np
import torch
import torch.nn.functional as F

SIDE, EXAMPLES, BATCH, STEPS, RATE = 8, 16, 8, 100, 2e-3
CODES, CODE_FEATURES, FEATURES, COMMITMENT, DECAY, VARIANCE = 8, 3, 6, 0.25, 0.9, 0.1
random = np.random.RandomState(5)


def rounded(values):
    """Numbers that are the same in float32 and as short decimal text."""
    return np.round(values * 1024) / 1024


# Levels of 256, which are the same in float32.
images = np.round(random.uniform(0, 1, (EXAMPLES, SIDE, SIDE, 1)) ** 3 * 255) / 255


class Weights:
    """Weights by the names of the model's parameters: filters are [height, width, inputs, outputs], those of up-convolutions the other way round."""

    def __init__(self):
        self.initial, self.values, self.buffers = {}, {}, {}

    def add(self, name, shape, bound=0.3, trained=True):
        self.initial[name] = rounded(random.uniform(-bound, bound, shape))
        if trained:
            self.values[name] = torch.tensor(self.initial[name], requires_grad=True)
        else:
            self.buffers[name] = torch.tensor(self.initial[name])

    def convolution(self, name, kernel, inputs, outputs, bound=0.3):
        self.add(name + ".weight", (kernel, kernel, inputs, outputs), bound)
        self.add(name + ".bias", (outputs,), bound)

    def convolve(self, name, x, **options):
        w = self.values[name + ".weight"].permute(3, 2, 0, 1)
        return F.conv2d(x, w, self.values[name + ".bias"], **options)


def train(weights, loss_of, after=lambda: None):
    optimizer = torch.optim.Adam(weights.values.values(), lr=RATE)
    losses = []
    for step in range(STEPS):
        start = step * BATCH % EXAMPLES
        loss = loss_of(step, torch.tensor(images[start:start + BATCH]).permute(0, 3, 1, 2))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        after()
        losses.append(float(f"{loss.item():.9g}"))
    return {
        "initial": {n: v.ravel().tolist() for n, v in weights.initial.items()}, "losses": losses,
    }


def vq_vae(averages):
    w = Weights()
    w.convolution("encoder.down.0", 4, 1, FEATURES)
    w.convolution("encoder.blocks.0.first", 3, FEATURES, FEATURES // 2)
    w.convolution("encoder.blocks.0.second", 1, FEATURES // 2, FEATURES)
    w.convolution("code", 1, FEATURES, CODE_FEATURES, 0.6)
    w.add("book.codes", (CODES, CODE_FEATURES), 0.5, trained=not averages)
    w.convolution("decoder.first", 3, CODE_FEATURES, FEATURES)
    w.convolution("decoder.blocks.0.first", 3, FEATURES, FEATURES // 2)
    w.convolution("decoder.blocks.0.second", 1, FEATURES // 2, FEATURES)
    w.add("decoder.up.0.weight", (4, 4, 1, FEATURES))
    w.add("decoder.up.0.bias", (1,))
    if averages:
        w.initial["book.counts"] = np.ones(CODES)
        w.initial["book.sums"] = w.initial["book.codes"]
        w.buffers["counts"], w.buffers["sums"] = torch.ones(CODES, dtype=torch.float64), w.buffers["book.codes"]
    pending = {}

    def block(name, x):
        return x + w.convolve(name + ".second", F.relu(w.convolve(name + ".first", F.relu(x), padding=1)))

    def loss(step, x):
        codes = w.buffers["book.codes"] if averages else w.values["book.codes"]
        h = F.relu(w.convolve("encoder.down.0", x, stride=2, padding=1))
        z = w.convolve("code", F.relu(block("encoder.blocks.0", h))).permute(0, 2, 3, 1)
        rows = z.reshape(-1, CODE_FEATURES)
        numbers = torch.cdist(rows.detach(), codes.detach()).argmin(1)
        e = codes[numbers]
        result = COMMITMENT * F.mse_loss(rows, e.detach())
        if averages:
            places = F.one_hot(numbers, CODES).double()
            pending["counts"], pending["sums"] = places.sum(0), places.T @ rows.detach()
        else:
            result = result + F.mse_loss(e, rows.detach())
        q = (rows + (e - rows).detach()).reshape(z.shape).permute(0, 3, 1, 2)
        h = block("decoder.blocks.0", w.convolve("decoder.first", q, padding=1))
        up = w.values["decoder.up.0.weight"].permute(3, 2, 0, 1)
        seen = F.conv_transpose2d(F.relu(h), up, w.values["decoder.up.0.bias"], stride=2, padding=1)
        return result + F.mse_loss(seen, x) / VARIANCE

    def follow():
        if averages:
            for name in ["counts", "sums"]:
                w.buffers[name] = DECAY * w.buffers[name] + (1 - DECAY) * pending[name]
            w.buffers["book.codes"] = w.buffers["sums"] / w.buffers["counts"][:, None]

    return train(w, loss, follow)


def real_nvp():
    w = Weights()
    parts = random.randint(0, 256, (STEPS, BATCH, SIDE, SIDE, 1))
    noise = (parts + 0.5) / 256
    kinds = [["board"] * 3 + ["squeeze"] + ["half"] * 3, ["board"] * 4]
    flow, channels = [], 1
    for level, layers in enumerate(kinds):
        place = 0
        for number, kind in enumerate(layers):
            if kind == "squeeze":
                channels *= 4
                flow.append(("squeeze", None, None))
                place += 1
                continue
            name, features = f"flow.levels.{level}.layers.{place}", 4 << level
            w.convolution(name + ".network.first", 3, channels, features)
            w.convolution(name + ".network.blocks.0.first", 3, features, features, 0.2)
            w.convolution(name + ".network.blocks.0.second", 3, features, features, 0.2)
            w.convolution(name + ".network.last", 3, features, 2 * channels, 0.05)
            w.add(name + ".scale", (channels,))
            norm = f"flow.levels.{level}.layers.{place + 1}"
            w.add(norm + ".offset", (channels,))
            w.add(norm + ".logScale", (channels,), 0.1)
            # Which half is kept, in turn within each kind.
            first = (number if kind == "board" else number - 4) % 2 == 0
            flow.append((kind, name, first))
            flow.append(("norm", norm, None))
            place += 2
        if level == 0:
            flow.append(("leave", None, None))
            channels //= 2

    def loss(step, x):
        u = torch.tensor(noise[step]).permute(0, 3, 1, 2)
        p = 1e-6 + (1 - 2e-6) * (torch.round(x * 255) + u) / 256
        h = p.log() - (1 - p).log()
        total, parts = torch.zeros(BATCH, dtype=torch.float64), []
        for kind, name, first in flow:
            if kind == "squeeze":
                h = F.pixel_unshuffle(h, 2)
            elif kind == "leave":
                h, leaving = h.chunk(2, 1)
                parts.append(leaving.flatten(1))
            elif kind == "norm":
                s = w.values[name + ".logScale"]
                h = (h + w.values[name + ".offset"].view(1, -1, 1, 1)) * s.exp().view(1, -1, 1, 1)
                total = total + s.sum() * h.shape[2] * h.shape[3]
            else:
                count, height, width = h.shape[1:]
                if kind == "half":
                    second = (torch.arange(count) >= count // 2).double().view(1, -1, 1, 1)
                else:
                    second = ((torch.arange(height)[:, None] + torch.arange(width)) % 2).double()
                mask = 1 - second if first else second
                r = w.convolve(name + ".network.first", mask * h, padding=1)
                inner = F.relu(w.convolve(name + ".network.blocks.0.first", F.relu(r), padding=1))
                r = r + w.convolve(name + ".network.blocks.0.second", inner, padding=1)
                r = w.convolve(name + ".network.last", F.relu(r), padding=1)
                s = (1 - mask) * w.values[name + ".scale"].view(1, -1, 1, 1) * r[:, :count].tanh()
                h = h * s.exp() + (1 - mask) * r[:, count:]
                total = total + s.flatten(1).sum(1)
        z = torch.cat(parts + [h.flatten(1)], 1)
        return (0.5 * (z ** 2).sum(1) + 0.5 * math.log(2 * math.pi) * z.shape[1] - total).mean()

    return train(w, loss) | {"noise": parts.ravel().tolist()}


print(json.dumps({
    "images": (images * 255).round().astype(int).ravel().tolist(), "codesByLoss": vq_vae(False),
    "codesByAverages": vq_vae(True), "realNVP": real_nvp(),
}, separators=(",", ":"), sort_keys=True))
