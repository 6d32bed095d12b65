// A tile of sums whose operands are rounded to fewer bits, with the interface of group_tile.cl's section `sums`. Matrix
// units ("tensor cores") multiply sixteen rows by eight columns at a time: a warp, 32 neighbouring work-items, makes a
// rectangle of WARP_M x WARP_N sums, and a work-item holds of each sixteen by eight the rows lane / 4 and lane / 4 + 8
// and the columns 2 * (lane % 4) and the one after (PTX ISA, "Matrix Fragments for mma.m16n8k8" and "... m16n8k16"). A
// word of local memory has OPERANDS neighbouring products' operands, the first in its lower bits. One of the sections of
// this file, or of tensor_emulation.cl, defines
//   OPERANDS                   1 or 2
//   PUT(p, half_, x)           rounds `x` and puts it into part `half_` of the word at p
//   MULTIPLY_ADD(f, g, r, c)   adds the products of a fragment of rows, four words, and one of columns, two, to the sums
//                              that begin at [2 * r][2 * c]
//   UNROLL                     before loops over what is in registers
//   EXCHANGE                   what else is in local memory

// section: tf32
#define OPERANDS 1
#define PUT(p, half_, x) asm volatile("cvt.rna.tf32.f32 %0, %1;" : "=r"(*(p)) : "f"(x));
#define INSTRUCTION "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "

// section: float16
#define OPERANDS 2
#define PUT(p, half_, x)                                                                                     \
    asm volatile("cvt.rn.f16.f32 %0, %1;" : "=h"(((__local ushort *)(p))[half_]) : "f"(x));
#define INSTRUCTION "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "

// section: bfloat16
#define OPERANDS 2
#define PUT(p, half_, x)                                                                                     \
    asm volatile("cvt.rn.bf16.f32 %0, %1;" : "=h"(((__local ushort *)(p))[half_]) : "f"(x));
#define INSTRUCTION "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "

// section: instruction
#define UNROLL _Pragma("unroll")
#define EXCHANGE
#define MULTIPLY_ADD(f, g, r, c)                                                                             \
    asm volatile(INSTRUCTION "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"               \
                 : "+f"(sums[2 * (r)][2 * (c)]), "+f"(sums[2 * (r)][2 * (c) + 1]),                           \
                   "+f"(sums[2 * (r) + 1][2 * (c)]), "+f"(sums[2 * (r) + 1][2 * (c) + 1])                    \
                 : "r"((f)[0]), "r"((f)[1]), "r"((f)[2]), "r"((f)[3]), "r"((g)[0]), "r"((g)[1]));

// section: tensor sums
#define WARP_M (THREAD_M * 8)
#define WARP_N (THREAD_N * 4)
#define TILE_ROW(r) (warpRow_ + (r) / 2 * 16 + (r) % 2 * 8 + lane_ / 4)
#define TILE_COLUMN(c) (warpColumn_ + (c) / 2 * 8 + lane_ % 4 * 2 + (c) % 2)

// Four words' rows lie one after another in local memory, eight elements longer than they need be; two more elements
// come behind them. A warp reads four words of eight rows, or writes up to sixteen words of two: other banks each.
#define WORDS (DEPTH / OPERANDS)
#define LEFT_LENGTH (TILE_M + 8)
#define RIGHT_LENGTH (TILE_N + 8)
#define TILE_MEMORY                                                                                          \
    __local uint left[2][WORDS / 4][4 * LEFT_LENGTH + 2];                                                    \
    __local uint right[2][WORDS / 4][4 * RIGHT_LENGTH + 2];                                                  \
    EXCHANGE                                                                                                 \
    const int local_ = (int)get_local_id(0);                                                                 \
    const int lane_ = local_ % 32;                                                                           \
    const int warpRow_ = local_ / 32 % (TILE_M / WARP_M) * WARP_M;                                           \
    const int warpColumn_ = local_ / 32 / (TILE_M / WARP_M) * WARP_N;                                        \
    float nextLeft[LEFT_READS], nextRight[RIGHT_READS];                                                      \
    float sums[THREAD_M][THREAD_N];                                                                          \
    EACH_SUM sums[r][c] = 0.0f;

// Puts an operand of product `step` of a slab.
#define PUT_OPERAND(side, length, step, row, x)                                                              \
    PUT(&(side)[(step) / OPERANDS / 4][(step) / OPERANDS % 4 * (length) + (row)], (step) % OPERANDS, x)

// Puts what was fetched into slab `slab`.
#define KEEP(slab)                                                                                           \
    {                                                                                                        \
        UNROLL for (int q = 0; q < LEFT_READS; q++)                                                          \
        {                                                                                                    \
            const int e = local_ + q * THREADS;                                                              \
            PUT_OPERAND(left[slab], LEFT_LENGTH, LEFT_STEP(e), LEFT_ROW(e), nextLeft[q])                     \
        }                                                                                                    \
        UNROLL for (int q = 0; q < RIGHT_READS; q++)                                                         \
        {                                                                                                    \
            const int e = local_ + q * THREADS;                                                              \
            PUT_OPERAND(right[slab], RIGHT_LENGTH, RIGHT_STEP(e), RIGHT_COLUMN(e), nextRight[q])             \
        }                                                                                                    \
    }

// Adds the products of slab `slab` to the sums.
#define ADD_PRODUCTS(slab)                                                                                   \
    UNROLL for (int t = 0; t < WORDS / 4; t += 2)                                                            \
    {                                                                                                        \
        uint f[THREAD_M / 2][4], g[THREAD_N / 2][2];                                                         \
        UNROLL for (int h = 0; h < 2; h++)                                                                   \
        {                                                                                                    \
            UNROLL for (int r = 0; r < THREAD_M; r++)                                                        \
                f[r / 2][r % 2 + 2 * h] = left[slab][t + h][lane_ % 4 * LEFT_LENGTH + TILE_ROW(r)];          \
            UNROLL for (int c = 0; c < THREAD_N / 2; c++)                                                    \
                g[c][h] =                                                                                    \
                    right[slab][t + h][lane_ % 4 * RIGHT_LENGTH + warpColumn_ + c * 8 + lane_ / 4];          \
        }                                                                                                    \
        UNROLL for (int r = 0; r < THREAD_M / 2; r++)                                                        \
            UNROLL for (int c = 0; c < THREAD_N / 2; c++) { MULTIPLY_ADD(f[r], g[c], r, c) }                 \
    }

// section: tensor sums end
#undef OPERANDS
#undef PUT
#undef INSTRUCTION
#undef UNROLL
#undef EXCHANGE
#undef MULTIPLY_ADD
#undef WARP_M
#undef WARP_N
#undef WORDS
#undef LEFT_LENGTH
#undef RIGHT_LENGTH
#undef PUT_OPERAND
