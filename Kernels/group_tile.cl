// What products and convolutions share in the style of a GPU: the work-items of a group make a tile of TILE_M x TILE_N
// sums, THREAD_M x THREAD_N each, in registers, of operands that are DEPTH products at a time in local memory. A
// kernel defines, between `group tile` and its code,
//   LEFT_STEP(e), LEFT_ROW(e), RIGHT_STEP(e), RIGHT_COLUMN(e)
//                              which product, and which row or column, element number `e` of what is brought is for
//   FETCH(first)               brings the LEFT_READS and RIGHT_READS elements e = local_ + q * THREADS, of the products
//                              from number `first` on, to nextLeft[q] and nextRight[q]
// and has a work-item with TILE_ROW and TILE_COLUMN for its sums once MAKE_SUMS is done. Where sums are to be made of sums
// of LONGEST_SUM products each, it defines that number, a multiple of DEPTH. Where operands are rounded to fewer bits,
// tensor_tile.cl stands for the section `sums`.

// section: group tile
#define THREADS_M (TILE_M / THREAD_M)
#define THREADS_N (TILE_N / THREAD_N)
#define THREADS (THREADS_M * THREADS_N)
#define LEFT_READS (TILE_M * DEPTH / THREADS)
#define RIGHT_READS (TILE_N * DEPTH / THREADS)

#define EACH_SUM                                                                                             \
    _Pragma("unroll") for (int r = 0; r < THREAD_M; r++) _Pragma("unroll") for (int c = 0; c < THREAD_N; c++)

// section: sums
// A work-item's rows, and columns, are vectors of four or two, one in each of equal parts of the tile.
#define TAKE_4(f, p)                                                                                         \
    {                                                                                                        \
        const float4 x_ = *(__local const float4 *)(p);                                                      \
        (f)[0] = x_.x, (f)[1] = x_.y, (f)[2] = x_.z, (f)[3] = x_.w;                                          \
    }
#define TAKE_2(f, p)                                                                                         \
    {                                                                                                        \
        const float2 x_ = *(__local const float2 *)(p);                                                      \
        (f)[0] = x_.x, (f)[1] = x_.y;                                                                        \
    }
#if THREAD_M >= 4
#define VECTOR_M 4
#define TAKE_M TAKE_4
#else
#define VECTOR_M 2
#define TAKE_M TAKE_2
#endif
#if THREAD_N >= 4
#define VECTOR_N 4
#define TAKE_N TAKE_4
#else
#define VECTOR_N 2
#define TAKE_N TAKE_2
#endif
#define TILE_ROW(r) ((r) / VECTOR_M * (THREADS_M * VECTOR_M) + v * VECTOR_M + (r) % VECTOR_M)
#define TILE_COLUMN(c) ((c) / VECTOR_N * (THREADS_N * VECTOR_N) + u * VECTOR_N + (c) % VECTOR_N)

// Which of the group's work-items this is. Thirty-two neighbours are a rectangle of eight by four, which reads the fewest
// different vectors at a time.
#if THREADS_N % 8 == 0 && THREADS_M % 4 == 0
#define PLACE_WORK_ITEM                                                                                      \
    const int u = local_ % 8 + local_ / 32 % (THREADS_N / 8) * 8;                                            \
    const int v = local_ / 8 % 4 + local_ / (THREADS_N * 4) * 4;
#else
#define PLACE_WORK_ITEM const int u = local_ % THREADS_N, v = local_ / THREADS_N;
#endif

// Local memory for two slabs of DEPTH products, and what a work-item has in registers. The rows of a slab are four
// elements longer than they need be: neighbours then write to different banks.
#define TILE_MEMORY                                                                                          \
    __local float left[2][DEPTH][TILE_M + 4] __attribute__((aligned(16)));                                   \
    __local float right[2][DEPTH][TILE_N + 4] __attribute__((aligned(16)));                                  \
    const int local_ = (int)get_local_id(0);                                                                 \
    PLACE_WORK_ITEM                                                                                          \
    float nextLeft[LEFT_READS], nextRight[RIGHT_READS];                                                      \
    float sums[THREAD_M][THREAD_N];                                                                          \
    EACH_SUM sums[r][c] = 0.0f;

// Puts what was fetched into slab `slab`.
#define KEEP(slab)                                                                                           \
    {                                                                                                        \
        _Pragma("unroll") for (int q = 0; q < LEFT_READS; q++)                                               \
            left[slab][LEFT_STEP(local_ + q * THREADS)][LEFT_ROW(local_ + q * THREADS)] = nextLeft[q];       \
        _Pragma("unroll") for (int q = 0; q < RIGHT_READS; q++)                                              \
            right[slab][RIGHT_STEP(local_ + q * THREADS)][RIGHT_COLUMN(local_ + q * THREADS)] =              \
                nextRight[q];                                                                                \
    }

// Adds the products of slab `slab` to the sums.
#define ADD_PRODUCTS(slab)                                                                                   \
    _Pragma("unroll") for (int t = 0; t < DEPTH; t++)                                                        \
    {                                                                                                        \
        float f[THREAD_M], g[THREAD_N];                                                                      \
        _Pragma("unroll") for (int r = 0; r < THREAD_M; r += VECTOR_M)                                       \
            TAKE_M(f + r, &left[slab][t][TILE_ROW(r)])                                                       \
        _Pragma("unroll") for (int c = 0; c < THREAD_N; c += VECTOR_N)                                       \
            TAKE_N(g + c, &right[slab][t][TILE_COLUMN(c)])                                                   \
        EACH_SUM sums[r][c] += f[r] * g[c];                                                                  \
    }

// section: group tile slabs
// Sets aside what was summed, now and then.
#if LONGEST_SUM > 0
#define TOTALS                                                                                               \
    float totals[THREAD_M][THREAD_N];                                                                        \
    EACH_SUM totals[r][c] = 0.0f;
#define SET_ASIDE(count)                                                                                     \
    if ((count) % LONGEST_SUM == 0) {                                                                        \
        EACH_SUM totals[r][c] += sums[r][c], sums[r][c] = 0.0f;                                              \
    }
#define ADD_TOTALS EACH_SUM sums[r][c] += totals[r][c];
#else
#define TOTALS
#define SET_ASIDE(count)
#define ADD_TOTALS
#endif

// Sums the products from number `begin` on and before `end`. While those of one slab are summed, the next one's operands
// are on their way to registers, then to the other slab: one barrier a slab keeps all work-items apart.
#define MAKE_SUMS(begin, end)                                                                                \
    TOTALS                                                                                                   \
    if ((begin) < (end)) {                                                                                   \
        FETCH((begin))                                                                                       \
        KEEP(0)                                                                                              \
    }                                                                                                        \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                            \
    int slab = 0;                                                                                            \
    for (INDEX first = (begin); first < (end); first += DEPTH) {                                             \
        const int goesOn = first + DEPTH < (end);                                                            \
        if (goesOn) { FETCH(first + DEPTH) }                                                                 \
        ADD_PRODUCTS(slab)                                                                                   \
        SET_ASIDE(first + DEPTH - (begin))                                                                   \
        slab = 1 - slab;                                                                                     \
        if (goesOn) { KEEP(slab) }                                                                           \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                        \
    }                                                                                                        \
    ADD_TOTALS

// section: sums end
#undef VECTOR_M
#undef VECTOR_N
#undef TAKE_4
#undef TAKE_2
#undef TAKE_M
#undef TAKE_N
#undef PLACE_WORK_ITEM

// section: group tile end
#undef THREADS_M
#undef THREADS_N
#undef THREADS
#undef LEFT_READS
#undef RIGHT_READS
#undef TILE_ROW
#undef TILE_COLUMN
#undef TILE_MEMORY
#undef KEEP
#undef ADD_PRODUCTS
#undef MAKE_SUMS
#undef EACH_SUM
#undef TOTALS
#undef SET_ASIDE
#undef ADD_TOTALS
#undef LEFT_STEP
#undef LEFT_ROW
#undef RIGHT_STEP
#undef RIGHT_COLUMN
#undef FETCH
