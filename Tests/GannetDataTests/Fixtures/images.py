"""Pictures as Pillow writes them, and as it decodes and resizes them, into the folder of this script.

    python images.py        # needs pillow and numpy
"""

import pathlib

import numpy as np
from PIL import Image

folder = pathlib.Path(__file__).parent
height, width = 19, 26
y, x = np.mgrid[0:height, 0:width]
color = np.stack([x * 9, y * 13, 255 - x * 4 - y * 6], -1).astype("u1")
color[4:9, 6:14] = [250, 20, 60]
grey = (127 + 120 * np.sin(x / 4) * np.cos(y / 5)).astype("u1")


def pixels(name, image):
    """The picture's values, as NumPy keeps them."""
    array = np.asarray(image)
    np.save(folder / f"{name}.npy", array if array.ndim == 3 else array[..., None])


Image.fromarray(color).save(folder / "color.jpg", quality=85)
Image.fromarray(color).save(folder / "progressive.jpg", quality=85, progressive=True)
Image.fromarray(grey).save(folder / "grey.jpg", quality=90)
Image.fromarray(color).convert("CMYK").save(folder / "print.jpg", quality=90)
for name in ["color", "progressive", "grey"]:
    pixels(f"{name}_jpg", Image.open(folder / f"{name}.jpg"))
pixels("print_jpg", Image.open(folder / "print.jpg").convert("RGB"))

Image.fromarray(color).save(folder / "color.png")
Image.fromarray(grey).save(folder / "grey.png")
Image.fromarray(color).quantize(16).save(folder / "palette.png")
alpha = np.concatenate([color, np.where(x < 13, 255, 0).astype("u1")[..., None]], -1)
Image.fromarray(alpha).save(folder / "alpha.png")
Image.fromarray(grey.astype("u2") * 257).save(folder / "deep.png")
Image.fromarray(grey > 127).save(folder / "bits.png")
pixels("color_png", color)
pixels("grey_png", grey)
pixels("palette_png", Image.open(folder / "palette.png").convert("RGB"))
pixels("alpha_png", np.where(alpha[..., 3:] == 255, color, 0).astype("u1"))
pixels("deep_png", grey)
pixels("bits_png", np.where(grey > 127, 255, 0).astype("u1"))
pixels("luma", Image.fromarray(color).convert("L"))

for name, filter in [("bilinear", Image.Resampling.BILINEAR), ("box", Image.Resampling.BOX)]:
    for h, w in [(8, 11), (19, 13), (40, 30), (1, 1)]:
        pixels(f"{name}_{h}x{w}", Image.fromarray(color).resize((w, h), filter))
