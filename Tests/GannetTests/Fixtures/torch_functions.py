"""Writes torch_functions.json: values and gradients of composed functions, for Gannet to be compared with.

Usage: python torch_functions.py            (needs torch; its version is recorded in the file)

Cases are as in torch_golden.py. Images are [batch, height, width, channels] in the file and are turned round for
PyTorch. Results that are whole numbers or truth values are written as floats and have no gradients.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

from torch_golden import case, encode, indices, uniform, whole
from torch_layers import back, images

FAR = torch.tensor(
    [-1e4, -1e3, -120, -30, -8, -2.5, -1.1, -0.2, -1e-3, 1e-3, 0.3, 0.9, 2.2, 7, 25, 110, 1e3, 1e4]
)

ACTIVATIONS = {
    "relu": F.relu,
    "leakyReLU": lambda x: F.leaky_relu(x, 0.2),
    "elu": F.elu,
    "eluScaled": lambda x: F.elu(x, 0.7),
    "selu": F.selu,
    "sigmoid": torch.sigmoid,
    "logSigmoid": F.logsigmoid,
    "softplus": lambda x: F.softplus(x, threshold=50),
    "silu": F.silu,
    "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
    "mish": F.mish,
    "tanh": torch.tanh,
    "hardTanh": F.hardtanh,
    "hardSigmoid": F.hardsigmoid,
    "hardSwish": F.hardswish,
    "softmax": lambda x: x.softmax(-1),
    "logSoftmax": lambda x: x.log_softmax(-1),
    "glu": F.glu,
}


def plain(function, **inputs):
    """A case whose result has no gradient."""
    wide = {name: value.double() if value.is_floating_point() else value.long() for name, value in inputs.items()}
    output = function(**wide).float()
    return {
        "inputs": {name: encode(value) for name, value in inputs.items()},
        "weight": encode(torch.ones_like(output)),
        "output": encode(output),
        "gradients": {},
    }


def interpolated(height, width):
    return lambda x: back(F.interpolate(images(x), size=(height, width), mode="bilinear", align_corners=False))


def pool_indices(*options):
    return lambda x: back(F.max_pool2d(images(x), *options, return_indices=True)[1])


def unpooled(x):
    values, places = F.max_pool2d(images(x), 2, return_indices=True)
    return back(F.max_unpool2d(values, places, 2, output_size=x.shape[1:3]))


def cases():
    for name, function in ACTIVATIONS.items():
        yield name, case(lambda x: function(x), x=uniform(4, 6, low=-4, high=4))
        yield name + "Far", case(lambda x: function(x), x=FAR)
    yield "expm1", case(torch.expm1, x=torch.cat([uniform(12, low=-4, high=4), uniform(6) * 1e-4]))
    ties, wide = whole(6, 9), uniform(3, 70)
    for name, x in [("", ties), ("Wide", wide)]:
        yield "argmax" + name, plain(lambda x: x.argmax(1), x=x)
        yield "argmin" + name, plain(lambda x: x.argmin(1), x=x)
    yield "argmaxOfAll", plain(lambda x: x.argmax(), x=ties)
    yield "argminFirstAxis", plain(lambda x: x.argmin(0, keepdim=True), x=ties)
    yield "oneHot", plain(lambda i: F.one_hot(i, 5), i=indices(3, 4, high=5))
    yield "any", plain(lambda x: (x > 2).any(1), x=ties)
    yield "all", plain(lambda x: (x > -3).all(0), x=ties)
    yield "nonzeroCount", plain(lambda x: x.count_nonzero(1), x=ties)

    x = uniform(3, 4, 5)
    yield "stack", case(lambda x, y: torch.stack([x, y, x], 1).exp(), x=uniform(2, 3), y=uniform(2, 3))
    yield "stackLast", case(lambda x, y: torch.stack([x, y], -1).exp(), x=uniform(2, 3), y=uniform(2, 3))
    yield "rolled", case(lambda x: (x.roll(2, 1) + x.roll(-7, 2)).exp(), x=x)
    yield "repeated", case(lambda x: x.repeat_interleave(3, 1).exp(), x=uniform(2, 3))
    yield "tiled", case(lambda x: x.repeat(2, 1, 3).exp(), x=uniform(2, 3))
    yield "diagonal", case(lambda x: (x.diagonal(0, -2, -1).sum() + x.diagonal(1, -2, -1)).exp(), x=uniform(2, 4, 5))
    yield "diagonalBelow", case(lambda x: x.diagonal(-2, -2, -1).exp(), x=uniform(2, 5, 4))
    yield "triangles", case(lambda x: (x.tril(1).exp() + x.triu(-1).sin() + x.tril(-2)), x=uniform(2, 4, 5))
    yield "meshgrid", case(
        lambda x, y: sum(a * (k + 1) for k, a in enumerate(torch.meshgrid(x, y, indexing="ij"))).exp(),
        x=uniform(3), y=uniform(4),
    )
    yield "subscripts", case(
        lambda x: x[-1, 1:, ::2].exp() + x[0, :-1, 1::2].sum() + x[..., -1][:, None].sum(), x=x
    )
    yield "indexedByTensors", case(
        lambda x, i, j: (x[:, i, j] + x[1, :, i].sum()).exp(),
        x=x, i=torch.tensor([[0, -1], [3, 1]]).int(), j=torch.tensor([4, -5]).int(),
    )

    equations = {
        "attention": ("bhid,bhjd->bhij", (2, 3, 4, 5), (2, 3, 6, 5)),
        "attentionValues": ("bhij,bhjd->bihd", (2, 3, 4, 6), (2, 3, 6, 5)),
        "product": ("ij,jk", (3, 4), (4, 5)),
        "transposed": ("ij->ji", (3, 4)),
        "trace": ("ii", (4, 4)),
        "diagonal": ("bii->bi", (3, 4, 4)),
        "sums": ("ijk->j", (3, 4, 2)),
        "hadamard": ("ij,ij->ij", (3, 4), (3, 4)),
        "dot": ("bi,bi->b", (3, 4), (3, 4)),
        "outer": ("i,j->ij", (3,), (4,)),
        "bilinear": ("bn,anm,bm->ba", (3, 4), (2, 4, 5), (3, 5)),
        "leading": ("...ij,jk->...ik", (2, 3, 4, 5), (5, 2)),
        "leadingBoth": ("...i,...i->...", (2, 1, 4), (3, 4)),
        "lonely": ("ij,kl->ik", (3, 4), (2, 5)),
        "stretched": ("ij,jk->ik", (3, 1), (4, 2)),
        "many": ("ab,bc,cd,da->ac", (2, 3), (3, 4), (4, 2), (2, 2)),
        "manyTraced": ("aab,bcc->b", (3, 3, 2), (2, 4, 4)),
    }
    names = ["x", "y", "z", "w"]
    for name, (equation, *shapes) in equations.items():
        inputs = {letter: uniform(*shape) for letter, shape in zip(names, shapes)}
        function = lambda equation=equation, **given: torch.einsum(equation, *[given[k] for k in names if k in given])
        yield "einsum_" + name, case(function, **inputs) | {"equation": equation}

    picture = uniform(2, 7, 6, 3)
    yield "maxPoolIndices", plain(pool_indices(2), x=picture)
    yield "maxPoolIndicesOverlapping", plain(pool_indices(3, 2, 1), x=picture)
    yield "maxPoolIndicesTied", plain(pool_indices(3, 1, 1), x=whole(1, 5, 6, 2, low=0, high=3))
    yield "maxUnpool", case(unpooled, x=picture)
    small = uniform(2, 4, 6, 2)
    for height, width in [(8, 12), (12, 18), (2, 3), (7, 9), (3, 4), (4, 2), (1, 1), (5, 24)]:
        yield f"bilinear_{height}_{width}", case(interpolated(height, width), x=small)
    yield "bilinearThird", case(interpolated(3, 3), x=uniform(1, 9, 9, 2))
    yield "bilinearPixel", case(interpolated(4, 5), x=uniform(1, 1, 1, 3))
    yield "pixelShuffle", case(lambda x: back(F.pixel_shuffle(images(x), 2)).exp(), x=uniform(2, 3, 2, 12))
    yield "pixelUnshuffle", case(lambda x: back(F.pixel_unshuffle(images(x), 3)).exp(), x=uniform(2, 3, 6, 2))


def main():
    golden = {"torch": torch.__version__, "cases": dict(cases())}
    path = pathlib.Path(__file__).with_name("torch_functions.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
