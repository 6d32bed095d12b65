// Batches of matrix products: the text of one kernel, compiled once for each product of a program, with these
// names defined before it:
//   M, N, K                    the extents; rows are those of the operand that is read element by element
//   A_OFFSET, A_BATCH, A_ROW, A_COLUMN and the same for B: where the elements are
//   PARAMETERS, POINTERS       the kernel's arguments; A and B point to the operands
//   EPILOGUE                   what is made of `result` at `batch`, `row` and `i`, the column; and at `piece`
//   INDEX                      the integer type of an element's place

// section: tile
// What products and convolutions share in the style of a CPU device: a tile of ROWS x COLUMNS sums stays in
// registers, `p` points to what its rows are multiplied by, LEFT_ROW from row to row and LEFT_STEP from product to
// product, and a panel holds COLUMNS elements of the right operand for each product. EACH_ROW(X) stands for
// X(0) X(1) ... for each row.

// Loops that the compiler is to leave as they are: vectors are written out, and copies only take it time.
#define ONCE _Pragma("clang loop vectorize(disable) unroll(disable)")

// Writes a whole vector to memory of one's own; vstore16 does not know that it is aligned.
#define PUT(vector, address) *(float16 *)(address) = (vector);

#if COLUMNS == 32
#define BEGIN(r) float16 c##r = 0.0f, d##r = 0.0f;
#define RESUME(r) c##r += vload16(0, sum + r * 32), d##r += vload16(0, sum + r * 32 + 16);
#define STEP(r)                                                                                              \
    {                                                                                                        \
        const float16 x = p[r * (LEFT_ROW)];                                                                 \
        c##r += x * y, d##r += x * z;                                                                        \
    }
#define END(r) PUT(c##r, sum + r * 32) PUT(d##r, sum + r * 32 + 16)
#define SECOND(row) const float16 z = vload16(0, (row) + 16);
#else
#define BEGIN(r) float16 c##r = 0.0f;
#define RESUME(r) c##r += vload16(0, sum + r * 16);
#define STEP(r) c##r += (float16)p[r * (LEFT_ROW)] * y;
#define END(r) PUT(c##r, sum + r * 16)
#define SECOND(row)
#endif

// Brings what is read soon to the first cache, where the compiler can say so. Simulators are told not to: they do not know
// the instruction.
#if defined(__has_builtin) && !defined(NO_PREFETCH)
#if __has_builtin(__builtin_prefetch)
#define PREFETCH(address) __builtin_prefetch(address);
#endif
#endif
#ifndef PREFETCH
#define PREFETCH(address) ;
#endif

// Adds `depth` products to each of the tile's sums, which are in registers from BEGIN to END; RESUME adds what is in memory.
#define MULTIPLY(panel, depth)                                                                               \
    ONCE for (int t = 0; t < (depth); t++) {                                                                 \
        const float16 y = vload16(0, (panel) + t * COLUMNS);                                                 \
        SECOND((panel) + t * COLUMNS)                                                                        \
        PREFETCH((panel) + (t + 8) * COLUMNS)                                                                \
        if (COLUMNS == 32) PREFETCH((panel) + (t + 8) * COLUMNS + 16)                                        \
        EACH_ROW(STEP)                                                                                       \
        p += LEFT_STEP;                                                                                      \
    }

// section: cpu
// Further names:
//   PANELS, ROW_BLOCK          the panels of columns and the rows of a work-item, in blocks:
//   ROW_BLOCKS, COLUMN_BLOCKS  how many there are of one product
//   K_BLOCK                    the products that are summed at a time
//   SUM_TILES                  the tiles whose sums wait for the next K_BLOCK: those of a block, or one that waits for none
//   LEFT_SIZE                  the elements of a tile's copied rows
//   RIGHT_ROW, RIGHT_COLUMN    B_ROW and B_COLUMN as INDEX

// Interleaves the first eight of sixteen vectors with the last eight.
#define SHUFFLE(x, y)                                                                                        \
    _Pragma("unroll") for (int r = 0; r < 8; r++)                                                            \
    {                                                                                                        \
        y[2 * r].even = x[r].lo, y[2 * r].odd = x[r + 8].lo;                                                 \
        y[2 * r + 1].even = x[r].hi, y[2 * r + 1].odd = x[r + 8].hi;                                         \
    }

// Packs `depth` rows of `columns` columns of the right operand, which begin at `source`, into panels; its elements are
// RIGHT_ROW and RIGHT_COLUMN apart. Whole vectors of columns, or squares of sixteen rows and columns, come first.
#define PLACE(t, c) ((c) / COLUMNS * (K_BLOCK * COLUMNS) + (t) * COLUMNS + (c) % COLUMNS)
#if RIGHT_COLUMN_IS_ONE
#define PACK_WHOLE(panels, source, depth, packed)                                                            \
    squares = depth;                                                                                         \
    ONCE for (int t = 0; t < depth; t++)                                                                     \
        ONCE for (int c = 0; c < packed; c += 16) {                                                          \
            PREFETCH(source + (t + 8) * (RIGHT_ROW) + c)                                                     \
            PUT(vload16(0, source + t * (RIGHT_ROW) + c), panels + PLACE(t, c))                              \
        }
#elif RIGHT_ROW_IS_ONE
// Four perfect shuffles of rows transpose a square.
#define PACK_WHOLE(panels, source, depth, packed)                                                            \
    squares = depth / 16 * 16;                                                                               \
    ONCE for (int c = 0; c < packed; c += 16)                                                                \
        ONCE for (int t = 0; t < squares; t += 16) {                                                         \
            float16 x[16], y[16];                                                                            \
            _Pragma("unroll") for (int r = 0; r < 16; r++)                                                   \
                x[r] = vload16(0, source + (c + r) * (RIGHT_COLUMN) + t);                                    \
            SHUFFLE(x, y) SHUFFLE(y, x) SHUFFLE(x, y) SHUFFLE(y, x)                                          \
            _Pragma("unroll") for (int r = 0; r < 16; r++)                                                   \
                PUT(x[r], panels + PLACE(t + r, c))                                                          \
        }
#else
#define PACK_WHOLE(panels, source, depth, packed)
#endif
#define PACK(panels, source, depth, columns)                                                                 \
    {                                                                                                        \
        int squares = 0;                                                                                     \
        const int packed = (columns) / 16 * 16, wide = ((columns) + COLUMNS - 1) / COLUMNS * COLUMNS;        \
        PACK_WHOLE((panels), (source), (depth), packed)                                                      \
        ONCE for (int t = 0; t < (depth); t++)                                                               \
            ONCE for (int c = t < squares ? packed : 0; c < wide; c++)                                       \
                (panels)[PLACE(t, c)] =                                                                      \
                    c < (columns) ? (source)[t * (RIGHT_ROW) + c * (RIGHT_COLUMN)] : 0.0f;                   \
    }

// Copies a tile's rows of the left operand, which begin at `source`, LEFT_ROW and LEFT_STEP apart: far apart, they would
// push one another out of the first cache.
#if A_COLUMN_IS_ONE
#define COPY(left, source, depth)                                                                            \
    ONCE for (int r = 0; r < ROWS; r++)                                                                      \
        ONCE for (int t = 0; t < (depth); t += 16)                                                           \
            PUT(vload16(0, (source) + r * (INDEX)(A_ROW) + t), (left) + r * (LEFT_ROW) + t)
#elif A_ROW_IS_ONE
#define COPY(left, source, depth)                                                                            \
    ONCE for (int t = 0; t < (depth); t++)                                                                   \
        PUT(vload16(0, (source) + t * (INDEX)(A_COLUMN)), (left) + t * LEFT_STEP)
#else
#define COPY_ROW(r) to[r] = from[r * (INDEX)(A_ROW)];
#define COPY(left, source, depth)                                                                            \
    ONCE for (int t = 0; t < (depth); t++) {                                                                 \
        float *to = (left) + t * LEFT_STEP;                                                                  \
        __global const float *from = (source) + t * (INDEX)(A_COLUMN);                                       \
        EACH_ROW(COPY_ROW)                                                                                   \
    }
#endif

// Brings panel number `panel`'s share of the next tile's rows nearer.
#if A_COLUMN_IS_ONE
#define AHEAD(source, panel, depth)                                                                          \
    ONCE for (int r = (panel); r < ROWS; r += PANELS)                                                        \
        ONCE for (int t = 0; t < (depth); t += 16) PREFETCH((source) + r * (INDEX)(A_ROW) + t)
#else
#define AHEAD(source, panel, depth)
#endif

// One work-item a block of rows and up to PANELS panels of columns, whose products are summed K_BLOCK at a time.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float panels[PANELS * K_BLOCK * COLUMNS] __attribute__((aligned(64)));
    float left[LEFT_SIZE] __attribute__((aligned(64)));
    float sums[SUM_TILES * PANELS * ROWS * COLUMNS] __attribute__((aligned(64)));
    const int item = (int)get_global_id(0);
    const int firstColumn = item % COLUMN_BLOCKS * (PANELS * COLUMNS);
    const int columns = min(PANELS * COLUMNS, N - firstColumn);
    const int firstRow = item / COLUMN_BLOCKS % ROW_BLOCKS * ROW_BLOCK;
    const int lastRow = min(firstRow + ROW_BLOCK, M);
    const INDEX batch = item / (COLUMN_BLOCKS * ROW_BLOCKS);
    __global const float *a = A + (A_OFFSET) + batch * (A_BATCH);
    __global const float *b = B + (B_OFFSET) + batch * (B_BATCH) + firstColumn * (INDEX)(B_COLUMN);
    ONCE for (int first = 0; first == 0 || first < K; first += K_BLOCK) {
        const int depth = min(K_BLOCK, K - first);
        __global const float *source = b + first * (INDEX)(B_ROW);
        PACK(panels, source, depth, columns)
        ONCE for (int tile = firstRow; tile < lastRow; tile += ROWS) {
            // The last tile ends at the last row, and repeats rows of the tile before.
            const int tileRow = min(tile, M - ROWS);
            COPY(left, a + tileRow * (INDEX)(A_ROW) + first * (INDEX)(A_COLUMN), depth)
            float *tileSums = sums + (SUM_TILES > 1 ? (tile - firstRow) / ROWS : 0) * (PANELS * ROWS * COLUMNS);
            ONCE for (int panel = 0; panel * COLUMNS < columns; panel++) {
                const float *p = left;
                float *sum = tileSums + panel * ROWS * COLUMNS;
                EACH_ROW(BEGIN)
                AHEAD(a + min(tileRow + ROWS, M - ROWS) * (INDEX)(A_ROW) + first * (INDEX)(A_COLUMN), panel, depth)
                MULTIPLY(panels + panel * (K_BLOCK * COLUMNS), depth)
                // Sums of sums have smaller errors than one long sum.
                if (first > 0) { EACH_ROW(RESUME) }
                EACH_ROW(END)
            }
            if (first + K_BLOCK < K) continue;
            ONCE for (int r = tile; r < min(tile + ROWS, lastRow); r++) {
                const INDEX row = r;
                const float *sum = tileSums + (r - tileRow) * COLUMNS;
                SHARED
                ONCE for (int c = 0; c < columns; c += 16) {
                    const INDEX i = firstColumn + c;
                    const int lanes = columns - c;
                    const float16 result = vload16(0, sum + c / COLUMNS * (ROWS * COLUMNS) + c % COLUMNS);
                    EPILOGUE
                }
            }
        }
    }
}

#undef PLACE
#undef COPY_ROW
#undef COPY
#undef AHEAD
#undef SHUFFLE
#undef PACK_WHOLE
#undef PACK

// section: tile end
#undef ONCE
#undef BEGIN
#undef RESUME
#undef STEP
#undef END
#undef SECOND
#undef MULTIPLY
#undef PREFETCH
#undef PUT

// section: gpu
// One group a tile of results, for a piece of PIECE of the K products; what a group shares is in group_tile.cl.
// Neighbouring work-items read neighbouring elements.
#define LEFT_STEP(e) (A_COLUMN_IS_ONE ? (e) % DEPTH : (e) / TILE_M)
#define LEFT_ROW(e) (A_COLUMN_IS_ONE ? (e) / DEPTH : (e) % TILE_M)
#define RIGHT_STEP(e) (B_ROW_IS_ONE ? (e) % DEPTH : (e) / TILE_N)
#define RIGHT_COLUMN(e) (B_ROW_IS_ONE ? (e) / DEPTH : (e) % TILE_N)
#define FETCH(first)                                                                                         \
    {                                                                                                        \
        _Pragma("unroll") for (int q = 0; q < LEFT_READS; q++)                                               \
        {                                                                                                    \
            const int e = local_ + q * THREADS;                                                              \
            const INDEX row = firstRow + LEFT_ROW(e), k = (first) + LEFT_STEP(e);                            \
            const int isThere = (M % TILE_M == 0 || row < M) && (K % DEPTH == 0 || k < K);                   \
            nextLeft[q] = isThere ? a[row * (A_ROW) + k * (A_COLUMN)] : 0.0f;                                \
        }                                                                                                    \
        _Pragma("unroll") for (int q = 0; q < RIGHT_READS; q++)                                              \
        {                                                                                                    \
            const int e = local_ + q * THREADS;                                                              \
            const INDEX column = firstColumn + RIGHT_COLUMN(e), k = (first) + RIGHT_STEP(e);                 \
            const int isThere = (N % TILE_N == 0 || column < N) && (K % DEPTH == 0 || k < K);                \
            nextRight[q] = isThere ? b[k * (B_ROW) + column * (B_COLUMN)] : 0.0f;                            \
        }                                                                                                    \
    }
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    TILE_MEMORY
    const INDEX group = get_group_id(0);
    const INDEX firstColumn = group % COLUMN_BLOCKS * TILE_N;
    const INDEX firstRow = group / COLUMN_BLOCKS % ROW_BLOCKS * TILE_M;
    const INDEX batch = group / ((INDEX)COLUMN_BLOCKS * ROW_BLOCKS) % BATCH;
    const INDEX piece = PIECE < K ? group / ((INDEX)COLUMN_BLOCKS * ROW_BLOCKS * BATCH) : 0;
    __global const float *a = A + (A_OFFSET) + batch * (A_BATCH);
    __global const float *b = B + (B_OFFSET) + batch * (B_BATCH);
    MAKE_SUMS(piece * PIECE, PIECE < K ? min((piece + 1) * PIECE, (INDEX)K) : K)
#pragma unroll
    for (int r = 0; r < THREAD_M; r++)
#pragma unroll
        for (int c = 0; c < THREAD_N; c++) {
            const INDEX row = firstRow + TILE_ROW(r);
            const INDEX i = firstColumn + TILE_COLUMN(c);
            const float result = sums[r][c];
            if (row < M && i < N) {
                EPILOGUE
            }
        }
}
