"""A file with a tensor of each type, as the safetensors library writes it, into the folder of this script; with a
path, checks that the library reads that file, written by Gannet, back as it should.

    python safetensors_types.py                 # needs torch and safetensors
    python safetensors_types.py written.safetensors
"""

import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

folder = pathlib.Path(__file__).parent
types = {
    "bool": torch.bool, "uint8": torch.uint8, "int8": torch.int8, "int16": torch.int16, "uint16": torch.uint16,
    "int32": torch.int32, "uint32": torch.uint32, "int64": torch.int64, "uint64": torch.uint64,
    "float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64,
}
values = torch.tensor([[0, 1, 2], [100, 5, 7]])
if len(sys.argv) > 1:
    read = load_file(sys.argv[1])
    for name, tensor in read.items():
        expected = torch.tensor(2.5) if name == "scalar" else torch.zeros(2, 0) if name == "empty" else values
        assert tensor.shape == expected.shape, name
        assert torch.equal(tensor.double(), expected.to(tensor.dtype).double()), name
    print("read", {name: str(tensor.dtype) for name, tensor in sorted(read.items())})
else:
    tensors = {name: values.to(type) for name, type in types.items()}
    tensors |= {"scalar": torch.tensor(2.5), "empty": torch.zeros(2, 0)}
    tensors["halves"] = torch.tensor(
        [0, -0.0, 1, -2, 65504, 6e-8, 6.1e-5, float("inf"), float("-inf"), float("nan"), 0.333], dtype=torch.float16)
    save_file(tensors, folder / "safetensors_types.safetensors", {"format": "pt"})
