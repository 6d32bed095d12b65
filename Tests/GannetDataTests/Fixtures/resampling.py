"""A picture resized by PyTorch, not rounded, into the folder of this script.

    python resampling.py    # needs torch and numpy
"""

import pathlib

import numpy as np
import torch

folder = pathlib.Path(__file__).parent
color = torch.tensor(np.load(folder / "color_png.npy")).permute(2, 0, 1)[None].float()
for h, w in [(8, 11), (19, 13), (40, 30)]:
    resized = torch.nn.functional.interpolate(color, (h, w), mode="bilinear", antialias=True)
    np.save(folder / f"torch_{h}x{w}.npy", resized[0].permute(1, 2, 0).contiguous().numpy())
