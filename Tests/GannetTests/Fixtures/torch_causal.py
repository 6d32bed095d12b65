"""Writes torch_causal.json: values and gradients of the recurrent layers of van den Oord, Kalchbrenner and Kavukcuoglu,
"Pixel Recurrent Neural Networks" (arXiv:1601.06759), for Gannet to be compared with.

Usage: python torch_causal.py            (needs torch; its version is recorded in the file)

Cases are as in torch_golden.py, arrays in Gannet's layout as in torch_layers.py. What Gannet computes by skewed maps is
written here pixel by pixel, and masks multiply.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

from torch_golden import case, generator, uniform
from torch_layers import back, images, masked


def cell(sums, c, colours):
    """Equation 3: h and c of the sums of both convolutions, in which each colour has its gates o, f, i and g."""
    o, f, i, g = (gate.flatten(-2) for gate in sums.unflatten(-1, (colours, 4, -1)).unbind(-2))
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def row_lstm(colours=1):
    """Section 3.1; w and b are of the masked convolution of a row, u is of that of the state above."""

    def function(x, w, b, u):
        gates = masked("B", colours)(x, w, b)
        h = c = x.new_zeros(len(x), x.shape[2], u.shape[2])
        rows = []
        for row in range(x.shape[1]):
            above = F.conv2d(images(h[:, None]), u.permute(3, 2, 0, 1), padding=(0, u.shape[1] // 2))
            h, c = cell(gates[:, row] + back(above)[:, 0], c, colours)
            rows.append(h)
        return torch.stack(rows, 1)

    return function


def diagonal_lstm(colours=1, step=1):
    """One direction of section 3.2: step is 1 from the left, -1 from the right; u is of the states above and before."""

    def function(x, w, b, u):
        height, width = x.shape[1:3]
        gates = masked("B", colours)(x, w, b)
        zero = x.new_zeros(len(x), u.shape[1])
        h = {}
        for row in range(height):
            c = zero
            for column in range(width)[::step]:
                sums = gates[:, row, column] + h.get((row - 1, column), zero) @ u[0]
                sums = sums + h.get((row, column - step), zero) @ u[1]
                h[row, column], c = cell(sums, c, colours)
        return torch.stack([torch.stack([h[r, c] for c in range(width)], 1) for r in range(height)], 1)

    return function


def diagonal_bilstm(colours=1):
    """Section 3.2: what comes from the right is shifted down by a row. v, d and t are its w, b and u."""

    def function(x, w, b, u, v, d, t):
        right = diagonal_lstm(colours, -1)(x, v, d, t)
        shifted = torch.cat([torch.zeros_like(right[:, :1]), right[:, :-1]], 1)
        return diagonal_lstm(colours)(x, w, b, u) + shifted

    return function


def cases():
    def arrays(inputs, units, kernel, names="wbu", state=(2,)):
        shapes = [(1, kernel, inputs, 4 * units), (4 * units,), (*state, units, 4 * units)]
        return {name: uniform(*shape, low=-0.8, high=0.8) for name, shape in zip(names, shapes)}

    x, colours = uniform(2, 4, 5, 2), uniform(2, 3, 4, 3)
    yield "rowLSTM", case(row_lstm(), x=x, **arrays(2, 3, 3, state=(1, 3)))
    yield "rowLSTMColours", case(row_lstm(3), x=colours, **arrays(3, 6, 5, state=(1, 5)))
    yield "diagonalLSTM", case(diagonal_lstm(), x=x, **arrays(2, 3, 1))
    yield "diagonalBiLSTM", case(diagonal_bilstm(), x=x, **arrays(2, 3, 1), **arrays(2, 3, 1, "vdt"))
    yield "diagonalBiLSTMColours", case(
        diagonal_bilstm(3), x=colours, **arrays(3, 6, 1), **arrays(3, 6, 1, "vdt")
    )


def main():
    generator.manual_seed(16_01)
    golden = {"torch": torch.__version__, "cases": dict(cases())}
    path = pathlib.Path(__file__).with_name("torch_causal.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
