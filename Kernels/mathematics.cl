// Functions of one width: scalar, or sixteen lanes. The text is compiled once for each width that a program
// uses, section by section, with these names defined before it:
//   F, I, U            the float, int and uint type of the width
//   FN(name)           the function's name at this width
//   AS_F, AS_I, AS_U   the same bits as another type;  TO_F, TO_I, TO_U   conversions
//   ANY(c)             whether a comparison holds in any lane;  LANES   the number of lanes
//   EACH(p, v), ALL(p) stores lanes to an array and loads them from it
// The polynomials are those of the CPU backend's VectorMathematics. Products and sums are contracted, where the device
// can, in the functions up to errorFunction; in the others each is rounded.

// section: exponential
// 2 to the n for -126 <= n <= 127.
static inline F FN(powerOfTwo)(I n) { return AS_F((n + 127) << 23); }

// Good to 1 ulp; infinite where too large, 0 at minus infinity.
static inline F FN(exponential)(F x)
{
    x = x > (F)(89.0f) ? (F)(89.0f) : x;
    x = x < (F)(-104.0f) ? (F)(-104.0f) : x;
    F n = (x * 0x1.715476p+0f + 12582912.0f) - 12582912.0f;
    F r = (x - n * 0x1.63p-1f) - n * -0x1.bd0106p-13f;
    F p = r * 0x1.9e15e6p-13f + 0x1.6d5826p-10f;
    p = p * r + 0x1.11130ap-7f;
    p = p * r + 0x1.5554e0p-5f;
    p = p * r + 0x1.555554p-3f;
    p = p * r + 0.5f;
    F e = (p * (r * r) + r) + 1.0f;
    // Two factors: n may be -150 or 128, beyond the exponents of one.
    I whole = AS_I(n + 12582912.0f) - 0x4B400000;
    I half_ = whole >> 1;
    return (e * FN(powerOfTwo)(half_)) * FN(powerOfTwo)(whole - half_);
}

// section: logarithm
// Good to 1 ulp; minus infinity at 0, NaN below.
static inline F FN(logarithm)(F x)
{
    I small = x < (F)(0x1p-126f);
    F scaled = small ? x * 0x1p23f : x;
    I exponent = AS_I(AS_U(scaled) - 0x3F3504F3u) >> 23;
    F f = AS_F(AS_U(scaled) - AS_U(exponent << 23)) - 1.0f;
    exponent -= small ? (I)(23) : (I)(0);
    F e = TO_F(exponent);
    F p = f * 0x1.16a6d0p-4f + -0x1.e02078p-4f;
    p = p * f + 0x1.e6d192p-4f;
    p = p * f + -0x1.fbbf40p-4f;
    p = p * f + 0x1.23331ap-3f;
    p = p * f + -0x1.555fbep-3f;
    p = p * f + 0x1.99a524p-3f;
    p = p * f + -0x1.fffff8p-3f;
    p = p * f + 0x1.555546p-2f;
    F square = f * f;
    F rest = (p * f) * square;
    rest = rest + e * -0x1.bd0106p-13f;
    rest = rest - square * 0.5f;
    F y = (f + rest) + e * 0x1.63p-1f;
    y = x == (F)(INFINITY) ? x : y;
    y = x == (F)(0.0f) ? (F)(-INFINITY) : y;
    y = x != x ? x : y;
    return x < (F)(0.0f) ? (F)(NAN) : y;
}

// section: hyperbolicTangent
// Good to 2 ulp.
static inline F FN(hyperbolicTangent)(F x)
{
    F a = fabs(x);
    F z = a * a;
    F p = z * 0x1.18ab78p-9f + -0x1.0bffbep-7f;
    p = p * z + 0x1.639470p-6f;
    p = p * z + -0x1.b9f04ap-5f;
    p = p * z + 0x1.111076p-3f;
    p = p * z + -0x1.555554p-2f;
    F near = (p * z) * a + a;
    F far = 1.0f - 2.0f / (FN(exponential)(a + a) + 1.0f);
    return copysign(a < (F)(0.625f) ? near : far, x);
}

// section: errorFunction
// Good to 2 ulp.
static inline F FN(errorFunction)(F x)
{
    F a = fabs(x);
    F z = a * a;
    F p = z * 0x1.4f6760p-14f + -0x1.a60a2ep-11f;
    p = p * z + 0x1.544a1ap-8f;
    p = p * z + -0x1.b8011ap-6f;
    p = p * z + 0x1.ce2d64p-4f;
    p = p * z + -0x1.812740p-2f;
    p = p * z + 0x1.06eba8p-3f;
    F near = p * a + a;
    F b = a > (F)(4.0f) ? (F)(4.0f) : a;
    F q = b * 0x1.6940acp-17f + -0x1.4d8afcp-12f;
    q = q * b + 0x1.dae166p-9f;
    q = q * b + -0x1.84a2d8p-6f;
    q = q * b + 0x1.b2f21ep-4f;
    q = q * b + 0x1.45367cp-1f;
    q = q * b + 0x1.20ee9ep+0f;
    F far = 1.0f - FN(exponential)(-(q * b));
    return copysign(a < (F)(0.925f) ? near : far, x);
}

// section: trigonometric
// The binary digits of 2/pi after the point, behind 32 zeros.
#ifndef TWO_OVER_PI
#define TWO_OVER_PI
__constant uint twoOverPi[9] = {
    0, 0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u, 0xDB629599u, 0x3C439041u, 0xFE5163ABu, 0xDEBBC561u
};

// 32 digits from number `first` on.
static inline ulong twoOverPiWord(int first)
{
    ulong pair = (ulong)twoOverPi[first / 32] << 32 | twoOverPi[first / 32 + 1];
    return (pair << (ulong)(first % 32)) >> 32;
}

// x less the nearest multiple of pi/2, in two parts, and that multiple modulo 4, for |x| > 100000; after Payne
// and Hanek, "Radian reduction for trigonometric functions" (1983).
static inline uint reduceLarge(float x, float *high, float *low)
{
    if (isnan(x) || isinf(x)) {
        *high = *low = NAN;
        return 0;
    }
    ulong mantissa = (as_uint(x) & 0x7FFFFFu) | 0x800000u;
    int first = (int)(as_uint(x) >> 23 & 0xFFu) - 150 - 2 + 32;
    ulong tail = mantissa * twoOverPiWord(first + 64);
    ulong middle = mantissa * twoOverPiWord(first + 32) + (tail >> 32);
    ulong fixed = ((mantissa * twoOverPiWord(first)) << 32) + middle;
    uint quadrant = (uint)(fixed >> 62);
    long fraction = (long)(fixed << 2);
    if (fraction < 0) quadrant += 1;
    // The fraction in two floats, times pi/2 in two floats.
    fraction >>= 2;
    float whole = convert_float(fraction);
    float rest = convert_float(fraction - convert_long(whole));
    float product = whole * 0x1.921fb6p-62f;
    float error = fma(whole, 0x1.921fb6p-62f, -product);
    error = (error + whole * -0x1.777a5cp-87f) + rest * 0x1.921fb6p-62f;
    float sum = product + error;
    float left = error - (sum - product);
    int negative = x < 0.0f;
    *high = negative ? -sum : sum;
    *low = negative ? -left : left;
    return negative ? 0u - quadrant : quadrant;
}
#endif

// The sine of x + turns * pi/2; good to 1 ulp.
static inline F FN(trigonometric)(F x, uint turns)
{
    F shifted = x * 0x1.45f306p-1f + 12582912.0f;
    U quadrant = AS_U(shifted) + turns;
    F n = shifted - 12582912.0f;
    // The first three differences are exact. What the fourth loses, and all that follows, is kept in `low`.
    F third = ((x - n * 0x1.92p+0f) - n * 0x1.e0p-12f) - n * 0x1.b4p-16f;
    F product = n * 0x1.44p-24f;
    F fourth = third - product;
    F correction = n * 0x1.08p-34f - ((third - fourth) - product);
    F r = fourth - correction;
    F low = ((fourth - r) - correction) - n * 0x1.a308d4p-41f;
    if (ANY((fabs(x) > (F)(100000.0f)) | (x != x))) {
        float xs[LANES], highs[LANES], lows[LANES];
        uint quadrants[LANES];
        EACH(xs, x); EACH(highs, r); EACH(lows, low); EACH(quadrants, quadrant);
        for (int lane = 0; lane < LANES; lane++)
            if (!(fabs(xs[lane]) <= 100000.0f))
                quadrants[lane] = reduceLarge(xs[lane], &highs[lane], &lows[lane]) + turns;
        r = ALL(highs); low = ALL(lows); quadrant = ALL(quadrants);
    }
    F z = r * r;
    F s = z * 0x1.7c3226p-19f + -0x1.a0595ep-13f;
    s = s * z + 0x1.111174p-7f;
    s = s * z + -0x1.555556p-3f;
    F sine = r + ((s * z) * r + low);
    F c = z * 0x1.99e816p-16f + -0x1.6c0c28p-10f;
    c = c * z + 0x1.55554ap-5f;
    F cosine = 1.0f - (z * 0.5f - ((c * z) * z - r * low));
    F y = AS_I(quadrant & 1u) != 0 ? cosine : sine;
    return AS_F(AS_U(y) ^ ((quadrant & 2u) << 30));
}
static inline F FN(sine)(F x) { return fabs(x) < (F)(0x1p-13f) ? x : FN(trigonometric)(x, 0u); }
static inline F FN(cosine)(F x) { return FN(trigonometric)(x, 1u); }

// section: conversion
// Toward zero and saturating; NaN becomes 0.
static inline I FN(toInt)(F x)
{
    I high = x >= (F)(2147483648.0f);
    I low = x < (F)(-2147483648.0f);
    I y = TO_I(high | low | (x != x) ? (F)(0.0f) : x);
    return high ? (I)(INT_MAX) : (low ? (I)(INT_MIN) : y);
}
static inline U FN(toUint)(F x)
{
    I high = x >= (F)(4294967296.0f);
    I low = x <= (F)(0.0f);
    U y = TO_U(high | low | (x != x) ? (F)(0.0f) : x);
    return high ? (U)(UINT_MAX) : y;
}

// section: division
// Truncated; x / 0 is 0, x % 0 is x, and the least integer divided by -1 wraps.
static inline I FN(divideInt)(I x, I y)
{
    I q = x / ((y == 0) | (y == -1) ? (I)(1) : y);
    return y == 0 ? (I)(0) : (y == -1 ? AS_I(0u - AS_U(x)) : q);
}
static inline I FN(remainderInt)(I x, I y)
{
    I q = x % ((y == 0) | (y == -1) ? (I)(1) : y);
    return y == 0 ? x : (y == -1 ? (I)(0) : q);
}
static inline U FN(divideUint)(U x, U y)
{
    U q = x / (AS_I(y) == 0 ? (U)(1u) : y);
    return AS_I(y) == 0 ? (U)(0u) : q;
}
static inline U FN(remainderUint)(U x, U y)
{
    U q = x % (AS_I(y) == 0 ? (U)(1u) : y);
    return AS_I(y) == 0 ? x : q;
}
