"""Writes latent_curves.json: losses of small autoencoders and VAEs that PyTorch trains in float64, with the initial weights, pictures, classes and
noise that they follow from. Run: python latent_curves.py > latent_curves.json (NumPy and PyTorch)."""

import json
import math

import numpy as np
import torch
import torch.nn.functional as F

SIDE, CLASSES, EXAMPLES, BATCH, LATENTS, RATE = 8, 3, 16, 8, 3, 5e-3
random = np.random.RandomState(11)


def rounded(values):
    """Numbers that are the same in float32 and as short decimal text."""
    return np.round(values * 1024) / 1024


images = rounded(random.uniform(0, 1, (EXAMPLES, SIDE, SIDE, 1)) ** 3)
labels = random.randint(0, CLASSES, EXAMPLES)


def convolutional(features, hidden, outputs, heads, conditions=0):
    """Shapes of the layers: filters are [height, width, inputs, outputs], those of up-convolutions the other way round."""
    shapes, inputs = {}, 1
    for number, filters in enumerate(features):
        shapes[f"encoder.{number}"] = (4, 4, inputs, filters)
        inputs = filters
    flat = (SIDE >> len(features)) ** 2 * inputs
    shapes[f"encoder.{len(features)}"] = (flat + conditions, hidden)
    for head in heads:
        shapes[head] = (hidden, LATENTS)
    shapes["decoder.0"], shapes["decoder.1"] = (LATENTS + conditions, hidden), (hidden, flat)
    back = list(reversed(features))
    for number, filters in enumerate(back[1:]):
        shapes[f"decoder.{number + 2}"] = (4, 4, filters, back[number])
    shapes["last"] = (4, 4, outputs, back[-1])
    return shapes


def perceptron(hidden, outputs, heads, conditions=0):
    pixels = SIDE * SIDE
    shapes = {"encoder.0": (pixels + conditions, hidden)}
    for head in heads:
        shapes[head] = (hidden, LATENTS)
    shapes["decoder.0"] = (LATENTS + conditions, hidden)
    shapes["last"] = (hidden, pixels * outputs)
    return shapes


class Network:
    def __init__(self, shapes):
        self.initial = {}
        for name, shape in shapes.items():
            outputs = shape[2] if name == "last" and len(shape) == 4 else shape[-1]
            if name.startswith("decoder") and len(shape) == 4:
                outputs = shape[2]
            self.initial[name + ".weight"] = rounded(random.uniform(-0.3, 0.3, shape))
            self.initial[name + ".bias"] = rounded(random.uniform(-0.3, 0.3, outputs))
        self.weights = {n: torch.tensor(v, requires_grad=True) for n, v in self.initial.items()}

    def layer(self, name, x):
        w, b = self.weights[name + ".weight"], self.weights[name + ".bias"]
        if w.ndim == 2:
            return x @ w + b
        x = x.permute(0, 3, 1, 2)
        if name.startswith("encoder"):
            y = F.conv2d(x, w.permute(3, 2, 0, 1), b, stride=2, padding=1)
        else:
            y = F.conv_transpose2d(x, w.permute(3, 2, 0, 1), b, stride=2, padding=1)
        return y.permute(0, 2, 3, 1)

    def encode(self, x, c):
        h = x
        for name in [n[:-7] for n in self.weights if n.startswith("encoder") and n.endswith("weight")]:
            if self.weights[name + ".weight"].ndim == 2 and h.ndim == 4:
                h = torch.cat([h.flatten(1)] + c, 1)
            h = F.relu(self.layer(name, h))
        return h

    def decode(self, z, c):
        h = torch.cat([z] + c, 1)
        for name in [n[:-7] for n in self.weights if n.startswith("decoder") and n.endswith("weight")] + ["last"]:
            w = self.weights[name + ".weight"]
            if w.ndim == 4 and h.ndim == 2:
                side = math.isqrt(h.shape[1] // w.shape[3])
                h = h.reshape(-1, side, side, w.shape[3])
            h = self.layer(name, h)
            if name != "last":
                h = F.relu(h)
        return h.reshape(z.shape[0], SIDE, SIDE, -1)


def log_likelihood(kind, r, x):
    if kind == "bernoulli":
        return -F.binary_cross_entropy_with_logits(r, x, reduction="none").flatten(1).sum(1)
    if kind == "gaussian":
        mean, log_variance = r[..., :1], r[..., 1:].clamp(min=-7)
        return torch.distributions.Normal(mean, (0.5 * log_variance).exp()).log_prob(x).flatten(1).sum(1)
    raise ValueError(kind)


def vae_loss(network, o, x, c, epsilon):
    h = network.encode(x, c)
    mean, log_variance = network.layer("mean", h), network.layer("logVariance", h)
    k = epsilon.shape[0]
    z = mean + (0.5 * log_variance).exp() * epsilon
    terms = torch.stack([log_likelihood(o["decoder"], network.decode(z[i], c), x) for i in range(k)])
    if o["objective"] == "iwae":
        prior = torch.distributions.Normal(0, 1).log_prob(z).sum(-1)
        posterior = torch.distributions.Normal(mean, (0.5 * log_variance).exp()).log_prob(z).sum(-1)
        return -(torch.logsumexp(terms + prior - posterior, 0) - math.log(k)).mean()
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp())
    return divergence.sum(1).mean() - terms.mean()


def curve(name, steps, samples=1, **o):
    conditions = CLASSES if o.get("classes") else 0
    heads = ["mean", "logVariance"] if o["objective"] != "squaredError" else ["code"]
    outputs = 2 if o.get("decoder") == "gaussian" else 1
    shapes = (
        convolutional([4, 6], 10, outputs, heads, conditions)
        if o["network"] == "convolutional" else perceptron(12, outputs, heads, conditions)
    )
    network = Network(shapes)
    noise = rounded(random.normal(0, 1, (steps, samples, BATCH, LATENTS)))
    optimizer = torch.optim.Adam(network.weights.values(), lr=RATE)
    losses = []
    for step in range(steps):
        start = step * BATCH % EXAMPLES
        x = torch.tensor(images[start:start + BATCH])
        c = [torch.tensor(np.eye(CLASSES)[labels[start:start + BATCH]])] if conditions else []
        if o["objective"] == "squaredError":
            code = network.layer("code", network.encode(x, c))
            loss = ((network.decode(code, c).sigmoid() - x) ** 2).flatten(1).sum(1).mean()
        else:
            loss = vae_loss(network, o, x, c, torch.tensor(noise[step]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(f"{loss.item():.9g}"))
    return {
        "name": name, **o, "classes": bool(conditions), "samples": samples,
        "initial": {n: v.ravel().tolist() for n, v in network.initial.items()},
        "noise": [] if o["objective"] == "squaredError" else noise.ravel().tolist(), "losses": losses,
    }


curves = [
    curve("convolutional VAE", 100, network="convolutional", objective="elbo", decoder="bernoulli"),
    curve("IWAE", 40, samples=5, network="perceptron", objective="iwae", decoder="bernoulli"),
    curve("conditional VAE with Gaussian pixels", 40, network="convolutional", objective="elbo", decoder="gaussian", classes=True),
    curve("convolutional autoencoder", 40, network="convolutional", objective="squaredError"),
]
print(json.dumps({
    "side": SIDE, "batch": BATCH, "latents": LATENTS, "learningRate": RATE,
    "images": images.ravel().tolist(), "labels": labels.tolist(), "curves": curves,
}, separators=(",", ":"), sort_keys=True))
