"""The training steps of gannet-bench in PyTorch: the same networks, losses and optimizer."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from autoregressive import NETWORKS, SIDE, MaskedConv2d, NegativeLogLikelihood
from operations import LAYOUTS, uniform


class VAE(nn.Module):
    """784-400-20; gives the negative evidence lower bound."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(784, 400)
        self.mean = nn.Linear(400, 20)
        self.log_variance = nn.Linear(400, 20)
        self.decoder = nn.Linear(20, 400)
        self.logits = nn.Linear(400, 784)

    def forward(self, x):
        h = F.relu(self.encoder(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        logits = self.logits(F.relu(self.decoder(z)))
        cross_entropy = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        return (cross_entropy + divergence) / x.shape[0]


class GreyPixelCNN(nn.Module):
    """7x7 A, seven times 3x3 B, 1x1 to 256 grey values; gives the cross entropy."""

    def __init__(self):
        super().__init__()
        layers = [MaskedConv2d("A", 1, 64, 7), nn.ReLU()]
        for _ in range(7):
            layers += [MaskedConv2d("B", 64, 64, 3), nn.ReLU()]
        self.network = nn.Sequential(*layers, nn.Conv2d(64, 256, 1))

    def forward(self, levels):
        logits = self.network(levels.unsqueeze(1).float() / 255)
        return F.cross_entropy(logits, levels)


def generator():
    """100-256-128-64-3, to 32x32 pixels."""
    layers = [nn.ConvTranspose2d(100, 256, 4, bias=False), nn.BatchNorm2d(256), nn.ReLU()]
    for inputs, outputs in ((256, 128), (128, 64)):
        convolution = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)
        layers += [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh())


def discriminator():
    """3-64-128-256-1."""
    layers = [nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2)]
    for inputs, outputs in ((64, 128), (128, 256)):
        convolution = nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False)
        layers += [convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(256, 1, 4))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions after group norm and SiLU, with the time added between them."""

    def __init__(self, inputs, outputs, times):
        super().__init__()
        self.norms = nn.ModuleList([nn.GroupNorm(8, inputs), nn.GroupNorm(8, outputs)])
        self.convolutions = nn.ModuleList(
            [nn.Conv2d(inputs, outputs, 3, padding=1), nn.Conv2d(outputs, outputs, 3, padding=1)]
        )
        self.time = nn.Linear(times, outputs)
        self.around = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x, t):
        h = self.convolutions[0](F.silu(self.norms[0](x)))
        h = h + self.time(t)[:, :, None, None]
        h = self.convolutions[1](F.silu(self.norms[1](h)))
        return h + self.around(x)


class UNet(nn.Module):
    """32, 64 and 128 channels at 28, 14 and 7 pixels."""

    def __init__(self):
        super().__init__()
        times = 128
        self.time = nn.Sequential(
            nn.Linear(32, times), nn.SiLU(), nn.Linear(times, times), nn.SiLU()
        )
        self.first = nn.Conv2d(1, 32, 3, padding=1)
        self.down = nn.ModuleList(
            [ResidualBlock(*pair, times) for pair in ((32, 32), (32, 64), (64, 128))]
        )
        self.smaller = nn.ModuleList([nn.Conv2d(c, c, 3, 2, 1) for c in (32, 64)])
        self.middle = ResidualBlock(128, 128, times)
        self.up = nn.ModuleList([ResidualBlock(*pair, times) for pair in ((192, 64), (96, 32))])
        self.norm = nn.GroupNorm(8, 32)
        self.last = nn.Conv2d(32, 1, 3, padding=1)

    def forward(self, x, features):
        t = self.time(features)
        wide = self.down[0](self.first(x), t)
        half = self.down[1](self.smaller[0](wide), t)
        h = self.middle(self.down[2](self.smaller[1](half), t), t)
        h = self.up[0](torch.cat([F.interpolate(h, scale_factor=2), half], 1), t)
        h = self.up[1](torch.cat([F.interpolate(h, scale_factor=2), wide], 1), t)
        return self.last(F.silu(self.norm(h)))


class Diffusion(nn.Module):
    """Noises images; gives the squared error of the network's guess of the noise."""

    def __init__(self):
        super().__init__()
        self.network = UNet()
        alphas = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
        self.register_buffer("signal", alphas.sqrt())
        self.register_buffer("deviation", (1 - alphas).sqrt())
        self.register_buffer("frequencies", torch.exp(-9.21 * torch.arange(16) / 16))

    def forward(self, x):
        t = torch.randint(0, 1000, (x.shape[0],), device=x.device)
        noise = torch.randn_like(x)
        each = (slice(None), None, None, None)
        noised = self.signal[t][each] * x + self.deviation[t][each] * noise
        angles = t[:, None] * self.frequencies
        features = torch.cat([angles.sin(), angles.cos()], 1)
        return F.mse_loss(self.network(noised, features), noise)


def adam(model, rate=1e-3, betas=(0.9, 0.999)):
    return torch.optim.Adam(model.parameters(), lr=rate, betas=betas, fused=True)


def step_of(model, batch, compiled):
    """A step of a model that gives its own loss."""
    optimizer = adam(model)
    loss = torch.compile(model) if compiled else model

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss(batch).backward()
        optimizer.step()

    return run


def dcgan_step(batch, layout, device, compiled):
    """A step of the discriminator, then one of the generator."""
    make_images = generator().to(device, memory_format=layout)
    judge = discriminator().to(device, memory_format=layout)
    judge_parameters = list(judge.parameters())
    make_optimizer = adam(make_images, 2e-4, (0.5, 0.999))
    judge_optimizer = adam(judge, 2e-4, (0.5, 0.999))
    if compiled:
        make_images, judge = torch.compile(make_images), torch.compile(judge)
    images = uniform(batch, 3, 32, 32, device=device).to(memory_format=layout)

    def latents():
        return torch.randn(batch, 100, 1, 1, device=device).to(memory_format=layout)

    def train_judge(wanted):
        for parameter in judge_parameters:
            parameter.requires_grad_(wanted)

    def run():
        with torch.no_grad():
            made = make_images(latents())
        judge_optimizer.zero_grad(set_to_none=True)
        (F.softplus(-judge(images)).mean() + F.softplus(judge(made)).mean()).backward()
        judge_optimizer.step()
        make_optimizer.zero_grad(set_to_none=True)
        train_judge(False)
        F.softplus(-judge(make_images(latents()))).mean().backward()
        train_judge(True)
        make_optimizer.step()

    return run


def step(o, device, compiled):
    """A function for each layout that makes one step."""

    def of(layout):
        if o.model == "dcgan":
            return dcgan_step(o.batch, layout, device, compiled)
        if o.model == "vae":
            return step_of(VAE().to(device), torch.rand(o.batch, 784, device=device), compiled)
        if o.model == "pixelcnn":
            levels = torch.randint(0, 256, (o.batch, 28, 28), device=device)
            return step_of(GreyPixelCNN().to(device, memory_format=layout), levels, compiled)
        if o.model == "unet":
            images = uniform(o.batch, 1, 28, 28, device=device).to(memory_format=layout)
            return step_of(Diffusion().to(device, memory_format=layout), images, compiled)
        if o.model in NETWORKS:
            images = torch.rand(o.batch, 1, SIDE, SIDE, device=device).round().to(memory_format=layout)
            model = NegativeLogLikelihood(NETWORKS[o.model]())
            return step_of(model.to(device, memory_format=layout), images, compiled)
        raise ValueError(f"there is no model {o.model}")

    layouts = dict(list(LAYOUTS.items())[:1]) if o.model == "vae" else LAYOUTS
    return {name: of(layout) for name, layout in layouts.items()}
