"""The operations of gannet-bench's commands in PyTorch: the same work, in each layout that there is for it."""

import argparse

import torch
import torch.nn.functional as F

LAYOUTS = {"channels-last": torch.channels_last, "default layout": torch.contiguous_format}


def parser():
    """The commands of gannet-bench, with the same options and defaults."""
    root = argparse.ArgumentParser()
    commands = root.add_subparsers(dest="command", required=True)

    matmul = commands.add_parser("matmul")
    for name in ("--m", "--n", "--k"):
        matmul.add_argument(name, type=int, default=1024)
    matmul.add_argument("--batch", type=int, default=1)
    matmul.add_argument("--transpose-a", action="store_true")
    matmul.add_argument("--transpose-b", action="store_true")

    for name in ("convolution", "masked-convolution"):
        convolution = commands.add_parser(name)
        defaults = dict(batch=16, height=28, width=28, channels=64, filters=64, kernel=3, stride=1)
        for option, value in dict(**defaults, padding=0, groups=1).items():
            convolution.add_argument("--" + option, type=int, default=value)
        convolution.add_argument("--transposed", action="store_true")
        convolution.add_argument("--mask", default="B" if name == "masked-convolution" else None)
        convolution.add_argument("--pass", dest="direction", default="forward")

    noise = commands.add_parser("noise")
    noise.add_argument("process")
    noise.add_argument("--count", type=int, default=16 * 3 * 256 * 256)

    normal = commands.add_parser("normal")
    normal.add_argument("--count", type=int, default=1 << 22)

    elementwise = commands.add_parser("elementwise")
    elementwise.add_argument("function")
    elementwise.add_argument("--shape", default="4096,1024")
    elementwise.add_argument("--groups", type=int, default=32)

    for name, batch in (("step", 64), ("draw", 16)):
        model = commands.add_parser(name)
        model.add_argument("model")
        model.add_argument("--batch", type=int, default=batch)
    model.add_argument("--sampler-steps", type=int, default=50)
    return root


def uniform(*shape, device):
    """Numbers from -1 to 1."""
    return torch.rand(*shape, device=device) * 2 - 1


def matmul(o, device):
    outer = () if o.batch == 1 else (o.batch,)
    a = uniform(*outer, *((o.k, o.m) if o.transpose_a else (o.m, o.k)), device=device)
    b = uniform(*outer, *((o.n, o.k) if o.transpose_b else (o.k, o.n)), device=device)
    return {"": lambda: torch.matmul(a.mT if o.transpose_a else a, b.mT if o.transpose_b else b)}


def causal_mask(kernel, kind, device):
    """1 at the taps that see what comes before the middle one, and with mask B the middle itself."""
    mask = torch.ones(kernel, kernel, device=device)
    middle = kernel // 2
    mask[middle, middle + (0 if kind == "A" else 1) :] = 0
    mask[middle + 1 :] = 0
    return mask


def convolution(o, device):
    mask = causal_mask(o.kernel, o.mask, device) if o.mask else None

    def of(layout):
        x = uniform(o.batch, o.channels, o.height, o.width, device=device).to(memory_format=layout)
        outer, inner = (o.channels, o.filters) if o.transposed else (o.filters, o.channels)
        w = uniform(outer, inner // o.groups, o.kernel, o.kernel, device=device)
        w = w.to(memory_format=layout)
        apply = F.conv_transpose2d if o.transposed else F.conv2d

        def forward():
            weights = w if mask is None else w * mask
            return apply(x, weights, stride=o.stride, padding=o.padding, groups=o.groups)

        if o.direction == "forward":
            return forward
        g = uniform(*forward().shape, device=device).to(memory_format=layout)
        of_images = o.direction == "input-gradient"

        def backward():
            weights = w if mask is None else w * mask
            gradients = torch.ops.aten.convolution_backward(
                g, x, weights, None, [o.stride] * 2, [o.padding] * 2, [1, 1], o.transposed, [0, 0],
                o.groups, [of_images, not of_images, False],
            )
            if of_images:
                return gradients[0]
            return gradients[1] if mask is None else gradients[1] * mask

        return backward

    return {name: of(layout) for name, layout in LAYOUTS.items()}


def noise(o, device):
    images = 16
    x = uniform(images, o.count // images, device=device)
    m = uniform(images, o.count // images, device=device)
    previous = uniform(images, o.count // images, device=device)
    c = torch.rand(7, images, 1, device=device)

    def forward():
        return c[0] * x + c[1] * torch.randn_like(x)

    def ddpm():
        image = (c[0] * x + c[1] * m).clamp(-1, 1)
        return c[2] * image + c[3] * x + c[5] * torch.randn_like(x)

    def ddim():
        image = (c[0] * x + c[1] * m).clamp(-1, 1)
        return c[2] * image + c[3] * x + c[4] * m

    def dpm_solver():
        image = (c[0] * x + c[1] * m).clamp(-1, 1)
        return c[2] * image + c[3] * x + c[4] * previous, image

    functions = {"forward": forward, "ddpm": ddpm, "ddim": ddim, "dpm-solver": dpm_solver}
    return {"": functions[o.process]}


def normal(o, device):
    return {"": lambda: torch.randn(o.count, device=device)}


def elementwise(o, device):
    extents = [int(extent) for extent in o.shape.split(",")]
    x = uniform(*extents, device=device)
    scale = uniform(extents[-1], device=device)
    shift = uniform(extents[-1], device=device)
    if o.function == "group-norm-silu":

        def of(layout):
            # [batch, height, width, channels] there is [batch, channels, height, width] here.
            moved = x.permute(0, 3, 1, 2).contiguous(memory_format=layout)
            return lambda: F.silu(F.group_norm(moved, o.groups, scale, shift))

        return {name: of(layout) for name, layout in LAYOUTS.items()}
    functions = {
        "gelu": lambda: F.gelu(x),
        "softmax": lambda: F.softmax(x, -1),
        "layer-norm": lambda: F.layer_norm(x, x.shape[-1:], scale, shift),
    }
    return {"": functions[o.function]}


OPERATIONS = {
    "matmul": matmul,
    "convolution": convolution,
    "masked-convolution": convolution,
    "noise": noise,
    "normal": normal,
    "elementwise": elementwise,
}
