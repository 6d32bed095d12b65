"""The autoregressive networks of gannet-bench in PyTorch, for black and white pictures, and their naive drawing."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from operations import LAYOUTS, causal_mask

SIDE = 28
# The pixels that naive drawing is timed on; all of them take as long each.
TIMED_PIXELS = 8


class MaskedConv2d(nn.Conv2d):
    """A convolution whose filters are multiplied by a mask; of height 1 it sees what is to the left."""

    def __init__(self, kind, inputs, outputs, kernel, height=None):
        height = height or kernel
        super().__init__(inputs, outputs, (height, kernel), padding=(height // 2, kernel // 2))
        mask = causal_mask(kernel, kind, "cpu")
        self.register_buffer("mask", mask if height == kernel else mask[kernel // 2 : kernel // 2 + 1])

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


def head(features):
    layers = [nn.ReLU(), nn.Conv2d(features, features, 1), nn.ReLU(), nn.Conv2d(features, 1, 1)]
    return nn.Sequential(*layers)


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class PixelCNN(nn.Module):
    """7x7 A, seven residual blocks around 3x3 B, two 1x1: 101,505 parameters."""

    def __init__(self, features=32, blocks=7):
        super().__init__()
        h = features
        body = lambda: Residual(
            nn.ReLU(), nn.Conv2d(2 * h, h, 1), nn.ReLU(), MaskedConv2d("B", h, h, 3),
            nn.ReLU(), nn.Conv2d(h, 2 * h, 1),
        )
        blocks = [body() for _ in range(blocks)]
        self.network = nn.Sequential(MaskedConv2d("A", 1, 2 * h, 7), *blocks, head(2 * h))

    def forward(self, x):
        return self.network(x)


class GatedPixelCNN(nn.Module):
    """A vertical and a horizontal stack of gated units."""

    def __init__(self, features=32, blocks=5):
        super().__init__()
        h = features
        inputs = [1] + blocks * [h]
        kernels = [7] + blocks * [3]
        # The first layer sees the rows above alone, the others their own, too.
        self.rows = [3] + blocks * [1]
        self.vertical = nn.ModuleList(
            nn.Conv2d(i, 2 * h, (k // 2 + (number > 0), k))
            for number, (i, k) in enumerate(zip(inputs, kernels))
        )
        self.across = nn.ModuleList(nn.Conv2d(2 * h, 2 * h, 1) for _ in inputs)
        self.horizontal = nn.ModuleList(
            MaskedConv2d("B" if number else "A", i, 2 * h, k, height=1)
            for number, (i, k) in enumerate(zip(inputs, kernels))
        )
        self.output = nn.ModuleList(nn.Conv2d(h, h, 1) for _ in inputs)
        self.head = head(h)

    def forward(self, x):
        v = h = x
        for number, vertical in enumerate(self.vertical):
            width = vertical.kernel_size[1]
            padded = F.pad(v, (width // 2, width // 2, self.rows[number], 0))
            sums = vertical(padded)[:, :, : x.shape[2]]
            gates = self.horizontal[number](h) + self.across[number](sums)
            v = gated(sums)
            y = self.output[number](gated(gates))
            h = y if number == 0 else h + y
        return self.head(h)


def gated(sums):
    a, b = sums.chunk(2, 1)
    return torch.tanh(a) * torch.sigmoid(b)


def cell(sums, c):
    """Equation 3 of the PixelRNN paper."""
    o, f, i, g = sums.chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


class RowLSTM(nn.Module):
    """A layer of an LSTM whose state is a row."""

    def __init__(self, inputs, units):
        super().__init__()
        self.units = units
        self.input_to_state = MaskedConv2d("B", inputs, 4 * units, 3, height=1)
        self.state_to_state = nn.Conv1d(units, 4 * units, 3, padding=1, bias=False)

    def forward(self, x):
        gates = self.input_to_state(x).unbind(2)
        h = c = x.new_zeros(x.shape[0], self.units, x.shape[3])
        rows = []
        for row in gates:
            h, c = cell(row + self.state_to_state(h), c)
            rows.append(h)
        return torch.stack(rows, 2)


def skewed(x):
    """Each row moved by one place more."""
    rows, columns = x.shape[2:]
    padded = F.pad(x, (0, rows))
    return padded.flatten(2)[:, :, : rows * (rows + columns - 1)].unflatten(2, (rows, -1))


def unskewed(x, columns):
    rows = x.shape[2]
    return F.pad(x.flatten(2), (0, rows)).unflatten(2, (rows, -1))[..., :columns]


class DiagonalLSTM(nn.Module):
    """One direction of a Diagonal BiLSTM: its state is a diagonal."""

    def __init__(self, inputs, units):
        super().__init__()
        self.units = units
        self.input_to_state = nn.Conv2d(inputs, 4 * units, 1)
        self.state_to_state = nn.Conv1d(units, 4 * units, 2, bias=False)

    def forward(self, x):
        gates = skewed(self.input_to_state(x)).unbind(3)
        h = c = x.new_zeros(x.shape[0], self.units, x.shape[2])
        diagonals = []
        for diagonal in gates:
            h, c = cell(diagonal + self.state_to_state(F.pad(h, (1, 0))), c)
            diagonals.append(h)
        return unskewed(torch.stack(diagonals, 3), x.shape[3])


class DiagonalBiLSTM(nn.Module):
    """Both directions; the one from the right is shifted down by a row."""

    def __init__(self, inputs, units):
        super().__init__()
        self.left = DiagonalLSTM(inputs, units)
        self.right = DiagonalLSTM(inputs, units)

    def forward(self, x):
        right = self.right(x.flip(3)).flip(3)
        return self.left(x) + F.pad(right, (0, 0, 1, 0))[:, :, :-1]


class PixelRNN(nn.Module):
    """7x7 A, residual blocks around an LSTM, two 1x1."""

    def __init__(self, layer, units, layers):
        super().__init__()
        h = units
        blocks = [Residual(layer(2 * h, h), nn.Conv2d(h, 2 * h, 1)) for _ in range(layers)]
        self.network = nn.Sequential(MaskedConv2d("A", 1, 2 * h, 7), *blocks, head(2 * h))

    def forward(self, x):
        return self.network(x)


NETWORKS = {
    "residual-pixelcnn": PixelCNN,
    "gated-pixelcnn": GatedPixelCNN,
    "pixelrnn-row": lambda: PixelRNN(RowLSTM, 16, 2),
    "pixelrnn-diagonal": lambda: PixelRNN(DiagonalBiLSTM, 16, 1),
}


class NegativeLogLikelihood(nn.Module):
    """Of black and white pictures, in nats."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        loss = F.binary_cross_entropy_with_logits(self.network(x), x, reduction="sum")
        return loss / x.shape[0]


def draw(o, device):
    """The naive loop: the whole network for each pixel. A few pixels stand for all."""

    def of(layout):
        network = NETWORKS[o.model]().to(device, memory_format=layout)

        def run():
            x = torch.zeros(o.batch, 1, SIDE, SIDE, device=device).to(memory_format=layout)
            for place in range(TIMED_PIXELS):
                row, column = divmod(place * SIDE * SIDE // TIMED_PIXELS, SIDE)
                p = torch.sigmoid(network(x)[:, 0, row, column])
                x[:, 0, row, column] = torch.bernoulli(p)
            return x

        run.scale = SIDE * SIDE / TIMED_PIXELS
        return run

    return {name: of(layout) for name, layout in LAYOUTS.items()}
