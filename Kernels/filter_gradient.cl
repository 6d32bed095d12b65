// Gradients of convolutions toward their filters: sums over the positions, cut into pieces that are added by another
// kernel. The names are those of convolution.cl, whose sections say what is read, and
//   RESULTS                    the gradient of the results
//   PARTIALS, FILTER_COUNT     where the sums of the pieces go, so many elements a piece

// section: cpu
// One work-item a block of the depth, up to PANELS panels of channels, and a piece of the positions: SEGMENTS strips of
// them are gathered at a time, and what each element of the depth reads there is broadcast.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float left[SEGMENTS * LEFT_SIZE + 32] __attribute__((aligned(64)));
    float panels[PANELS * SEGMENTS * STRIP * COLUMNS] __attribute__((aligned(64)));
    float sums[PANELS * TILED_DEPTH * COLUMNS + 16] __attribute__((aligned(64)));
    int item = (int)get_global_id(0);
    FIND_PART(item)
    const int firstColumn = item % PART_COLUMN_BLOCKS * (PANELS * COLUMNS);
    const int columns = min(PANELS * COLUMNS, PART_CHANNELS - firstColumn);
    item /= PART_COLUMN_BLOCKS;
    const int block = PART_FIRST_BLOCK + item % (PART_LAST_BLOCK - PART_FIRST_BLOCK);
    const INDEX piece = item / (PART_LAST_BLOCK - PART_FIRST_BLOCK);
    const int4 b = KERNEL_NAME_blocks[block];
    const int4 after = KERNEL_NAME_blocks[block + 1];
    const INDEX lastTile = min((piece + 1) * PART_PIECE, (INDEX)PART_TILES);
    ONCE for (int e = 0; e < PANELS * TILED_DEPTH * COLUMNS; e += 16) vstore16((float16)(0.0f), 0, sums + e);
    // The last tile of a run reads what is behind it, and nobody what comes of that.
    ONCE for (int e = 0; e < SEGMENTS * LEFT_SIZE + 32; e += 16) vstore16((float16)(0.0f), 0, left + e);
    ONCE for (INDEX tile = piece * PART_PIECE; tile < lastTile; tile += SEGMENTS) {
        const int segments = (int)min((INDEX)SEGMENTS, lastTile - tile);
        int counts[SEGMENTS], rows[SEGMENTS];
        ONCE for (int s = 0; s < segments; s++) {
            float *to = left + s * LEFT_SIZE;
#if IS_STRIPED
            const INDEX line = (tile + s) / PART_STRIPS, batch = line / PART_ROWS;
            const int column = (int)((tile + s) % PART_STRIPS) * STRIP;
            const int row = (int)(line % PART_ROWS);
            const INDEX first = line * PART_COLUMNS + column;
            counts[s] = min(STRIP, PART_COLUMNS - column);
            rows[s] = row;
            ONCE for (int run = b.x; run < after.x; run++) {
                const int4 r = KERNEL_NAME_runs[run];
                const int y = row * PART_ROW_STRIDE + r.x;
                if (y < 0 || y >= HEIGHT) continue;
                KERNEL_NAME_gather(
                    to + r.w + (run - b.x) * (SPREAD), IMAGES + batch * (HEIGHT * WIDTH * CHANNELS), y,
                    column * PART_COLUMN_STRIDE * CHANNELS + r.y, r.z + (SPREAD));
            }
#else
            const INDEX first = (tile + s) * STRIP;
            counts[s] = (int)min((INDEX)STRIP, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS) - first);
#endif
            ONCE for (int n = 0; n < counts[s]; n++) {
                const INDEX number = first + n;
                const INDEX image = number / (PART_ROWS * PART_COLUMNS);
                const int down = (int)(number / PART_COLUMNS % PART_ROWS), right = (int)(number % PART_COLUMNS);
#if !IS_STRIPED
                ONCE for (int run = b.x; run < after.x; run++) {
                    const int4 r = KERNEL_NAME_runs[run];
                    KERNEL_NAME_gather(
                        to + n * DEPTH + r.w, IMAGES + image * (HEIGHT * WIDTH * CHANNELS),
                        down * PART_ROW_STRIDE + r.x, right * PART_COLUMN_STRIDE * CHANNELS + r.y, r.z);
                }
#endif
                const INDEX y = PART_FIRST_ROW + down * PART_ROW_STEP;
                const INDEX x = PART_FIRST_COLUMN + right * PART_COLUMN_STEP;
                __global const float *from =
                    RESULTS + ((image * RESULT_HEIGHT + y) * RESULT_WIDTH + x) * RESULT_CHANNELS
                    + PART_FIRST_CHANNEL + firstColumn;
                ONCE for (int c = 0; c < columns; c += 16)
                    vstore16(
                        vload16(0, from + c), 0,
                        panels + ((c / COLUMNS * SEGMENTS + s) * STRIP + n) * COLUMNS + c % COLUMNS);
            }
        }
        int place = 0;
        ONCE for (int run = b.x; run < after.x; run++) {
            const int4 r = KERNEL_NAME_runs[run];
            ONCE for (int e = 0; e < r.z; e += ROWS, place += ROWS)
                ONCE for (int panel = 0; panel * COLUMNS < columns; panel++) {
                    float *sum = sums + (panel * TILED_DEPTH + place) * COLUMNS;
                    EACH_ROW(BEGIN)
                    EACH_ROW(RESUME)
                    ONCE for (int s = 0; s < segments; s++) {
#if IS_STRIPED
                        const int y = rows[s] * PART_ROW_STRIDE + r.x;
                        if (y < 0 || y >= HEIGHT) continue;
#endif
                        const float *p = left + s * LEFT_SIZE + r.w + (run - b.x) * (SPREAD) + e;
                        MULTIPLY(panels + (panel * SEGMENTS + s) * (STRIP * COLUMNS), counts[s])
                    }
                    EACH_ROW(END)
                }
        }
    }
    ONCE for (int n = b.y; n < after.y; n++) {
        const int4 run = KERNEL_NAME_pieces[n];
        // What lies between channels that do not see each other is nobody's.
        const int count = min(columns, PART_MEMBER_CHANNELS);
        ONCE for (int e = 0; e < run.y; e++)
            ONCE for (int c = 0; c < count; c += 16) {
                const int i = run.w + c;
                const float16 result =
                    vload16(0, sums + (i / COLUMNS * TILED_DEPTH + run.z + e) * COLUMNS + i % COLUMNS);
                PARTIAL(run.x + e * (INDEX)(FILTER_CHANNEL) + (firstColumn + c) * (INDEX)(FILTER_RESULT))
            }
    }
}

// section: gpu
// One group a tile of elements of the depth and of channels, for a piece of the positions; what a group shares is in
// group_tile.cl.
#define LEFT_STEP(e) ((e) / TILE_M)
#define LEFT_ROW(e) ((e) % TILE_M)
#define RIGHT_STEP(e) ((e) / TILE_N)
#define RIGHT_COLUMN(e) ((e) % TILE_N)
#define FETCH(first)                                                                                         \
    {                                                                                                        \
        _Pragma("unroll") for (int q = 0; q < LEFT_READS; q++)                                               \
        {                                                                                                    \
            const int e = local_ + q * THREADS;                                                              \
            const int k = firstRow + LEFT_ROW(e);                                                            \
            const INDEX number = (first) + LEFT_STEP(e);                                                     \
            nextLeft[q] = 0.0f;                                                                              \
            if (k < depth && number < end) {                                                                 \
                const int tap = k / PART_TAP_CHANNELS;                                                       \
                const int y =                                                                                \
                    (int)(number / PART_COLUMNS % PART_ROWS) * PART_ROW_STRIDE + TAP_ROW(tap);               \
                const int x = (int)(number % PART_COLUMNS) * PART_COLUMN_STRIDE + TAP_COLUMN(tap);           \
                if (y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH)                                             \
                    nextLeft[q] =                                                                            \
                        IMAGES[((number / (PART_ROWS * PART_COLUMNS) * HEIGHT + y) * WIDTH + x) * CHANNELS   \
                               + TAP_CHANNEL(tap) + k % PART_TAP_CHANNELS];                                  \
            }                                                                                                \
        }                                                                                                    \
        _Pragma("unroll") for (int q = 0; q < RIGHT_READS; q++)                                              \
        {                                                                                                    \
            const int e = local_ + q * THREADS;                                                              \
            const int n = firstColumn + RIGHT_COLUMN(e);                                                     \
            const INDEX number = (first) + RIGHT_STEP(e);                                                    \
            nextRight[q] = 0.0f;                                                                             \
            if (n < PART_CHANNELS && number < end) {                                                         \
                const INDEX y = PART_FIRST_ROW + number / PART_COLUMNS % PART_ROWS * PART_ROW_STEP;          \
                const INDEX x = PART_FIRST_COLUMN + number % PART_COLUMNS * PART_COLUMN_STEP;                \
                const INDEX image = number / (PART_ROWS * PART_COLUMNS);                                     \
                nextRight[q] =                                                                               \
                    RESULTS[((image * RESULT_HEIGHT + y) * RESULT_WIDTH + x) * RESULT_CHANNELS               \
                            + PART_FIRST_CHANNEL + n];                                                       \
            }                                                                                                \
        }                                                                                                    \
    }
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    TILE_MEMORY
    INDEX group = get_group_id(0);
    FIND_PART(group)
    const int depth = PART_TAPS * PART_TAP_CHANNELS;
    const int firstColumn = (int)(group % PART_COLUMN_BLOCKS) * TILE_N;
    const int firstRow = (int)(group / PART_COLUMN_BLOCKS % PART_DEPTH_BLOCKS) * TILE_M;
    const INDEX piece = group / (PART_COLUMN_BLOCKS * PART_DEPTH_BLOCKS);
    const INDEX begin = piece * PART_PIECE;
    const INDEX end = min((piece + 1) * PART_PIECE, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS));
    MAKE_SUMS(begin, end)
#pragma unroll
    for (int r = 0; r < THREAD_M; r++)
#pragma unroll
        for (int c = 0; c < THREAD_N; c++) {
            const int k = firstRow + TILE_ROW(r), n = firstColumn + TILE_COLUMN(c);
            if (k < depth && n < PART_CHANNELS)
                PARTIALS[piece * FILTER_COUNT + TAP_FILTER(k / PART_TAP_CHANNELS)
                         + k % PART_TAP_CHANNELS * (INDEX)(FILTER_CHANNEL) + n * (INDEX)(FILTER_RESULT)] =
                    sums[r][c];
        }
}
