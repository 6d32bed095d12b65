"""The models with latents and the flows of gannet-bench in PyTorch, for grey pictures of 28x28 pixels; each gives its loss."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvolutionalVAE(nn.Module):
    """Convolutions with 32 and 64 features, 256 units, 16 latents; the negative evidence lower bound."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 32, 4, 2, 1), nn.Conv2d(32, 64, 4, 2, 1)
        self.encode = nn.Linear(7 * 7 * 64, 256)
        self.mean, self.log_variance = nn.Linear(256, 16), nn.Linear(256, 16)
        self.decode, self.spread = nn.Linear(16, 256), nn.Linear(256, 7 * 7 * 64)
        self.third, self.last = nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ConvTranspose2d(32, 1, 4, 2, 1)

    def forward(self, x):
        h = F.relu(self.encode(F.relu(self.second(F.relu(self.first(x)))).flatten(1)))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        h = F.relu(self.spread(F.relu(self.decode(z)))).reshape(-1, 64, 7, 7)
        logits = self.last(F.relu(self.third(h)))
        cross_entropy = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        return (cross_entropy + divergence) / x.shape[0]


class Residual(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.first = nn.Conv2d(features, features // 2, 3, padding=1)
        self.second = nn.Conv2d(features // 2, features, 1)

    def forward(self, x):
        return x + self.second(F.relu(self.first(F.relu(x))))


class VQVAE(nn.Module):
    """64 features, two halvings, two residual blocks, 128 codes of 16 numbers that follow averages, dead ones replaced."""

    def __init__(self, features=64, codes=128, length=16):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, features, 4, 2, 1), nn.ReLU(), nn.Conv2d(features, features, 4, 2, 1), nn.ReLU(),
            Residual(features), Residual(features), nn.ReLU(), nn.Conv2d(features, length, 1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(length, features, 3, padding=1), Residual(features), Residual(features), nn.ReLU(),
            nn.ConvTranspose2d(features, features, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(features, 1, 4, 2, 1),
        )
        first = (torch.rand(codes, length) * 2 - 1) / codes
        self.register_buffer("codes", first.clone())
        self.register_buffer("sums", first.clone())
        self.register_buffer("counts", torch.ones(codes))

    def forward(self, x):
        z = self.encoder(x).permute(0, 2, 3, 1)
        rows = z.reshape(-1, z.shape[-1])
        with torch.no_grad():
            distances = self.codes.square().sum(1) - 2 * rows @ self.codes.T
            numbers = distances.argmin(1)
            # The codes of the batch are those from before the averages move.
            e = self.codes[numbers]
            places = F.one_hot(numbers, self.codes.shape[0]).float()
            counts = 0.99 * self.counts + 0.01 * places.sum(0)
            sums = 0.99 * self.sums + 0.01 * (places.T @ rows)
            share = rows.shape[0] / self.codes.shape[0]
            dead = counts < 0.01 * share
            drawn = rows[torch.randint(0, rows.shape[0], (self.codes.shape[0],), device=rows.device)]
            self.counts.copy_(torch.where(dead, share, counts))
            self.sums.copy_(torch.where(dead[:, None], share * drawn, sums))
            self.codes.copy_(self.sums / self.counts.clamp(min=1e-5)[:, None])
        commitment = 0.25 * F.mse_loss(rows, e)
        q = (rows + (e - rows).detach()).reshape(z.shape).permute(0, 3, 1, 2)
        return F.mse_loss(self.decoder(q), x) / 0.1 + commitment


class Coupling(nn.Module):
    """An affine coupling with residual blocks of 3x3 convolutions, then a scale and a shift of each channel."""

    def __init__(self, channels, features, mask):
        super().__init__()
        self.first = nn.Conv2d(channels, features, 3, padding=1)
        self.inner = nn.ModuleList(nn.Conv2d(features, features, 3, padding=1) for _ in range(4))
        self.last = nn.Conv2d(features, 2 * channels, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        self.scale = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.offset = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.log_scale = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.register_buffer("mask", mask)

    def forward(self, x):
        h = self.first(self.mask * x)
        for first, second in zip(self.inner[::2], self.inner[1::2]):
            h = h + second(F.relu(first(F.relu(h))))
        s, t = self.last(F.relu(h)).chunk(2, 1)
        s = (1 - self.mask) * self.scale * s.tanh()
        y = x * s.exp() + (1 - self.mask) * t
        y = (y + self.offset) * self.log_scale.exp()
        return y, s.flatten(1).sum(1) + self.log_scale.sum() * x.shape[2] * x.shape[3]


class RealNVP(nn.Module):
    """Two levels, couplings of 32 and 64 features; the negative log-density of logits of noisy pixels."""

    def __init__(self):
        super().__init__()

        def boards(side, channels, features, count):
            board = (torch.arange(side)[:, None] + torch.arange(side)) % 2
            masks = [(board == number % 2).float() for number in range(count)]
            return nn.ModuleList(Coupling(channels, features, mask) for mask in masks)

        half = (torch.arange(4) < 2).float().view(1, 4, 1, 1)
        self.full = boards(28, 1, 32, 3)
        self.halves = nn.ModuleList(Coupling(4, 32, half if n % 2 == 0 else 1 - half) for n in range(3))
        self.coarse = boards(14, 2, 64, 4)

    def forward(self, x):
        p = 1e-6 + (1 - 2e-6) * (torch.round(x * 255) + torch.rand_like(x)) / 256
        forth, back = p.log(), (1 - p).log()
        h, total = forth - back, (math.log(1 - 2e-6) - forth - back).flatten(1).sum(1)
        for coupling in self.full:
            h, determinant = coupling(h)
            total = total + determinant
        h = F.pixel_unshuffle(h, 2)
        for coupling in self.halves:
            h, determinant = coupling(h)
            total = total + determinant
        h, leaving = h.chunk(2, 1)
        for coupling in self.coarse:
            h, determinant = coupling(h)
            total = total + determinant
        z = torch.cat([leaving.flatten(1), h.flatten(1)], 1)
        constant = z.shape[1] * (0.5 * math.log(2 * math.pi) + math.log(256))
        return (0.5 * z.square().sum(1) + constant - total).mean()


NETWORKS = {"convolutional-vae": ConvolutionalVAE, "vq-vae": VQVAE, "realnvp": RealNVP}
