"""Writes adversarial_curves.json: losses of both networks of a small DCGAN and of a small WGAN-GP that PyTorch trains in float64, with the initial
weights, pictures and noise that they follow from. Run: python adversarial_curves.py > adversarial_curves.json (NumPy and PyTorch)."""

import json

import numpy as np
import torch
import torch.nn.functional as F

SIDE, EXAMPLES, BATCH, STEPS, RATE, LATENTS, FEATURES, CRITIC_STEPS = 16, 16, 4, 50, 1e-3, 5, 4, 5
random = np.random.RandomState(11)


def rounded(values, parts=1024):
    """Numbers that are the same in float32 and as short decimal text."""
    return np.round(values * parts) / parts


# Levels of 256: a bright bar across each picture, and some noise.
images = random.uniform(0, 0.2, (EXAMPLES, SIDE, SIDE))
for number in range(EXAMPLES):
    images[number, number % SIDE] += 0.7
images = np.round(images * 255) / 255


class Weights:
    """Weights by the names of the model's parameters."""

    def __init__(self, has_norm):
        f, self.has_norm = FEATURES, has_norm
        self.initial, self.values = {}, {}
        # Filters are [height, width, inputs, outputs], those of up-convolutions [height, width, outputs, inputs].
        self.add("generator.projection.weight", (LATENTS, 4 * 4 * 2 * f))
        for number, width in enumerate((2 * f, f)):
            self.add(f"generator.norms.{number}.scale", (width,), 0.2, 1)
            self.add(f"generator.norms.{number}.offset", (width,))
        self.add("generator.layers.0.weight", (4, 4, f, 2 * f))
        self.add("generator.layers.1.weight", (4, 4, 1, f))
        self.add("generator.layers.1.bias", (1,))
        self.add("discriminator.layers.0.weight", (4, 4, 1, f))
        self.add("discriminator.layers.0.bias", (f,))
        self.add("discriminator.layers.2.weight", (4, 4, f, 2 * f))
        if has_norm:
            self.add("discriminator.layers.3.scale", (2 * f,), 0.2, 1)
            self.add("discriminator.layers.3.offset", (2 * f,))
        else:
            self.add("discriminator.layers.2.bias", (2 * f,))
        self.add("discriminator.source.weight", (4 * 4 * 2 * f, 1))
        self.add("discriminator.source.bias", (1,))

    def add(self, name, shape, bound=0.2, middle=0.0):
        self.initial[name] = rounded(middle + random.uniform(-bound, bound, shape))
        self.values[name] = torch.tensor(self.initial[name], requires_grad=True)

    def optimizer(self, part, betas):
        values = [value for name, value in self.values.items() if name.startswith(part)]
        return torch.optim.Adam(values, lr=RATE, betas=betas)

    def generator(self, z):
        w = {name[10:]: value for name, value in self.values.items() if name.startswith("generator")}
        h = (z @ w["projection.weight"]).reshape(-1, 4, 4, 2 * FEATURES).permute(0, 3, 1, 2)
        for number, bias in enumerate((None, w["layers.1.bias"])):
            h = F.batch_norm(h, None, None, w[f"norms.{number}.scale"], w[f"norms.{number}.offset"], training=True).relu()
            h = F.conv_transpose2d(h, w[f"layers.{number}.weight"].permute(3, 2, 0, 1), bias, stride=2, padding=1)
        return h.tanh()

    def discriminator(self, x):
        w = {name[14:]: value for name, value in self.values.items() if name.startswith("discriminator")}
        h = F.conv2d(x, w["layers.0.weight"].permute(3, 2, 0, 1), w["layers.0.bias"], stride=2, padding=1)
        h = F.conv2d(
            F.leaky_relu(h, 0.2), w["layers.2.weight"].permute(3, 2, 0, 1), w.get("layers.2.bias"), stride=2, padding=1
        )
        if self.has_norm:
            h = F.batch_norm(h, None, None, w["layers.3.scale"], w["layers.3.offset"], training=True)
        return (F.leaky_relu(h, 0.2).permute(0, 2, 3, 1).flatten(1) @ w["source.weight"] + w["source.bias"])[:, 0]


def update(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(f"{loss.item():.9g}")


def curve(has_norm, critic_steps, betas, discriminator_loss, generator_loss):
    weights = Weights(has_norm)
    generator, discriminator = weights.optimizer("generator", betas), weights.optimizer("discriminator", betas)
    noise = rounded(random.normal(0, 1, (STEPS, critic_steps + 1, BATCH, LATENTS)), 64)
    epsilon = (random.randint(0, 256, (STEPS, critic_steps, BATCH)) + 0.5) / 256
    losses = {"generator": [], "discriminator": []}
    for step in range(STEPS):
        z = torch.tensor(noise[step])
        for part in range(critic_steps):
            start = (step * critic_steps + part) * BATCH % EXAMPLES
            real = 2 * torch.tensor(images[start:start + BATCH])[:, None] - 1
            made = weights.generator(z[part]).detach()
            loss = discriminator_loss(weights, real, made, torch.tensor(epsilon[step, part])[:, None, None, None])
            loss = update(discriminator, loss)
        losses["discriminator"].append(loss)
        losses["generator"].append(update(generator, generator_loss(weights, weights.generator(z[critic_steps]))))
    return {
        "initial": {n: v.ravel().tolist() for n, v in weights.initial.items()}, "noise": noise.ravel().tolist(),
        "epsilon": epsilon.ravel().tolist(), "losses": losses,
    }


def dcgan_discriminator(weights, real, made, _):
    return F.softplus(-weights.discriminator(real)).mean() + F.softplus(weights.discriminator(made)).mean()


def wgan_gp_critic(weights, real, made, epsilon):
    between = (epsilon * real + (1 - epsilon) * made).requires_grad_()
    gradient, = torch.autograd.grad(weights.discriminator(between).sum(), between, create_graph=True)
    penalty = 10 * (gradient.square().sum((1, 2, 3)).sqrt() - 1).square().mean()
    return weights.discriminator(made).mean() - weights.discriminator(real).mean() + penalty


print(
    json.dumps(
        {
            "images": np.round(images * 255).astype(int).ravel().tolist(),
            "dcgan": curve(
                True, 1, (0.5, 0.999), dcgan_discriminator, lambda w, made: F.softplus(-w.discriminator(made)).mean()
            ),
            "wganGP": curve(
                False, CRITIC_STEPS, (0.5, 0.9), wgan_gp_critic, lambda w, made: -w.discriminator(made).mean()
            ),
        },
        separators=(",", ":"), sort_keys=True,
    )
)
