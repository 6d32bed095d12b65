"""Prints Sources/GannetGraph/Random/NormalTransform+Table.swift: the cubics of Gannet's normal transform.

Usage: python normal_table.py > Sources/GannetGraph/Random/NormalTransform+Table.swift
Needs numpy and scipy.

An upper-tail probability p = (x - 1/2) / 2^32 has x in 1 ... 2^31 - 1. Piece j of octave e covers
x = 2^e (1 + (j + u) / 8) with u in [0, 1), where u = t / 2^23 and t is a whole number; the lowest e - 26 bits of x,
where there are so many, do not count, and p is taken in the middle of the values they may have.

Coefficients are rounded to binary32 one after another, lowest degree first, and those that remain are fitted
again to what is left: the error of a rounded constant then does not extend over the whole piece.
"""

import numpy as np
from scipy.special import ndtri

OCTAVES, PIECES, ARGUMENT_BITS = 31, 8, 23


def samples(octave, piece):
    """Arguments u in [0, 1) and the normals there: all of a small piece, Chebyshev nodes of a large one."""
    points = 2.0 ** (octave - 3)
    if points < 1:
        # A piece of a small octave holds one x or none; an empty one takes the value of its own place.
        u = np.zeros(1)
    elif points <= 64:
        u = np.arange(points) / points
    else:
        u = (1 - np.cos((np.arange(64) + 0.5) * np.pi / 64)) / 2
    dropped = max(octave - 26, 0)
    x = 2.0**octave * (1 + (piece + u) / PIECES) + (2.0**dropped - 1) / 2
    return u, -ndtri((x - 0.5) / 2.0**32)


def cubic(octave, piece):
    """The four coefficients, of powers of t."""
    u, remaining = samples(octave, piece)
    degree = min(3, len(u) - 1)
    coefficients = np.zeros(4, np.float32)
    for k in range(degree + 1):
        powers = np.stack([u**j for j in range(k, degree + 1)], axis=1)
        fitted = np.linalg.lstsq(powers, remaining, rcond=None)[0][0]
        coefficients[k] = np.float32(fitted * 2.0 ** (-ARGUMENT_BITS * k))
        remaining = remaining - np.float64(coefficients[k]) * 2.0 ** (ARGUMENT_BITS * k) * u**k
    return coefficients


def main():
    table = np.concatenate([cubic(e, j) for e in range(OCTAVES) for j in range(PIECES)])
    bits = table.view(np.uint32)
    print("extension NormalTransform {")
    print("    /// The bits of ``coefficients``, one cubic a line. Written by normal_table.py beside the tests.")
    print("    public static let coefficientBits: [UInt32] = [")
    for row in range(0, len(bits), 4):
        print("        " + " ".join(f"0x{w >> 16:04X}_{w & 0xFFFF:04X}," for w in bits[row : row + 4]))
    print("    ]")
    print("}")


if __name__ == "__main__":
    main()
