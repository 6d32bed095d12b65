"""Writes torch_optimizers.json: what PyTorch computes of optimizers, clipping and learning-rate schedules.

    python3 torch_optimizers.py

Least squares of a matrix and a bias from one start, in float64: the loss before and the parameters after each step.
Lion, which PyTorch lacks, follows Algorithm 2 of arXiv:2302.06675; averages follow the formula of TensorFlow's
ExponentialMovingAverage. Schedules are those of torch.optim.lr_scheduler on a rate of 1.
"""

import json
import pathlib
import warnings

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(4)
warnings.filterwarnings("ignore")

STEPS = 12
X = torch.randn(8, 3).float().double()
Y = (3 * torch.randn(8, 2)).float().double()
WEIGHT = torch.randn(3, 2).float().double()
BIAS = torch.randn(2).float().double()


def array(tensor):
    # Nine digits are those of float32.
    return {
        "shape": list(tensor.shape),
        "values": [float(f"{v:.9g}") for v in tensor.detach().reshape(-1).tolist()],
        "isIndex": False,
    }


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, betas, weight_decay):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = b1 * m + (1 - b1) * p.grad
                p.copy_(p - group["lr"] * (torch.sign(c) + group["weight_decay"] * p))
                m.copy_(b2 * m + (1 - b2) * p.grad)


def training(make, clip=None, schedule=None, batches=1, decay=None):
    weight = WEIGHT.clone().requires_grad_()
    bias = BIAS.clone().requires_grad_()
    optimizer = make(weight, bias)
    scheduler = schedule(optimizer) if schedule else None
    averages = [weight.detach().clone(), bias.detach().clone()]
    steps = []
    for number in range(STEPS):
        optimizer.zero_grad()
        for x, y in zip(X.chunk(batches), Y.chunk(batches)):
            loss = ((x @ weight + bias - y) ** 2).mean()
            (loss / batches).backward()
        if clip:
            clip([weight, bias])
        optimizer.step()
        if scheduler:
            scheduler.step()
        step = {"loss": float(f"{loss.item():.9g}"), "weight": array(weight), "bias": array(bias)}
        if decay:
            d = min(decay, (1 + number) / (10 + number))
            averages = [d * a + (1 - d) * p.detach() for a, p in zip(averages, [weight, bias])]
            step["weightAverage"], step["biasAverage"] = array(averages[0]), array(averages[1])
        steps.append(step)
    return {
        "x": array(X), "y": array(Y), "weight": array(WEIGHT), "bias": array(BIAS), "steps": steps,
    }


def schedule(make, count=24):
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    scheduler = make(optimizer)
    factors = []
    for _ in range(count):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return factors


def warm_cosine(optimizer):
    s = torch.optim.lr_scheduler
    return s.SequentialLR(
        optimizer,
        [s.LinearLR(optimizer, start_factor=1 / 5, total_iters=4), s.CosineAnnealingLR(optimizer, T_max=19)],
        milestones=[5])


def main():
    o, s = torch.optim, torch.optim.lr_scheduler
    clip = torch.nn.utils
    both = lambda f, **k: lambda w, b: f([w, b], **k)
    golden = {
        "torch": torch.__version__,
        "optimizers": {
            "sgdDecay": training(both(o.SGD, lr=0.1, weight_decay=0.2)),
            "sgdNesterov": training(both(o.SGD, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1)),
            "rmsprop": training(both(o.RMSprop, lr=0.05)),
            "rmspropCentered": training(
                both(o.RMSprop, lr=0.02, alpha=0.9, eps=1e-3, centered=True, weight_decay=0.1)),
            "rmspropMomentum": training(both(o.RMSprop, lr=0.01, momentum=0.8)),
            "adamDecay": training(both(o.Adam, lr=0.05, weight_decay=0.3)),
            "adamw": training(both(o.AdamW, lr=0.05, weight_decay=0.3)),
            "adamwGroups": training(lambda w, b: o.AdamW(
                [{"params": [w], "weight_decay": 0.5}, {"params": [b], "weight_decay": 0, "lr": 0.15}], lr=0.05)),
            "lion": training(both(Lion, lr=0.03, betas=(0.9, 0.99), weight_decay=0.4)),
            "clipNorm": training(
                both(o.SGD, lr=0.3), clip=lambda p: clip.clip_grad_norm_(p, 1.5)),
            "clipValue": training(
                both(o.SGD, lr=0.2), clip=lambda p: clip.clip_grad_value_(p, 0.7)),
            "warmCosine": training(both(o.AdamW, lr=0.1, weight_decay=0.1), schedule=warm_cosine),
            "accumulation": training(both(o.Adam, lr=0.05), batches=4),
            "average": training(both(o.Adam, lr=0.1), decay=0.6),
        },
        "schedules": {
            "linear": schedule(lambda x: s.LinearLR(x, start_factor=0.2, end_factor=0.9, total_iters=7)),
            "cosine": schedule(lambda x: s.CosineAnnealingLR(x, T_max=23, eta_min=0.1)),
            "exponential": schedule(lambda x: s.ExponentialLR(x, gamma=0.87)),
            "steps": schedule(lambda x: s.StepLR(x, step_size=5, gamma=0.3)),
            "milestones": schedule(lambda x: s.MultiStepLR(x, milestones=[3, 11, 12], gamma=0.5)),
            "warmCosine": schedule(warm_cosine),
            "warmConstant": schedule(lambda x: s.LinearLR(x, start_factor=1 / 8, total_iters=7)),
            "sequence": schedule(lambda x: s.SequentialLR(
                x, [s.ConstantLR(x, factor=1.0), s.ExponentialLR(x, gamma=0.9)], milestones=[6])),
        },
    }
    path = pathlib.Path(__file__).with_name("torch_optimizers.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
