"""Writes torch_losses.json: values and gradients of losses, for Gannet to be compared with.

Usage: python torch_losses.py            (needs torch; its version is recorded in the file)

Cases are as in torch_golden.py. The mixture of logistic distributions is written from equation 2 and section 2.2 of
Salimans et al., arXiv:1701.05517, in float64 and without that paper's code's approximations.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

from torch_golden import case, indices, uniform


def logistic_mixture(channels, levels=256):
    def function(x, p):
        k = p.shape[-1] // (10 if channels == 3 else 3)
        weights = p[..., :k].softmax(-1)
        rest = p[..., k:].reshape(*p.shape[:-1], channels, -1, k)
        means, scales = rest[..., 0, :], rest[..., 1, :].clamp(min=-7).exp()
        if channels == 3:
            c = rest[..., 2, :].tanh()
            r, g = x[..., 0, None], x[..., 1, None]
            means = torch.stack(
                [
                    means[..., 0, :],
                    means[..., 1, :] + c[..., 0, :] * r,
                    means[..., 2, :] + c[..., 1, :] * r + c[..., 2, :] * g,
                ],
                -2,
            )
        x = x[..., None]
        half = 1 / (levels - 1)
        a, b = (x + half - means) / scales, (x - half - means) / scales
        # sigmoid(a) - sigmoid(b), on the side where no digits cancel.
        probability = torch.where(x > means, torch.sigmoid(-b) - torch.sigmoid(-a), torch.sigmoid(a) - torch.sigmoid(b))
        probability = torch.where(x > 0.999, torch.sigmoid(-b), torch.where(x < -0.999, torch.sigmoid(a), probability))
        return -(weights * probability.prod(-2)).sum(-1).log()

    return function


def grid(*shape, levels=256):
    """Values of pixels, edges among them."""
    x = (uniform(*shape, low=-1.2, high=1.2).clamp(-1, 1) + 1) / 2
    return ((x * (levels - 1)).round() / (levels - 1)).double().mul(2).sub(1).float()


def mixture_parameters(*shape, components, channels, scales=(-4.0, 0.0)):
    logits = uniform(*shape, components)
    rows = [uniform(*shape, channels, 1, components, low=-0.8, high=0.8)]
    rows.append(uniform(*shape, channels, 1, components, low=scales[0], high=scales[1]))
    if channels == 3:
        rows.append(uniform(*shape, channels, 1, components))
    return torch.cat([logits, torch.cat(rows, -2).flatten(-3)], -1)


def gaussian_nll(mean, logVariance, t):
    return 0.5 * (math.log(2 * math.pi) + logVariance + (t - mean) ** 2 / logVariance.exp())


def gaussian_kl(mean, logVariance, other, otherLogVariance):
    p = torch.distributions.Normal(mean, (0.5 * logVariance).exp())
    q = torch.distributions.Normal(other, (0.5 * otherLogVariance).exp())
    return torch.distributions.kl_divergence(p, q)


def discretized_gaussian(levels=256):
    def function(mean, logVariance, t):
        half = 1 / (levels - 1)
        deviation = (0.5 * logVariance).exp()
        # From the side of the mean: no digits cancel in the difference of two tails, up to where they are 0.
        distance = (t - mean).abs()
        near, far = (distance - half) / deviation, (distance + half) / deviation
        inside = torch.special.log_ndtr(-near) + torch.log(
            -torch.expm1(torch.special.log_ndtr(-far) - torch.special.log_ndtr(-near))
        )
        first = torch.special.log_ndtr((t + half - mean) / deviation)
        last = torch.special.log_ndtr(-(t - half - mean) / deviation)
        return -torch.where(t > 0.999, last, torch.where(t < -0.999, first, inside))

    return function


def cases():
    x, t = uniform(6, 5, low=-4, high=4), uniform(6, 5)
    i = indices(6, high=5)
    none = dict(reduction="none")
    yield "crossEntropy", case(lambda x, i: F.cross_entropy(x, i, **none), x=x, i=i)
    yield "crossEntropyFar", case(
        lambda x, i: F.cross_entropy(x, i, **none), x=x + torch.tensor([0, 1e4, -1e4, 1e4, 50, -1e3])[:, None], i=i
    )
    yield "crossEntropySmoothed", case(lambda x, i: F.cross_entropy(x, i, label_smoothing=0.1, **none), x=x, i=i)
    yield "crossEntropyOfPixels", case(
        lambda x, i: F.cross_entropy(x.permute(0, 3, 1, 2), i, **none), x=uniform(2, 3, 4, 6), i=indices(2, 3, 4, high=6)
    )
    soft = t.softmax(-1)
    yield "crossEntropySoft", case(lambda x, t: F.cross_entropy(x, t, **none), x=x, t=soft)
    yield "crossEntropySoftSmoothed", case(
        lambda x, t: F.cross_entropy(x, t, label_smoothing=0.2, **none), x=x, t=soft
    )
    yield "squaredError", case(lambda x, t: F.mse_loss(x, t, **none), x=x, t=t)
    yield "absoluteError", case(lambda x, t: F.l1_loss(x, t, **none), x=x, t=t)
    yield "huber", case(lambda x, t: F.huber_loss(x, t, **none), x=x, t=t)
    yield "huberWide", case(lambda x, t: F.huber_loss(x, t, delta=2.5, **none), x=x, t=t)
    yield "smoothL1", case(lambda x, t: F.smooth_l1_loss(x, t, beta=0.5, **none), x=x, t=t)
    yield "smoothL1Sharp", case(lambda x, t: F.smooth_l1_loss(x, t, beta=0, **none), x=x, t=t)
    yield "hinge", case(lambda x, t: (1 - t * x).relu(), x=x, t=torch.where(t > 0, 1.0, -1.0))
    yield "gaussianNLL", case(gaussian_nll, mean=x, logVariance=uniform(6, 5), t=t)

    yield "logisticMixture", case(
        logistic_mixture(1), x=grid(3, 4, 4, 1), p=mixture_parameters(3, 4, 4, components=3, channels=1)
    )
    yield "logisticMixtureColours", case(
        logistic_mixture(3), x=grid(2, 3, 4, 3), p=mixture_parameters(2, 3, 4, components=4, channels=3)
    )
    yield "logisticMixtureNarrow", case(
        logistic_mixture(1), x=grid(40, 1), p=mixture_parameters(40, components=4, channels=1, scales=(-4.5, -3.5))
    )
    yield "logisticMixtureWide", case(
        logistic_mixture(1), x=grid(40, 1), p=mixture_parameters(40, components=2, channels=1, scales=(0.0, 9.0))
    )
    yield "logisticMixtureFewLevels", case(
        logistic_mixture(3, 32), x=grid(10, 3, levels=32), p=mixture_parameters(10, components=2, channels=3)
    )
    yield "gaussianKL", case(
        gaussian_kl, mean=x, logVariance=uniform(6, 5), other=t, otherLogVariance=uniform(6, 5)
    )
    yield "gaussianKLAlike", case(
        gaussian_kl, mean=x, logVariance=uniform(6, 5, low=-0.2, high=0.2), other=x + 0.01 * t,
        otherLogVariance=uniform(6, 5, low=-0.1, high=0.1),
    )
    # Bins as wide as the Gaussian, narrow ones, and far away ones.
    for name, low, high, spread in ("", -10.0, -8.0, 0.01), ("Wide", -6.0, 0.0, 0.3), ("Far", -9.0, -6.0, 0.5):
        values = grid(8, 10)
        yield "discretizedGaussian" + name, case(
            discretized_gaussian(), mean=values + spread * uniform(8, 10),
            logVariance=uniform(8, 10, low=low, high=high), t=values,
        )
    # Of unlike numbers of pictures.
    real, made = uniform(5, low=-4, high=4), uniform(7, low=-4, high=4)
    targets, others = uniform(5, low=0.7, high=1), uniform(7, low=0, high=0.3)
    bce = F.binary_cross_entropy_with_logits

    def of_targets(function):
        return lambda real, made, t, u: function(real, t) + function(made, u)

    def squared(x, t):
        return F.mse_loss(x, t) / 2

    for name, discriminator, generator in (
        ("minimax", of_targets(bce), lambda made: -bce(made, torch.zeros_like(made))),
        ("nonSaturating", of_targets(bce), lambda made: bce(made, torch.ones_like(made))),
        ("leastSquares", of_targets(squared), lambda made: squared(made, torch.ones_like(made))),
        ("hinge", lambda real, made: (1 - real).relu().mean() + (1 + made).relu().mean(), lambda made: -made.mean()),
        ("wasserstein", lambda real, made: made.mean() - real.mean(), lambda made: -made.mean()),
    ):
        has_targets = name in ("minimax", "nonSaturating", "leastSquares")
        fixed = (torch.ones(5), torch.zeros(7)) if has_targets else ()
        fixed = tuple(value.double() for value in fixed)
        yield name + "Discriminator", case(lambda real, made: discriminator(real, made, *fixed), real=real, made=made)
        yield name + "Generator", case(generator, made=made)
        if has_targets:
            yield name + "Smoothed", case(discriminator, real=real, made=made, t=targets, u=others)

    weights = {"first": uniform(4, 4, 2, 6), "second": uniform(3, 3, 6, 5), "bias": uniform(5), "last": uniform(20, 1)}
    pictures = {"real": uniform(3, 8, 8, 2), "made": uniform(3, 8, 8, 2)}
    yield "gradientPenalty", case(gradient_penalty, epsilon=uniform(3, 1, 1, 1, low=0, high=1), **pictures, **weights)
    yield "r1", case(r1, **pictures, **weights)


def critic(x, first, second, bias, last):
    """Scores of pictures [batch, height, width, channels] by convolutions with filters [height, width, inputs, outputs]."""
    x = F.softplus(F.conv2d(x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1), stride=2, padding=1))
    x = F.leaky_relu(F.conv2d(x, second.permute(3, 2, 0, 1), bias, stride=2, padding=1), 0.2)
    return (x.permute(0, 2, 3, 1).flatten(1) @ last)[:, 0]


def squared_gradient(x, weights):
    gradient, = torch.autograd.grad(critic(x, **weights).sum(), x, create_graph=True)
    return gradient.square().sum((1, 2, 3))


def gradient_penalty(real, made, epsilon, **weights):
    between = (epsilon * real + (1 - epsilon) * made).detach().requires_grad_()
    return 10 * (squared_gradient(between, weights).sqrt() - 1).square().mean()


def r1(real, made, **weights):
    return 2.5 * squared_gradient(real, weights).mean()


def main():
    golden = {"torch": torch.__version__, "cases": dict(cases())}
    path = pathlib.Path(__file__).with_name("torch_losses.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
