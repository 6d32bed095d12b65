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

#if COLUMNS == 32
#define BEGIN(r) float16 c##r = 0.0f, d##r = 0.0f;
#define RESUME(r) c##r = vload16(0, sum + r * 32), d##r = vload16(0, sum + r * 32 + 16);
#define STEP(r)                                                                                              \
    {                                                                                                        \
        const float16 x = p[r * (LEFT_ROW)];                                                                 \
        c##r += x * y, d##r += x * z;                                                                        \
    }
#define END(r) vstore16(c##r, 0, sum + r * 32), vstore16(d##r, 0, sum + r * 32 + 16);
#define SECOND(row) const float16 z = vload16(0, (row) + 16);
#else
#define BEGIN(r) float16 c##r = 0.0f;
#define RESUME(r) c##r = vload16(0, sum + r * 16);
#define STEP(r) c##r += (float16)p[r * (LEFT_ROW)] * y;
#define END(r) vstore16(c##r, 0, sum + r * 16);
#define SECOND(row)
#endif

// Adds `depth` products to each of the tile's sums, which are in registers between BEGIN or RESUME and END.
#define MULTIPLY(panel, depth)                                                                               \
    ONCE for (int t = 0; t < (depth); t++) {                                                                 \
        const float16 y = vload16(0, (panel) + t * COLUMNS);                                                 \
        SECOND((panel) + t * COLUMNS)                                                                        \
        EACH_ROW(STEP)                                                                                       \
        p += LEFT_STEP;                                                                                      \
    }

// section: cpu
// Interleaves the first eight of sixteen vectors with the last eight.
#define SHUFFLE(x, y)                                                                                        \
    _Pragma("unroll") for (int r = 0; r < 8; r++)                                                            \
    {                                                                                                        \
        y[2 * r].even = x[r].lo, y[2 * r].odd = x[r + 8].lo;                                                 \
        y[2 * r + 1].even = x[r].hi, y[2 * r + 1].odd = x[r + 8].hi;                                         \
    }

// Packs `depth` rows of `columns` columns of the right operand, which begin at `source`; its elements are RIGHT_ROW and
// RIGHT_COLUMN apart. Whole vectors of columns, or squares of sixteen rows and columns, come first.
#if RIGHT_COLUMN_IS_ONE
#define PACK_WHOLE(panel, source, depth, packed)                                                             \
    squares = depth;                                                                                         \
    ONCE for (int t = 0; t < depth; t++)                                                                     \
        for (int c = 0; c < packed; c += 16)                                                                 \
            vstore16(vload16(0, source + t * (RIGHT_ROW) + c), 0, panel + t * COLUMNS + c);
#elif RIGHT_ROW_IS_ONE
// Four perfect shuffles of rows transpose a square.
#define PACK_WHOLE(panel, source, depth, packed)                                                             \
    squares = depth / 16 * 16;                                                                               \
    ONCE for (int t = 0; t < squares; t += 16)                                                               \
        ONCE for (int c = 0; c < packed; c += 16) {                                                          \
            float16 x[16], y[16];                                                                            \
            _Pragma("unroll") for (int r = 0; r < 16; r++)                                                   \
                x[r] = vload16(0, source + (c + r) * (RIGHT_COLUMN) + t);                                    \
            SHUFFLE(x, y) SHUFFLE(y, x) SHUFFLE(x, y) SHUFFLE(y, x)                                          \
            _Pragma("unroll") for (int r = 0; r < 16; r++)                                                   \
                vstore16(x[r], 0, panel + (t + r) * COLUMNS + c);                                            \
        }
#else
#define PACK_WHOLE(panel, source, depth, packed)
#endif
#define PACK(panel, source, depth, columns)                                                                  \
    {                                                                                                        \
        int squares = 0;                                                                                     \
        const int packed = (columns) / 16 * 16;                                                              \
        PACK_WHOLE((panel), (source), (depth), packed)                                                       \
        ONCE for (int t = 0; t < (depth); t++)                                                               \
            ONCE for (int c = t < squares ? packed : 0; c < COLUMNS; c++)                                    \
                (panel)[t * COLUMNS + c] =                                                                   \
                    c < (columns) ? (source)[t * (RIGHT_ROW) + c * (RIGHT_COLUMN)] : 0.0f;                   \
    }

// One work-item a block of rows and one panel of columns: the panel of B is packed, rows of A are broadcast.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float panel[(K_BLOCK > 0 ? K_BLOCK : 1) * COLUMNS] __attribute__((aligned(64)));
    float sums[ROW_BLOCK * COLUMNS] __attribute__((aligned(64)));
    const int item = (int)get_global_id(0);
    const int firstColumn = item % COLUMN_BLOCKS * COLUMNS;
    const int columns = min(COLUMNS, N - firstColumn);
    const int firstRow = item / COLUMN_BLOCKS % ROW_BLOCKS * ROW_BLOCK;
    const int rows = min(ROW_BLOCK, M - firstRow);
    const INDEX batch = item / (COLUMN_BLOCKS * ROW_BLOCKS);
    __global const float *a = A + (A_OFFSET) + batch * (A_BATCH);
    __global const float *b = B + (B_OFFSET) + batch * (B_BATCH) + firstColumn * (INDEX)(B_COLUMN);
    ONCE for (int first = 0; first == 0 || first < K; first += K_BLOCK) {
        const int depth = min(K_BLOCK, K - first);
        __global const float *source = b + first * (INDEX)(B_ROW);
        PACK(panel, source, depth, columns)
        ONCE for (int tile = 0; tile < rows; tile += ROWS) {
            // The last tile ends at the last row, and repeats rows of the tile before.
            const int row = min(firstRow + tile, M - ROWS);
            __global const float *p = a + row * (INDEX)(A_ROW) + first * (INDEX)(A_COLUMN);
            float *sum = sums + tile * COLUMNS;
            EACH_ROW(BEGIN)
            if (first > 0) { EACH_ROW(RESUME) }
            MULTIPLY(panel, depth)
            EACH_ROW(END)
        }
        if (K == 0) break;
    }
    ONCE for (int r = 0; r < rows; r++) {
        const INDEX row = firstRow + r;
        const int tile = r / ROWS * ROWS;
        const float *sum = sums + (tile + (int)row - min(firstRow + tile, M - ROWS)) * COLUMNS;
        SHARED
        ONCE for (int c = 0; c < columns; c += 16) {
            const INDEX i = firstColumn + c;
            const int lanes = columns - c;
            const float16 result = vload16(0, sum + c);
            EPILOGUE
        }
    }
}

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
