// Random bits and the normal numbers made of them, at the widths that mathematics.cl describes. Contraction is
// off: every device must give the same bits.

// section: philox
// Both halves of 32 by 32 bit products. The upper ones through 64 bits and not with mul_hi, which some drivers got wrong;
// of sixteen lanes the even and the odd ones apart, as vector units multiply them.
#if LANES == 16
#define MULTIPLY(x, factor, high, low)                                                                       \
    {                                                                                                        \
        const ulong8 pairs = as_ulong8(x);                                                                   \
        const ulong8 even = (pairs & 0xFFFFFFFFul) * factor, odd = (pairs >> 32) * factor;                   \
        low = x * (uint)factor;                                                                              \
        high = as_uint16((even >> 32) | (odd & 0xFFFFFFFF00000000ul));                                       \
    }
#else
#define MULTIPLY(x, factor, high, low)                                                                       \
    {                                                                                                        \
        const ulong product = (ulong)x * factor;                                                             \
        low = (uint)product, high = (uint)(product >> 32);                                                   \
    }
#endif
#define PHILOX_ROUND                                                                                         \
    {                                                                                                        \
        U high0, low0, high1, low1;                                                                          \
        MULTIPLY(x0, 0xD2511F53ul, high0, low0)                                                              \
        MULTIPLY(x2, 0xCD9E8D57ul, high1, low1)                                                              \
        x0 = high1 ^ x1 ^ k0, x1 = low1, x2 = high0 ^ x3 ^ k1, x3 = low0;                                    \
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;                                                                \
    }

// The four words of block number x1 * 2^32 + x0 of the stream that a key names: Philox4x32-10 of Salmon et al.,
// "Parallel Random Numbers: As Easy as 1, 2, 3" (2011).
static inline void FN(philox)(U x0, U x1, __global const uint *key, U *words)
{
    U x2 = (U)(key[2]), x3 = (U)(key[3]);
    uint k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) PHILOX_ROUND
    words[0] = x0, words[1] = x1, words[2] = x2, words[3] = x3;
}
#undef MULTIPLY
#undef PHILOX_ROUND

// section: randomBits
// Word number high * 2^32 + low of a stream. Sixty-four words share sixteen blocks; see Philox.word in Swift.
static inline U FN(randomBits)(U low, U high, __global const uint *key)
{
    U number = low >> 6 | high << 26;
    U words[4];
    FN(philox)(number << 4 | (low & 15u), (high >> 6) << 4 | number >> 28, key, words);
    I isOdd = (low & 16u) != 0u, isLate = (low & 32u) != 0u;
    U early = isOdd ? words[1] : words[0], late = isOdd ? words[3] : words[2];
    return isLate ? late : early;
}

// section: normalQuantile
// Processors with vectors of sixteen look up in two of them at once; compilers for them say so.
#if LANES == 16 && defined(__AVX512F__) && defined(__has_builtin)
#if __has_builtin(__builtin_ia32_vpermi2varps512)
typedef float Floats __attribute__((vector_size(64)));
typedef int Places __attribute__((vector_size(64)));
#define NORMAL_PERMUTATION(x, place, y)                                                                      \
    __builtin_astype(                                                                                        \
        __builtin_ia32_vpermi2varps512(                                                                      \
            __builtin_astype(x, Floats), __builtin_astype(place, Places), __builtin_astype(y, Floats)),      \
        float16)
#endif
#endif
// The standard normal number that a word stands for: a table of cubics, rounded products and rounded sums.
static inline F FN(normalQuantile)(U word)
{
    U m = (word & 0x7FFFFFFFu) + 1u;
    U x = m < 0x7FFFFFFFu ? m : (U)(0x7FFFFFFFu);
    // The octave is the exponent of the leading bit, converted alone or with the next but one: nothing is rounded up.
    U zeros = 158u - (AS_U(TO_F(x & ~(x >> 1))) >> 23);
    U aligned = x << zeros;
    U cubic = ((31u - zeros) << 3 | (aligned >> 28 & 7u)) << 2;
    F t = TO_F(aligned >> 5 & 0x7FFFFFu);
    F c0, c1, c2, c3;
#ifdef NORMAL_PERMUTATION
    // Of 256 words 255 have one of the last 64 cubics: vectors are looked up in vectors.
    if (!any(cubic < 4 * (NORMAL_CUBICS - 64))) {
        const int16 place = as_int16(cubic >> 2) - (NORMAL_CUBICS - 64);
        const int16 isUpper = place > 31;
#define COLUMN(degree, part) vload16(0, normalColumns + 64 * degree + 16 * part)
#define LOOK_UP(degree)                                                                                      \
    (isUpper ? NORMAL_PERMUTATION(COLUMN(degree, 2), place, COLUMN(degree, 3))                               \
             : NORMAL_PERMUTATION(COLUMN(degree, 0), place, COLUMN(degree, 1)))
        c0 = LOOK_UP(0), c1 = LOOK_UP(1), c2 = LOOK_UP(2), c3 = LOOK_UP(3);
#undef COLUMN
#undef LOOK_UP
    } else
#endif
    {
        float coefficients[4][LANES];
        uint cubics[LANES];
        EACH(cubics, cubic);
        for (int lane = 0; lane < LANES; lane++)
            for (int k = 0; k < 4; k++) coefficients[k][lane] = normalTable[cubics[lane] + k];
        c0 = ALL(coefficients[0]), c1 = ALL(coefficients[1]);
        c2 = ALL(coefficients[2]), c3 = ALL(coefficients[3]);
    }
    F y = c3 * t;
    y = y + c2;
    y = y * t;
    y = y + c1;
    y = y * t;
    y = y + c0;
    return AS_F(AS_U(y) ^ (word & 0x80000000u));
}
#undef NORMAL_PERMUTATION
