"""Golden values of whole networks, computed by PyTorch in float64: weights drawn at random, what a network makes of its input, and
the gradients of sum(output * weight) toward all weights. `NetworkGolden.swift` reads them."""

import numpy as np
import torch


def rounded(values):
    """Numbers that are the same in float32 and as short decimal text."""
    return np.round(values * 1024) / 1024


def numbers(values):
    return [float(f"{value:.8g}") for value in values.flatten().tolist()]


def case(random, shapes, x, function, span=0.5):
    """What `function(weights)` makes of the input x, with weights of the given shapes between -span and span."""
    initial = {name: rounded(random.uniform(-span, span, shape)) for name, shape in shapes.items()}
    w = {name: torch.tensor(value, requires_grad=True) for name, value in initial.items()}
    output = function(w)
    weight = rounded(random.uniform(0.5, 1.5, output.shape))
    (output * torch.tensor(weight)).sum().backward()
    return {
        "initial": {name: numbers(value) for name, value in initial.items()},
        "input": numbers(x), "weight": numbers(weight), "output": numbers(output),
        # A weight that the output does not depend on has none.
        "gradients": {
            name: numbers(torch.zeros_like(value) if value.grad is None else value.grad) for name, value in w.items()
        },
    }
