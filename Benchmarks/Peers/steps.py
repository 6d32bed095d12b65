"""The training steps of gannet-bench in PyTorch: the same networks, losses and optimizer."""

import torch
import torch.nn as nn
import torch.nn.functional as F

import latent
from autoregressive import NETWORKS, SIDE, MaskedConv2d, NegativeLogLikelihood
from diffusion import SimpleLoss, denoiser
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


def discriminator(normalized=True):
    """3-64-128-256-1."""
    layers = [nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2)]
    for inputs, outputs in ((64, 128), (128, 256)):
        convolution = nn.Conv2d(inputs, outputs, 4, 2, 1, bias=not normalized)
        layers += [convolution] + [nn.BatchNorm2d(outputs)] * normalized + [nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(256, 1, 4))


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


def wgan_gp_step(batch, layout, device):
    """Five steps of the critic with a penalty on its slope, then one of the generator."""
    make_images = generator().to(device, memory_format=layout)
    critic = discriminator(normalized=False).to(device, memory_format=layout)
    parameters = list(critic.parameters())
    make_optimizer = adam(make_images, 1e-4, (0.5, 0.9))
    critic_optimizer = adam(critic, 1e-4, (0.5, 0.9))
    images = uniform(batch, 3, 32, 32, device=device).to(memory_format=layout)

    def latents():
        return torch.randn(batch, 100, 1, 1, device=device).to(memory_format=layout)

    def run():
        for _ in range(5):
            with torch.no_grad():
                made = make_images(latents())
                between = made + torch.rand(batch, 1, 1, 1, device=device) * (images - made)
            between.requires_grad_()
            (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            penalty = (slope.square().sum((1, 2, 3)).add(1e-12).sqrt() - 1).square().mean()
            critic_optimizer.zero_grad(set_to_none=True)
            (critic(made).mean() - critic(images).mean() + 10 * penalty).backward()
            critic_optimizer.step()
        make_optimizer.zero_grad(set_to_none=True)
        for parameter in parameters:
            parameter.requires_grad_(False)
        (-critic(make_images(latents())).mean()).backward()
        for parameter in parameters:
            parameter.requires_grad_(True)
        make_optimizer.step()

    return run


def step(o, device, compiled):
    """A function for each layout that makes one step."""

    def of(layout):
        if o.model == "dcgan":
            return dcgan_step(o.batch, layout, device, compiled)
        if o.model == "wgan-gp":
            return wgan_gp_step(o.batch, layout, device)
        if o.model == "vae":
            return step_of(VAE().to(device), torch.rand(o.batch, 784, device=device), compiled)
        if o.model == "pixelcnn":
            levels = torch.randint(0, 256, (o.batch, 28, 28), device=device)
            return step_of(GreyPixelCNN().to(device, memory_format=layout), levels, compiled)
        if o.model == "unet":
            images = uniform(o.batch, 1, 28, 28, device=device).to(memory_format=layout)
            return step_of(SimpleLoss(denoiser(device, layout), device), images, compiled)
        if o.model in latent.NETWORKS:
            images = torch.rand(o.batch, 1, SIDE, SIDE, device=device).to(memory_format=layout)
            model = latent.NETWORKS[o.model]().to(device, memory_format=layout)
            return step_of(model, images, compiled)
        if o.model in NETWORKS:
            images = torch.rand(o.batch, 1, SIDE, SIDE, device=device).round().to(memory_format=layout)
            model = NegativeLogLikelihood(NETWORKS[o.model]())
            return step_of(model.to(device, memory_format=layout), images, compiled)
        raise ValueError(f"there is no model {o.model}")

    layouts = dict(list(LAYOUTS.items())[:1]) if o.model == "vae" else LAYOUTS
    return {name: of(layout) for name, layout in layouts.items()}
