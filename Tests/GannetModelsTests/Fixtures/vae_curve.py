"""Writes vae_curve.json: the first 20 losses of a small VAE trained by PyTorch in float64, with the initial weights,
pictures and noise that they follow from. Run: python vae_curve.py > vae_curve.json (NumPy and PyTorch)."""

import json

import numpy as np
import torch
import torch.nn.functional as F

PIXELS, HIDDEN, LATENTS, EXAMPLES, BATCH, STEPS, RATE = 25, 12, 3, 16, 8, 20, 1e-2
random = np.random.RandomState(7)


def rounded(values):
    """Numbers that are the same in float32 and as short decimal text."""
    return np.round(values * 4096) / 4096


shapes = {
    "encoder.0.weight": (PIXELS, HIDDEN), "encoder.0.bias": (HIDDEN,),
    "mean.weight": (HIDDEN, LATENTS), "mean.bias": (LATENTS,),
    "logVariance.weight": (HIDDEN, LATENTS), "logVariance.bias": (LATENTS,),
    "decoder.0.weight": (LATENTS, HIDDEN), "decoder.0.bias": (HIDDEN,),
    "logits.weight": (HIDDEN, PIXELS), "logits.bias": (PIXELS,),
}
initial = {name: rounded(random.uniform(-0.4, 0.4, shape)) for name, shape in shapes.items()}
images = rounded(random.uniform(0, 1, (EXAMPLES, PIXELS)) ** 3)
noise = rounded(random.normal(0, 1, (STEPS, BATCH, LATENTS)))
x = torch.tensor(images)
weights = {name: torch.tensor(value, requires_grad=True) for name, value in initial.items()}
optimizer = torch.optim.Adam(weights.values(), lr=RATE)


def linear(name, values):
    return values @ weights[name + ".weight"] + weights[name + ".bias"]


losses = []
for step in range(STEPS):
    start = step * BATCH % EXAMPLES
    batch, epsilon = x[start:start + BATCH], torch.tensor(noise[step])
    h = F.relu(linear("encoder.0", batch))
    mean, log_variance = linear("mean", h), linear("logVariance", h)
    z = mean + torch.exp(0.5 * log_variance) * epsilon
    logits = linear("logits", F.relu(linear("decoder.0", z)))
    loss = (
        F.binary_cross_entropy_with_logits(logits, batch, reduction="sum")
        - 0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum()
    ) / BATCH
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

print(json.dumps({
    "pixels": PIXELS, "hidden": HIDDEN, "latents": LATENTS, "batch": BATCH, "learningRate": RATE,
    "initial": {name: value.ravel().tolist() for name, value in initial.items()},
    "images": images.ravel().tolist(), "noise": noise.ravel().tolist(), "losses": losses,
}, separators=(",", ":"), sort_keys=True))
