"""Writes torch_golden.json: values and gradients that PyTorch computes, for Gannet to be compared with.

Usage: python torch_golden.py            (needs torch; its version is recorded in the file)

Each case has named inputs (float32 numbers, or int32 where they are indices), the output, and the gradient of
sum(output * weight) for each float input. PyTorch computes in float64, and the results are rounded to nine digits.
A step of an optimizer is a list of the parameters' values after each step.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

generator = torch.Generator().manual_seed(20_26)


def uniform(*shape, low=-2.0, high=2.0):
    return (torch.rand(shape, generator=generator) * (high - low) + low).float()


def whole(*shape, low=-3, high=4):
    """Whole numbers as floats: they tie."""
    return torch.randint(low, high, shape, generator=generator).float()


def indices(*shape, high):
    return torch.randint(0, high, shape, generator=generator).int()


def encode(tensor):
    digits = [float(f"{value:.9g}") for value in tensor.flatten().tolist()]
    return {"shape": list(tensor.shape), "values": digits, "isIndex": tensor.dtype == torch.int32}


def case(function, **inputs):
    wide = {
        name: value.double().requires_grad_() if value.is_floating_point() else value.long()
        for name, value in inputs.items()
    }
    output = function(**wide)
    weight = uniform(*output.shape, low=0.5, high=1.5)
    (output * weight.double()).sum().backward()
    gradients = {
        name: encode(value.grad if value.grad is not None else torch.zeros_like(value))
        for name, value in wide.items()
        if value.is_floating_point()
    }
    return {
        "inputs": {name: encode(value) for name, value in inputs.items()},
        "weight": encode(weight),
        "output": encode(output.detach()),
        "gradients": gradients,
    }


def away_from(kink, *shape):
    """Numbers that are no nearer than 0.05 to the kink."""
    x = uniform(*shape)
    return torch.where((x - kink).abs() < 0.05, x + 0.2, x)


def gaussian_kl(mean, logVariance):
    return -0.5 * (1 + logVariance - mean**2 - logVariance.exp())


def gradient_penalty(x, w, v):
    score = torch.tanh(x @ w) @ v
    (slope,) = torch.autograd.grad(score.sum(), x, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def cases():
    x23, square = uniform(2, 3), uniform(3, 4)
    yield "exp", case(lambda x: x.exp(), x=uniform(12, low=-10, high=10))
    yield "log", case(lambda x: x.log(), x=uniform(12, low=0.01, high=20))
    yield "sqrt", case(lambda x: x.sqrt(), x=uniform(12, low=0.01, high=20))
    yield "sin", case(lambda x: x.sin(), x=uniform(12, low=-20, high=20))
    yield "cos", case(lambda x: x.cos(), x=uniform(12, low=-20, high=20))
    yield "tanh", case(lambda x: x.tanh(), x=uniform(12, low=-5, high=5))
    yield "erf", case(lambda x: x.erf(), x=uniform(12, low=-3, high=3))
    yield "abs", case(lambda x: x.abs(), x=away_from(0, 12))
    yield "negate", case(lambda x: -x, x=uniform(5))
    yield "floor", case(lambda x: x.floor() + x.ceil() + x.round(), x=uniform(12) * 3 + 0.01)
    yield "sigmoid", case(lambda x: x.sigmoid(), x=uniform(16, low=-30, high=30))
    yield "softplus", case(lambda x: F.softplus(x, threshold=1e9), x=uniform(16, low=-30, high=30))
    yield "relu", case(lambda x: x.relu(), x=away_from(0, 12))
    yield "leakyReLU", case(lambda x: F.leaky_relu(x, 0.2), x=away_from(0, 12))
    yield "silu", case(lambda x: F.silu(x), x=uniform(12))
    yield "gelu", case(lambda x: F.gelu(x), x=uniform(12))
    yield "log1p", case(lambda x: x.log1p(), x=uniform(12, low=-0.5, high=3))
    yield "power", case(lambda x, y: x**y, x=uniform(8, low=0.2, high=3), y=uniform(8))
    yield "raised", case(lambda x: x**3, x=uniform(8))
    yield "add", case(lambda x, y: x + y, x=x23, y=uniform(3))
    yield "subtract", case(lambda x, y: x - y, x=uniform(2, 1), y=x23)
    yield "multiply", case(lambda x, y: x * y, x=x23, y=uniform(1, 3))
    yield "divide", case(lambda x, y: x / y, x=x23, y=uniform(2, 1, low=0.5))
    yield "maximum", case(lambda x, y: torch.maximum(x, y), x=whole(20), y=whole(20))
    yield "minimum", case(lambda x, y: torch.minimum(x, y), x=whole(20), y=whole(20))
    yield "where", case(lambda x, y: torch.where(x < 0.25, x * y, y.exp()), x=uniform(4, 3), y=uniform(3))
    yield "sum", case(lambda x: x.sum(dim=(0, 2)), x=uniform(2, 3, 4))
    yield "mean", case(lambda x: x.mean(dim=1), x=uniform(2, 3, 4))
    yield "variance", case(lambda x: x.var(dim=1, unbiased=False), x=uniform(3, 7))
    yield "amax", case(lambda x: x.amax(dim=1), x=whole(5, 8))
    yield "amin", case(lambda x: x.amin(dim=(0, 2)), x=whole(3, 4, 5))
    yield "softmax", case(lambda x: x.softmax(1), x=uniform(3, 6, low=-8, high=8))
    yield "logSoftmax", case(lambda x: x.log_softmax(1), x=uniform(3, 6, low=-8, high=8))
    yield "logSumExp", case(lambda x: x.logsumexp(0), x=uniform(3, 6, low=-8, high=8))
    yield "permuted", case(lambda x: x.permute(2, 0, 1).reshape(4, 6).exp(), x=uniform(2, 3, 4))
    yield "padded", case(lambda x: F.pad(x, (1, 2, 0, 1), value=0.5).exp(), x=x23)
    yield "flipped", case(lambda x: x.flip(1).cumsum(1)[:, 2] + x.flip(0, 1)[:, 0], x=square)
    yield "strided", case(lambda x: x[1::2, ::3].exp(), x=uniform(6, 7))
    yield "concatenated", case(lambda x, y: torch.cat([x, y * 2, x], 1).exp(), x=x23, y=uniform(2, 2))
    yield "matmul", case(lambda x, y: x @ y, x=square, y=uniform(4, 5))
    yield "matmulTransposed", case(lambda x, y: x.T @ y.T, x=square, y=uniform(5, 3))
    yield "matmulBatched", case(lambda x, y: x @ y, x=uniform(2, 1, 3, 4), y=uniform(3, 4, 2))
    yield "gather", case(lambda x, i: x[i], x=uniform(5, 3), i=indices(7, high=5))
    yield "scatter", case(
        lambda x, i: torch.zeros(4, 3, dtype=torch.float64).index_add(0, i, x), x=uniform(9, 3), i=indices(9, high=4)
    )
    yield "linear", case(lambda x, w, b: x @ w + b, x=uniform(4, 6), w=uniform(6, 3), b=uniform(3))
    yield "binaryCrossEntropy", case(
        lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none"),
        x=uniform(4, 6, low=-40, high=40), t=uniform(4, 6, low=0, high=1),
    )
    yield "gaussianKL", case(gaussian_kl, mean=uniform(4, 3), logVariance=uniform(4, 3))
    yield "crossEntropy", case(
        lambda x, i: F.cross_entropy(x, i), x=uniform(6, 5, low=-4, high=4), i=indices(6, high=5)
    )
    yield "gradientPenalty", case(gradient_penalty, x=uniform(5, 4), w=uniform(4, 6), v=uniform(6, 1))


def training(make):
    """Ten steps of least squares, from the same start with each optimizer."""
    own = torch.Generator().manual_seed(7)
    x, y = (torch.randn(8, 3, generator=own), torch.randn(8, 2, generator=own))
    w0, b0 = (torch.randn(3, 2, generator=own), torch.randn(2, generator=own))
    w, b = (w0.double().requires_grad_(), b0.double().requires_grad_())
    optimizer = make([w, b])
    steps = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = ((x.double() @ w + b - y.double()) ** 2).mean()
        loss.backward()
        optimizer.step()
        steps.append(
            {"loss": loss.item(), "weight": encode(w.detach()), "bias": encode(b.detach())}
        )
    return {"x": encode(x), "y": encode(y), "weight": encode(w0), "bias": encode(b0), "steps": steps}


def main():
    golden = {
        "torch": torch.__version__,
        "cases": dict(cases()),
        "optimizers": {
            "adam": training(lambda p: torch.optim.Adam(p, lr=0.05)),
            "adamOtherRates": training(lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.5, 0.9), eps=1e-3)),
            "sgd": training(lambda p: torch.optim.SGD(p, lr=0.1)),
            "sgdMomentum": training(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
        },
    }
    path = pathlib.Path(__file__).with_name("torch_golden.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
