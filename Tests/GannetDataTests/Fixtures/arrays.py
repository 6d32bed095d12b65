"""Arrays as NumPy writes them, and what Gannet must read from them, into the folder of this script.

    python arrays.py        # needs numpy
"""

import gzip
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent
values = np.array([[0, 1, 2], [100, 5, 7]])

for name in ["b1", "u1", "i1", "<u2", ">u2", "<i2", ">i4", "<i4", "<u4", ">u8", "<i8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    plain = name.replace("<", "little_").replace(">", "big_")
    np.save(folder / f"{plain}.npy", values.astype(name))

np.save(folder / "fortran.npy", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
np.save(folder / "scalar.npy", np.float32(2.5))
np.save(folder / "vector.npy", np.arange(5, dtype="<i4"))
np.save(folder / "empty.npy", np.zeros((2, 0), "<f4"))
half = np.array([0, -0.0, 1, -2, 65504, 6e-8, 6.1e-5, np.inf, -np.inf, np.nan, 0.333], "<f2")
np.save(folder / "half.npy", half)
with open(folder / "version2.npy", "wb") as file:
    np.lib.format.write_array(file, values.astype("<f4"), version=(2, 0))
with open(folder / "version3.npy", "wb") as file:
    np.lib.format.write_array(file, values.astype("<f4"), version=(3, 0))

idx = bytes([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 7]) + bytes(i * i % 251 for i in range(196))
(folder / "images.gz").write_bytes(gzip.compress(idx, mtime=0))
