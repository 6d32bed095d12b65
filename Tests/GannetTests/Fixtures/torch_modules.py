"""Writes torch_modules.json: values and gradients of attention, gated units, normalisations and embeddings that PyTorch
computes, for Gannet to be compared with, and three steps of training through spectral normalisation.

Usage: python torch_modules.py            (needs torch; its version is recorded in the file)

Cases are as in torch_golden.py. All arrays are in Gannet's layout, as in torch_layers.py.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

from torch_golden import case, encode, generator, indices, uniform
from torch_layers import back, images

generator.manual_seed(4_11)


def gru(x, h, w, u, b, c):
    """The outputs [batch, steps, units], whose last row is the state."""
    layer = torch.nn.GRU(w.shape[0], h.shape[1], batch_first=True).double()
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    return torch.func.functional_call(layer, dict(zip(names, [w.T, u.T, b, c])), (x, h[None]))[0]


def gru_cell(x, h, w, u, b, c):
    return torch._VF.gru_cell(x, h, w.T, u.T, b, c)


def attention(heads, seen=None, causal=False):
    """torch.nn.MultiheadAttention; its boolean masks are true where a source is not seen."""

    def function(q, w, b, o, p, k=None, v=None, m=None):
        layer = torch.nn.MultiheadAttention(w.shape[0], heads, batch_first=True).double()
        names = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"]
        k = q if k is None else k
        v = k if v is None else v
        mask = m
        if seen is not None:
            mask = ~seen
        if causal:
            mask = torch.ones(q.shape[1], k.shape[1], dtype=torch.bool).triu(1)
        arguments = (q, k, v, None, False, mask)
        return torch.func.functional_call(layer, dict(zip(names, [w.T, b, o.T, p])), arguments)[0]

    return function


def timestep_embedding(t, features, cosine_first=False, shift=1, period=10_000):
    """As diffusers' get_timestep_embedding computes it, in float64."""
    half = features // 2
    rates = torch.exp(-math.log(period) * torch.arange(half, dtype=torch.float64) / (half - shift))
    angles = t[:, None].double() * rates[None]
    waves = [angles.cos(), angles.sin()] if cosine_first else [angles.sin(), angles.cos()]
    return F.pad(torch.cat(waves, -1), (0, features % 2))


def positions(t, features):
    """Section 3.5 of "Attention Is All You Need"."""
    rates = 10_000 ** (-torch.arange(0, features, 2, dtype=torch.float64) / features)
    angles = t.double()[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)


def cases():
    norm = dict(scale=uniform(5), offset=uniform(5))
    x = uniform(2, 3, 4, 5)
    yield "layerNorm", case(lambda x, scale, offset: F.layer_norm(x, (5,), scale, offset), x=x, **norm)
    yield "layerNormPlain", case(lambda x: F.layer_norm(x, (5,), eps=1e-3), x=uniform(3, 5))
    yield "instanceNorm", case(
        lambda x, scale, offset: back(F.instance_norm(images(x), None, None, scale, offset)), x=x, **norm
    )
    yield "instanceNormPlain", case(lambda x: back(F.instance_norm(images(x))), x=x)
    cell = dict(
        w=uniform(3, 15, low=-0.5, high=0.5), u=uniform(5, 15, low=-0.5, high=0.5), b=uniform(15), c=uniform(15)
    )
    yield "gruCell", case(gru_cell, x=uniform(2, 3), h=uniform(2, 5), **cell)
    yield "gru", case(gru, x=uniform(2, 9, 3), h=uniform(2, 5), **cell)
    parts = dict(w=uniform(8, 24, low=-0.6, high=0.6), b=uniform(24), o=uniform(8, 8, low=-0.6, high=0.6), p=uniform(8))
    seen = torch.tensor([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1], [1, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 1, 1, 0]]).bool()
    yield "selfAttention", case(attention(2), q=uniform(3, 5, 8), **parts)
    yield "causalAttention", case(attention(4, causal=True), q=uniform(2, 5, 8), **parts)
    yield "maskedAttention", case(attention(2, seen=seen), q=uniform(2, 5, 8), **parts)
    yield "addedMask", case(attention(2), q=uniform(2, 3, 8), m=uniform(3, 3), **parts)
    yield "crossAttention", case(attention(1), q=uniform(2, 3, 8), k=uniform(2, 7, 8), v=uniform(2, 7, 8), **parts)
    qkv = dict(q=uniform(2, 3, 4, 6), k=uniform(2, 3, 5, 6), v=uniform(2, 3, 5, 2))
    yield "scaledDotProduct", case(lambda q, k, v: F.scaled_dot_product_attention(q, k, v, scale=0.7), **qkv)
    partly = torch.tensor([[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 1, 0, 0, 0]]).bool()
    yield "maskedRow", case(lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=partly), **qkv)
    yield "causalUneven", case(lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), **qkv)
    steps = dict(t=indices(6, high=1000), s=uniform(1))
    yield "timesteps", case(lambda t, s: timestep_embedding(t, 64) * s, **steps)
    yield "timestepsCosine", case(lambda t, s: timestep_embedding(t, 33, True, 0) * s, **steps)
    yield "positions", case(lambda t, s: positions(t, 16) * s, t=indices(5, high=50), s=uniform(1))


def spectral(layer, make, axes, steps=3):
    """The state before, then after each of some steps of descent on the mean squared output, twice through the layer in
    each; and the output in evaluation. `axes` brings the weight to Gannet's layout."""
    layer = torch.nn.utils.parametrizations.spectral_norm(layer.double())
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.3)
    names = {"weight": "parametrizations.weight.original", "u": "parametrizations.weight.0._u",
             "v": "parametrizations.weight.0._v", "bias": "bias"}

    def state():
        values = {name: layer.state_dict()[full].clone() for name, full in names.items()}
        others = [axis for axis in axes if axis != (1 if isinstance(layer, torch.nn.ConvTranspose2d) else 0)]
        shape = [values["weight"].shape[axis] for axis in sorted(others)]
        order = [sorted(others).index(axis) for axis in others]
        values["v"] = values["v"].reshape(shape).permute(order).flatten()
        values["weight"] = values["weight"].permute(axes)
        return {name: encode(value) for name, value in values.items()}

    result = {"start": state(), "steps": []}
    for _ in range(steps):
        (x, y) = (make(), make())
        optimizer.zero_grad()
        run = (lambda x: layer(x.double())) if x.dim() == 2 else (lambda x: back(layer(images(x.double()))))
        loss = (run(x) ** 2).mean() + run(y).abs().mean()
        loss.backward()
        optimizer.step()
        result["steps"].append({"x": encode(x), "y": encode(y), "loss": loss.item(), "state": state()})
    layer.eval()
    result["output"] = encode(run(x).detach())
    return result


def main():
    torch.manual_seed(5)
    golden = {
        "torch": torch.__version__,
        "cases": dict(cases()),
        "spectral": {
            "linear": spectral(torch.nn.Linear(6, 4), lambda: uniform(3, 6), [1, 0]),
            "conv": spectral(torch.nn.Conv2d(3, 5, 3, padding=1), lambda: uniform(2, 4, 4, 3), [2, 3, 1, 0]),
            "transposed": spectral(
                torch.nn.ConvTranspose2d(3, 5, 4, stride=2, padding=1), lambda: uniform(2, 3, 3, 3), [2, 3, 1, 0]
            ),
        },
    }
    path = pathlib.Path(__file__).with_name("torch_modules.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
