// Numbers of 16 bits, as mathematics.cl says. In registers they are floats; in memory they take two bytes, whose bits
// are here in the lower half of a uint. Integer arithmetic and exact sums only: vload_half and vstore_half leave the
// bits of NaN, and some drivers subnormal numbers, to the device.

// section: float16
static inline F FN(fromHalf)(U h)
{
    U sign = (h & 0x8000u) << 16;
    U shifted = (h & 0x7FFFu) << 13;
    // 2 to the -14 and the subnormal number, less 2 to the -14: exact.
    U small_ = AS_U(AS_F(shifted + 0x38800000u) - 0x1p-14f);
    U y = AS_I(shifted) < (I)(0x00800000) ? small_ : shifted + 0x38000000u;
    y = AS_I(shifted) > (I)(0x0F7FFFFF) ? shifted + 0x70000000u : y;
    return AS_F(y | sign);
}
// The bits of a number that is one of float16.
static inline U FN(toHalf)(F x)
{
    U sign = AS_U(x) & 0x80000000u;
    U magnitude = AS_U(x) ^ sign;
    U small_ = AS_U(AS_F(magnitude) + 0.5f) - 0x3F000000u;
    U y = AS_I(magnitude) < (I)(0x38800000) ? small_ : (magnitude - 0x38000000u) >> 13;
    y = AS_I(magnitude) > (I)(0x477FFFFF) ? ((magnitude >> 13) & 0x3FFu) | 0x7C00u : y;
    return y | (sign >> 16);
}
// To the nearest, ties to even.
static inline F FN(roundToHalf)(F x)
{
    U sign = AS_U(x) & 0x80000000u;
    U magnitude = AS_U(x) ^ sign;
    U normal = (magnitude + 0xFFFu + ((magnitude >> 13) & 1u)) & 0xFFFFE000u;
    // Below 2 to the -14 the unit is 2 to the -24, which is that of the numbers from a half on.
    U small_ = AS_U((AS_F(magnitude) + 0.5f) - 0.5f);
    U y = AS_I(magnitude) < (I)(0x38800000) ? small_ : normal;
    y = AS_I(normal) > (I)(0x477FFFFF) ? (U)(0x7F800000u) : y;
    y = AS_I(magnitude) > (I)(0x7F800000) ? (U)(0x7FC00000u) : y;
    return AS_F(y | sign);
}

// section: bfloat16
static inline F FN(fromBrain)(U h) { return AS_F(h << 16); }
static inline U FN(toBrain)(F x) { return AS_U(x) >> 16; }
// To the nearest, ties to even.
static inline F FN(roundToBrain)(F x)
{
    U bits = AS_U(x);
    U rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) & 0xFFFF0000u;
    return AS_F(AS_I(bits & 0x7FFFFFFFu) > (I)(0x7F800000) ? (bits & 0x80000000u) | 0x7FC00000u : rounded);
}
