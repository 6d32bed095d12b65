"""Writes torch_networks.safetensors, the weights of two networks made in PyTorch, and torch_networks.json, what they make
of some inputs, for Gannet to be compared with.

Usage: python torch_networks.py                 (needs torch and safetensors)
       python torch_networks.py --check FILE    loads FILE, which Gannet wrote, into the networks, and compares what
                                                they make of the inputs with the recorded outputs

The file of weights is as `safetensors.torch.save_file` writes `state_dict()`; pictures in the JSON are in PyTorch's
layout, [batch, channels, height, width].
"""

import json
import pathlib
import sys

import safetensors.torch
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

here = pathlib.Path(__file__)


class Pictures(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(8),
            nn.SiLU(),
            nn.ConvTranspose2d(8, 6, 4, stride=2, padding=1),
            nn.GroupNorm(2, 6),
            nn.ReLU(),
            spectral_norm(nn.Conv2d(6, 6, 3, padding=1, groups=3)),
            nn.MaxPool2d(2),
            nn.InstanceNorm2d(6, affine=True),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
        )
        self.head = nn.Linear(6 * 4 * 4, 5)

    def forward(self, x):
        return self.head(self.body(x))


class Sequences(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 8)
        self.lstm = nn.LSTM(8, 8, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.gru = nn.GRU(8, 6, batch_first=True)
        self.cells = nn.ModuleList([nn.LSTMCell(6, 6), nn.GRUCell(6, 6)])
        self.head = nn.Linear(6, 3)

    def forward(self, tokens):
        h = self.lstm(self.embedding(tokens))[0]
        n = self.norm(h)
        h = h + self.attention(n, n, n, need_weights=False)[0]
        h = self.gru(h)[0][:, -1]
        h = self.cells[1](h, self.cells[0](h)[0])
        return self.head(h)


def networks():
    torch.manual_seed(12)
    return {"pictures": Pictures(), "sequences": Sequences()}


def inputs():
    generator = torch.Generator().manual_seed(3)
    return {
        "pictures": torch.rand(2, 3, 8, 8, generator=generator),
        "sequences": torch.randint(0, 11, (3, 6), generator=generator),
    }


def evaluate(models):
    with torch.no_grad():
        return {name: model.double().eval()(double(inputs()[name])) for name, model in models.items()}


def double(x):
    return x.double() if x.is_floating_point() else x


def encode(tensor):
    digits = [float(f"{value:.9g}") for value in tensor.flatten().tolist()]
    return {"shape": list(tensor.shape), "values": digits, "isIndex": not tensor.is_floating_point()}


def write():
    models = networks()
    with torch.no_grad():
        for _ in range(3):
            models["pictures"](torch.rand(4, 3, 8, 8) * 2 - 0.5)
        for model in models.values():
            for name, parameter in model.named_parameters():
                if parameter.dim() == 1:
                    parameter += 0.3 * torch.randn_like(parameter)
    state = {f"{name}.{key}": value.clone() for name, model in models.items() for key, value in model.state_dict().items()}
    safetensors.torch.save_file(state, here.with_name("torch_networks.safetensors"))
    outputs = evaluate(models)
    golden = {
        "torch": torch.__version__,
        "networks": {
            name: {"input": encode(x), "output": encode(outputs[name])} for name, x in inputs().items()
        },
    }
    here.with_name("torch_networks.json").write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


def check(path):
    state = safetensors.torch.load_file(path)
    golden = json.loads(here.with_name("torch_networks.json").read_text())["networks"]
    models = networks()
    for name, model in models.items():
        own = {key[len(name) + 1:]: value for key, value in state.items() if key.startswith(name + ".")}
        model.load_state_dict(own, strict=True)
    for name, output in evaluate(models).items():
        error = (output.flatten() - torch.tensor(golden[name]["output"]["values"]).double()).abs().max().item()
        print(f"{name}: largest difference {error:.2e}")
        if not error < 1e-5:
            sys.exit(f"{name} differs")


if __name__ == "__main__":
    check(sys.argv[2]) if sys.argv[1:2] == ["--check"] else write()
