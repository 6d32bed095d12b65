"""Writes torch_layers.json: values and gradients of layers that PyTorch computes, for Gannet to be compared with.

Usage: python torch_layers.py            (needs torch; its version is recorded in the file)

Cases are as in torch_golden.py. All arrays are in Gannet's layout: images [batch, height, width, channels], filters
[height, width, in, out], matrices [in, out]; the functions here turn them round for PyTorch.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

from torch_golden import case, encode, indices, uniform


def images(x):
    return x.permute(0, 3, 1, 2)


def back(y):
    return y.permute(0, 2, 3, 1)


def batch_norm(x, scale, offset):
    return F.batch_norm(x.flatten(0, -2), None, None, scale, offset, training=True).reshape(x.shape)


def batch_norm_evaluation(x, scale, offset, mean, variance):
    return (x - mean) / (variance + 1e-5).sqrt() * scale + offset


def group_norm(x, scale, offset):
    return back(F.group_norm(images(x), 2, scale, offset))


def lstm(x, h, c, w, u, b, steps):
    """The outputs [batch, steps, units], then the last memory as one more row."""
    units = h.shape[1]
    layer = torch.nn.LSTM(w.shape[0], units, batch_first=True).double()
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    values = dict(zip(names, [w.T, u.T, b, torch.zeros_like(b)]))
    outputs, (_, last) = torch.func.functional_call(layer, values, (x, (h[None], c[None])))
    return torch.cat([outputs, last.permute(1, 0, 2)], 1)


def lstm_cell(x, h, c, w, u, b):
    return lstm(x[:, None], h, c, w, u, b, 1)


def convolution(**options):
    def function(x, w, b):
        return back(F.conv2d(images(x), w.permute(3, 2, 0, 1), b, **options))

    return function


def transposed(**options):
    def function(x, w, b):
        return back(F.conv_transpose2d(images(x), w.permute(3, 2, 0, 1), b, **options))

    return function


def mask(kind, height, width, groups):
    """[height, width, groups, groups], 1 where a tap is kept: above, to the left, and at the centre by colour."""
    row, column = height // 2, width // 2
    kept = torch.zeros(height, width, groups, groups, dtype=torch.float64)
    kept[:row] = 1
    kept[row, :column] = 1
    for i in range(groups):
        for o in range(groups):
            kept[row, column, i, o] = float(i < o if kind == "A" else i <= o)
    return kept


def masked(kind, groups):
    def function(x, w, b):
        height, width = w.shape[:2]
        kept = mask(kind, height, width, groups)
        kept = kept.repeat_interleave(w.shape[2] // groups, 2).repeat_interleave(w.shape[3] // groups, 3)
        return back(F.conv2d(images(x), (w * kept).permute(3, 2, 0, 1), b, padding=(height // 2, width // 2)))

    return function


def slopes(function):
    """The gradients toward images and filters of half the squared results, one after the other: the gradients of
    these are second gradients of the convolution."""

    def result(x, w):
        energy = 0.5 * (function(x, w, None) ** 2).sum()
        return torch.cat([g.flatten() for g in torch.autograd.grad(energy, [x, w], create_graph=True)])

    return result


def cases():
    norm = dict(scale=uniform(4), offset=uniform(4))
    x = uniform(3, 5, 4, 4)
    yield "batchNorm", case(batch_norm, x=x, **norm)
    yield "batchNormRows", case(batch_norm, x=uniform(6, 4), **norm)
    yield "batchNormEvaluation", case(
        batch_norm_evaluation, x=uniform(6, 4), **norm, mean=uniform(4), variance=uniform(4, low=0.2)
    )
    yield "groupNorm", case(group_norm, x=x, **norm)
    yield "embedding", case(lambda w, i: F.embedding(i, w), w=uniform(6, 3), i=indices(2, 4, high=6))
    cell = dict(w=uniform(3, 20, low=-0.5, high=0.5), u=uniform(5, 20, low=-0.5, high=0.5), b=uniform(20))
    start = dict(h=uniform(2, 5), c=uniform(2, 5))
    yield "lstmCell", case(lstm_cell, x=uniform(2, 3), **start, **cell)
    yield "lstm", case(lambda **a: lstm(steps=28, **a), x=uniform(2, 28, 3), **start, **cell)
    pooled = uniform(2, 7, 6, 3)
    yield "maxPool", case(lambda x: back(F.max_pool2d(images(x), 2)), x=pooled)
    yield "maxPoolOverlapping", case(lambda x: back(F.max_pool2d(images(x), 3, 2, 1)), x=pooled)
    yield "averagePool", case(lambda x: back(F.avg_pool2d(images(x), 2)), x=pooled)
    yield "averagePoolOverlapping", case(lambda x: back(F.avg_pool2d(images(x), 3, 2, 1)), x=pooled)
    small = uniform(2, 4, 3, 2)
    yield "resizeByTwo", case(lambda x: back(F.interpolate(images(x), scale_factor=2)), x=small)
    yield "resizeToOther", case(lambda x: back(F.interpolate(images(x), size=(7, 6))), x=small)
    yield "resizeSmaller", case(lambda x: back(F.interpolate(images(x), size=(2, 2))), x=small)
    x = uniform(2, 6, 5, 4)
    yield "conv2D", case(convolution(padding=1), x=x, w=uniform(3, 3, 4, 6), b=uniform(6))
    yield "conv2DStrided", case(
        convolution(stride=2, padding=2, dilation=2, groups=2), x=x, w=uniform(3, 3, 2, 6), b=uniform(6)
    )
    yield "convTranspose2D", case(
        transposed(stride=2, padding=1, output_padding=1), x=x, w=uniform(3, 3, 6, 4), b=uniform(6)
    )
    yield "convTranspose2DGrouped", case(
        transposed(stride=2, padding=1, groups=2), x=x, w=uniform(4, 4, 3, 4), b=uniform(6)
    )
    yield "maskedConv2DA", case(masked("A", 1), x=uniform(2, 6, 5, 1), w=uniform(5, 5, 1, 3), b=uniform(3))
    yield "maskedConv2DB", case(masked("B", 1), x=x, w=uniform(3, 3, 4, 3), b=uniform(3))
    yield "maskedConv2DColours", case(
        masked("A", 3), x=uniform(2, 5, 4, 3), w=uniform(3, 3, 3, 6), b=uniform(6)
    )
    yield "maskedConv2DColoursB", case(
        masked("B", 3), x=uniform(2, 5, 4, 6), w=uniform(3, 3, 6, 6), b=uniform(6)
    )
    yield "convTranspose2DDilated", case(
        transposed(stride=2, padding=1, output_padding=1, dilation=2, groups=2),
        x=x, w=uniform(3, 3, 3, 4), b=uniform(6),
    )
    small = uniform(2, 5, 4, 4)
    yield "conv2DSlopes", case(slopes(convolution(padding=1)), x=small, w=uniform(3, 3, 4, 3))
    yield "conv2DStridedSlopes", case(
        slopes(convolution(stride=2, padding=2, dilation=2, groups=2)), x=small, w=uniform(3, 3, 2, 6)
    )
    yield "convTranspose2DSlopes", case(
        slopes(transposed(stride=2, padding=1, output_padding=1, groups=2)), x=small, w=uniform(3, 3, 3, 4)
    )
    yield "maskedConv2DSlopes", case(slopes(masked("B", 2)), x=small, w=uniform(3, 3, 4, 4))


def batch_norm_steps():
    """Three steps of gradient descent through batch normalisation, then what the layer gives in evaluation."""
    layer = torch.nn.BatchNorm2d(4).double()
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    target = uniform(3, 5, 4, 4)
    steps = []
    for _ in range(3):
        x = uniform(3, 5, 4, 4)
        optimizer.zero_grad()
        loss = ((back(layer(images(x.double()))) - target.double()) ** 2).mean()
        loss.backward()
        optimizer.step()
        names = ["weight", "bias", "running_mean", "running_var"]
        state = {name: encode(layer.state_dict()[name]) for name in names}
        steps.append({"x": encode(x), "loss": loss.item(), "state": state})
    layer.eval()
    final = encode(back(layer(images(x.double()))).detach())
    return {"target": encode(target), "steps": steps, "final": final}


def main():
    golden = {"torch": torch.__version__, "cases": dict(cases()), "batchNorm": batch_norm_steps()}
    path = pathlib.Path(__file__).with_name("torch_layers.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
