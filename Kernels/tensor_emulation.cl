// What tensor_tile.cl says of a matrix unit, in plain OpenCL C: work-items read each other's fragments from local
// memory, as the PTX ISA says which work-item has what. It lets any device run kernels that are written for such units,
// and takes some hundred times as long as other kernels: for tests alone.

// section: tf32
#define OPERANDS 1
// To the nearest of ten bits behind the point, ties away from zero.
#define PUT(p, half_, x) *(p) = isnan(x) ? 0x7FFFFFFFu : (as_uint(x) + 0x1000u) & 0xFFFFE000u;
#define OPERAND(p, half_) as_float(*(p))

// section: float16
#define OPERANDS 2
#define PUT(p, half_, x) vstore_half_rte((x), (half_), (__local half *)(p));
#define OPERAND(p, half_) vload_half((half_), (__local const half *)(p))

// section: bfloat16
#define OPERANDS 2
// To the nearest, ties to even.
#define PUT(p, half_, x)                                                                                     \
    ((__local ushort *)(p))[half_] =                                                                         \
        isnan(x) ? 0x7FFF : (ushort)((as_uint(x) + 0x7FFFu + (as_uint(x) >> 16 & 1u)) >> 16);
#define OPERAND(p, half_) as_float((uint)((__local const ushort *)(p))[half_] << 16)

// section: instruction
#define UNROLL _Pragma("unroll 1")
#define EXCHANGE __local uint exchange_[THREADS][6];
#define MULTIPLY_ADD(f, g, r, c)                                                                             \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                            \
    for (int n = 0; n < 4; n++) exchange_[local_][n] = (f)[n];                                               \
    for (int n = 0; n < 2; n++) exchange_[local_][4 + n] = (g)[n];                                           \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                            \
    for (int n = 0; n < 4; n++) {                                                                            \
        const int row = lane_ / 4 + n / 2 * 8, column = lane_ % 4 * 2 + n % 2;                               \
        float sum = 0.0f;                                                                                    \
        for (int k = 0; k < 8 * OPERANDS; k++) {                                                             \
            const int word = k / OPERANDS;                                                                   \
            __local const uint *x =                                                                          \
                &exchange_[local_ - lane_ + row % 8 * 4 + word % 4][row / 8 + word / 4 * 2];                 \
            __local const uint *y = &exchange_[local_ - lane_ + column * 4 + word % 4][4 + word / 4];        \
            sum += OPERAND(x, k % OPERANDS) * OPERAND(y, k % OPERANDS);                                      \
        }                                                                                                    \
        sums[2 * (r) + n / 2][2 * (c) + n % 2] += sum;                                                       \
    }

// section: end
#undef OPERAND
