// Convolutions, their gradients toward the images among them, and their gradients toward the filters. None makes a
// matrix of all that is read: each gathers what it is about to multiply. The text is compiled once for each
// convolution of a program, with these names defined before it:
//   IMAGES, FILTERS, RESULTS   the operands; IMAGES is BATCH x HEIGHT x WIDTH x CHANNELS
//   FILTER_CHANNEL, FILTER_RESULT   what a step to the next channel of images or results adds in the filters
//   PART_...                   what holds for the part of the results that a work-item makes: a number where it is
//                              the same for all parts, else an element of a table, that of `part`
//   FIND_PART(item)            finds `part`, and counts `item` from its first
//   PARAMETERS, POINTERS       the kernel's arguments
//   EPILOGUE                   what is made of `result` at `batch`, `y`, `x` and `i`, the channel
//   INDEX                      the integer type of an element's place
// A part's positions are numbered through all images: (batch * PART_ROWS + row) * PART_COLUMNS + column.

// section: gather
// What the kernels of the CPU style read: the taps are sorted and cut into blocks, each a list of runs. A run is a
// stretch of one row of an image, whose columns and channels are one axis here: (row, place in it, length, place in
// the block).

// Where in the batch the positions of a part are.
typedef struct {
    INDEX batch;
    int row, column;
} KERNEL_NAME_position;

static inline KERNEL_NAME_position KERNEL_NAME_at(INDEX number, int rows, int columns)
{
    KERNEL_NAME_position position;
    position.column = (int)(number % columns);
    number /= columns;
    position.row = (int)(number % rows);
    position.batch = number / rows;
    return position;
}

static inline KERNEL_NAME_position KERNEL_NAME_after(KERNEL_NAME_position position, int rows, int columns)
{
    if (++position.column == columns) {
        position.column = 0;
        if (++position.row == rows) position.row = 0, position.batch++;
    }
    return position;
}

// Copies the runs for one position, whose `y` and `x` are those in the image, and 0 for what is outside of it.
// Up to fifteen elements behind the last run are written too.
static inline void KERNEL_NAME_gather(float *to, __global const float *image, int y, int x, int run, int last)
{
    ONCE for (; run < last; run++) {
        const int4 r = KERNEL_NAME_runs[run];
        float *into = to + r.w;
        const int row = y + r.x, place = x * CHANNELS + r.y, length = r.z;
        const int isInside = row >= 0 && row < HEIGHT;
        const int begin = isInside ? clamp(-place, 0, length) : 0;
        const int end = isInside ? clamp(WIDTH * CHANNELS - place, begin, length) : 0;
        __global const float *from = image + ((INDEX)row * (WIDTH * CHANNELS) + place);
        ONCE for (int e = 0; e < begin; e += 16) vstore16((float16)(0.0f), 0, into + e);
        ONCE for (int e = begin; e < end; e += 16) vstore16(vload16(0, from + e), 0, into + e);
        ONCE for (int e = end; e < length; e += 16) vstore16((float16)(0.0f), 0, into + e);
    }
}

// section: cpu
// One work-item a block of positions and up to PANELS panels of channels: the filters' panels are packed, what the
// positions read is gathered for one tile at a time and broadcast.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float left[ROWS * DEPTH + 16] __attribute__((aligned(64)));
    float panels[PANELS * DEPTH * COLUMNS] __attribute__((aligned(64)));
    float sums[PANELS * ROW_BLOCK * COLUMNS] __attribute__((aligned(64)));
    KERNEL_NAME_position positions[ROW_BLOCK];
    int item = (int)get_global_id(0);
    FIND_PART(item)
    const int firstColumn = item % PART_COLUMN_BLOCKS * (PANELS * COLUMNS);
    const int columns = min(PANELS * COLUMNS, PART_CHANNELS - firstColumn);
    const INDEX firstRow = item / PART_COLUMN_BLOCKS * (INDEX)ROW_BLOCK;
    const int rows = (int)min((INDEX)ROW_BLOCK, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS) - firstRow);
    KERNEL_NAME_position next = KERNEL_NAME_at(firstRow, PART_ROWS, PART_COLUMNS);
    // The last tile repeats the last position.
    ONCE for (int r = 0; r < (rows + ROWS - 1) / ROWS * ROWS; r++) {
        positions[r] = next;
        if (r + 1 < rows) next = KERNEL_NAME_after(next, PART_ROWS, PART_COLUMNS);
    }
    if (PART_FIRST_BLOCK == PART_LAST_BLOCK)
        ONCE for (int e = 0; e < PANELS * ROW_BLOCK * COLUMNS; e++) sums[e] = 0.0f;
    ONCE for (int block = PART_FIRST_BLOCK; block < PART_LAST_BLOCK; block++) {
        const int4 b = KERNEL_NAME_blocks[block];
        const int4 after = KERNEL_NAME_blocks[block + 1];
        ONCE for (int panel = 0; panel * COLUMNS < columns; panel++)
            ONCE for (int n = b.y; n < after.y; n++) {
                const int4 piece = KERNEL_NAME_pieces[n];
                __global const float *source =
                    FILTERS + piece.x + (firstColumn + panel * COLUMNS) * (INDEX)(FILTER_RESULT);
                float *into = panels + (panel * DEPTH + piece.z) * COLUMNS;
                PACK(into, source, piece.y, min(COLUMNS, columns - panel * COLUMNS))
            }
        ONCE for (int tile = 0; tile < rows; tile += ROWS) {
            ONCE for (int r = 0; r < ROWS; r++) {
                const KERNEL_NAME_position at = positions[tile + r];
                KERNEL_NAME_gather(
                    left + r * DEPTH, IMAGES + at.batch * (HEIGHT * WIDTH * CHANNELS), at.row * PART_ROW_STRIDE,
                    at.column * PART_COLUMN_STRIDE, b.x, after.x);
            }
            ONCE for (int panel = 0; panel * COLUMNS < columns; panel++) {
                const float *p = left;
                float *sum = sums + (panel * ROW_BLOCK + tile) * COLUMNS;
                MULTIPLY(panels + panel * DEPTH * COLUMNS, b.z, block > PART_FIRST_BLOCK)
            }
        }
    }
    ONCE for (int r = 0; r < rows; r++) {
        const INDEX batch = positions[r].batch;
        const INDEX y = PART_FIRST_ROW + positions[r].row * PART_ROW_STEP;
        const INDEX x = PART_FIRST_COLUMN + positions[r].column * PART_COLUMN_STEP;
        SHARED
        ONCE for (int c = 0; c < columns; c += 16) {
            const INDEX i = PART_FIRST_CHANNEL + firstColumn + c;
            const int lanes = columns - c;
            const float16 result =
                vload16(0, sums + (c / COLUMNS * ROW_BLOCK + r) * COLUMNS + c % COLUMNS);
            EPILOGUE
        }
    }
}

// section: filter gradient cpu
// One work-item a block of the depth, up to PANELS panels of channels, and a piece of the positions: what
// ROW_BLOCK positions read is gathered at a time, and its columns are broadcast.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float left[ROW_BLOCK * DEPTH + 32] __attribute__((aligned(64)));
    float panels[PANELS * ROW_BLOCK * COLUMNS] __attribute__((aligned(64)));
    float sums[PANELS * TILED_DEPTH * COLUMNS] __attribute__((aligned(64)));
    int item = (int)get_global_id(0);
    FIND_PART(item)
    const int firstColumn = item % PART_COLUMN_BLOCKS * (PANELS * COLUMNS);
    const int columns = min(PANELS * COLUMNS, PART_CHANNELS - firstColumn);
    item /= PART_COLUMN_BLOCKS;
    const int block = PART_FIRST_BLOCK + item % (PART_LAST_BLOCK - PART_FIRST_BLOCK);
    const INDEX piece = item / (PART_LAST_BLOCK - PART_FIRST_BLOCK);
    const int4 b = KERNEL_NAME_blocks[block];
    const int4 after = KERNEL_NAME_blocks[block + 1];
    const INDEX end = min((piece + 1) * PART_PIECE, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS));
    KERNEL_NAME_position at = KERNEL_NAME_at(piece * PART_PIECE, PART_ROWS, PART_COLUMNS);
    ONCE for (int e = 0; e < PANELS * TILED_DEPTH * COLUMNS; e += 16) vstore16((float16)(0.0f), 0, sums + e);
    ONCE for (INDEX first = piece * PART_PIECE; first < end; first += ROW_BLOCK) {
        const int rows = (int)min((INDEX)ROW_BLOCK, end - first);
        ONCE for (int r = 0; r < rows; r++) {
            KERNEL_NAME_gather(
                left + r * DEPTH, IMAGES + at.batch * (HEIGHT * WIDTH * CHANNELS), at.row * PART_ROW_STRIDE,
                at.column * PART_COLUMN_STRIDE, b.x, after.x);
            const INDEX y = PART_FIRST_ROW + at.row * PART_ROW_STEP;
            const INDEX x = PART_FIRST_COLUMN + at.column * PART_COLUMN_STEP;
            __global const float *source =
                RESULTS + ((at.batch * RESULT_HEIGHT + y) * RESULT_WIDTH + x) * RESULT_CHANNELS
                + PART_FIRST_CHANNEL + firstColumn;
            ONCE for (int c = 0; c < columns; c += 16)
                vstore16(
                    vload16(0, source + c), 0,
                    panels + (c / COLUMNS * ROW_BLOCK + r) * COLUMNS + c % COLUMNS);
            at = KERNEL_NAME_after(at, PART_ROWS, PART_COLUMNS);
        }
        ONCE for (int tile = 0; tile < b.z; tile += ROWS)
            ONCE for (int panel = 0; panel * COLUMNS < columns; panel++) {
                const float *p = left + tile;
                float *sum = sums + (panel * TILED_DEPTH + tile) * COLUMNS;
                MULTIPLY(panels + panel * ROW_BLOCK * COLUMNS, rows, 1)
            }
    }
    ONCE for (int n = b.y; n < after.y; n++) {
        const int4 run = KERNEL_NAME_pieces[n];
        ONCE for (int e = 0; e < run.y; e++)
            ONCE for (int c = 0; c < columns; c += 16) {
                const float16 result =
                    vload16(0, sums + (c / COLUMNS * TILED_DEPTH + run.z + e) * COLUMNS + c % COLUMNS);
                PARTIAL(run.x + e * (INDEX)(FILTER_CHANNEL) + (firstColumn + c) * (INDEX)(FILTER_RESULT))
            }
    }
}

// section: grid
// The taps of a part are a grid: what tap number `tap` reads, by arithmetic.
#define TAP_ROW(tap) (PART_TAP_ROW + (tap) / PART_TAPS_ACROSS * (PART_TAP_ROW_STEP))
#define TAP_COLUMN(tap) (PART_TAP_COLUMN + (tap) % PART_TAPS_ACROSS * (PART_TAP_COLUMN_STEP))
#define TAP_CHANNEL(tap) PART_TAP_CHANNEL
#define TAP_FILTER(tap)                                                                                      \
    (PART_TAP_FILTER + (tap) / PART_TAPS_ACROSS * (INDEX)(PART_TAP_FILTER_DOWN)                              \
     + (tap) % PART_TAPS_ACROSS * (INDEX)(PART_TAP_FILTER_ACROSS))

// section: gpu
// One group a tile of TILE_M positions x TILE_N channels, which its work-items share, THREAD_M x THREAD_N each;
// DEPTH products at a time are in local memory.
#define ACROSS (TILE_N / THREAD_N)
#define THREADS (TILE_M / THREAD_M * ACROSS)
#define READS (TILE_M * DEPTH / THREADS)
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    __local float left[DEPTH][TILE_M + 1];
    __local float right[DEPTH][TILE_N + 1];
    const int local_ = (int)get_local_id(0);
    INDEX group = get_group_id(0);
    FIND_PART(group)
    const int firstColumn = (int)(group % PART_COLUMN_BLOCKS) * TILE_N;
    const INDEX firstRow = group / PART_COLUMN_BLOCKS * TILE_M;
    const INDEX rows = (INDEX)BATCH * (PART_ROWS * PART_COLUMNS);
    const int depth = PART_TAPS * PART_TAP_CHANNELS;
    const int u = local_ % ACROSS, v = local_ / ACROSS;
    // A work-item always reads for the same positions, one product of each.
    const int t = local_ % DEPTH, r0 = local_ / DEPTH;
    INDEX images[READS];
    int ys[READS], xs[READS];
#pragma unroll
    for (int q = 0; q < READS; q++) {
        const INDEX row = firstRow + r0 + q * (THREADS / DEPTH);
        images[q] = row / (PART_ROWS * PART_COLUMNS) * (HEIGHT * WIDTH * CHANNELS);
        // Behind the last position nothing is inside an image.
        ys[q] = row < rows ? (int)(row / PART_COLUMNS % PART_ROWS) * PART_ROW_STRIDE : -(1 << 30);
        xs[q] = (int)(row % PART_COLUMNS) * PART_COLUMN_STRIDE;
    }
    float sums[THREAD_M][THREAD_N];
#pragma unroll
    for (int r = 0; r < THREAD_M; r++)
#pragma unroll
        for (int c = 0; c < THREAD_N; c++) sums[r][c] = 0.0f;
    for (int first = 0; first < depth; first += DEPTH) {
        const int k = first + t;
        const int tap = k / PART_TAP_CHANNELS;
        const int isTap = k < depth;
        const int row = isTap ? TAP_ROW(tap) : 0, column = isTap ? TAP_COLUMN(tap) : 0;
        const int channel = isTap ? TAP_CHANNEL(tap) + k % PART_TAP_CHANNELS : 0;
#pragma unroll
        for (int q = 0; q < READS; q++) {
            const int y = ys[q] + row, x = xs[q] + column;
            const int isInside = isTap && y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
            left[t][r0 + q * (THREADS / DEPTH)] =
                isInside ? IMAGES[images[q] + ((INDEX)y * WIDTH + x) * CHANNELS + channel] : 0.0f;
        }
        for (int e = local_; e < TILE_N * DEPTH; e += THREADS) {
            // Neighbouring work-items read neighbouring elements.
            const int step = FILTER_CHANNEL == 1 ? e % DEPTH : e / TILE_N;
            const int c = FILTER_CHANNEL == 1 ? e / DEPTH : e % TILE_N;
            const int k = first + step;
            float value = 0.0f;
            if (k < depth && firstColumn + c < PART_CHANNELS)
                value = FILTERS[TAP_FILTER(k / PART_TAP_CHANNELS)
                                + k % PART_TAP_CHANNELS * (INDEX)(FILTER_CHANNEL)
                                + (firstColumn + c) * (INDEX)(FILTER_RESULT)];
            right[step][c] = value;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int t = 0; t < DEPTH; t++) {
            float f[THREAD_M], g[THREAD_N];
#pragma unroll
            for (int r = 0; r < THREAD_M; r++) f[r] = left[t][v * THREAD_M + r];
#pragma unroll
            for (int c = 0; c < THREAD_N; c++) g[c] = right[t][u + c * ACROSS];
#pragma unroll
            for (int r = 0; r < THREAD_M; r++)
#pragma unroll
                for (int c = 0; c < THREAD_N; c++) sums[r][c] += f[r] * g[c];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
#pragma unroll
    for (int r = 0; r < THREAD_M; r++) {
        const INDEX row = firstRow + v * THREAD_M + r;
        if (row < rows) {
            const INDEX batch = row / (PART_ROWS * PART_COLUMNS);
            const INDEX y = PART_FIRST_ROW + row / PART_COLUMNS % PART_ROWS * PART_ROW_STEP;
            const INDEX x = PART_FIRST_COLUMN + row % PART_COLUMNS * PART_COLUMN_STEP;
#pragma unroll
            for (int c = 0; c < THREAD_N; c++) {
                const int n = firstColumn + u + c * ACROSS;
                const INDEX i = PART_FIRST_CHANNEL + n;
                const float result = sums[r][c];
                if (n < PART_CHANNELS) {
                    EPILOGUE
                }
            }
        }
    }
}
#undef READS

// section: filter gradient gpu
// One group a tile of TILE_M elements of the depth x TILE_N channels, for a piece of the positions, DEPTH at a time.
#define ACROSS (TILE_N / THREAD_N)
#define THREADS (TILE_M / THREAD_M * ACROSS)
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    __local float left[DEPTH][TILE_M + 1];
    __local float right[DEPTH][TILE_N + 1];
    const int local_ = (int)get_local_id(0);
    INDEX group = get_group_id(0);
    FIND_PART(group)
    const int depth = PART_TAPS * PART_TAP_CHANNELS;
    const int firstColumn = (int)(group % PART_COLUMN_BLOCKS) * TILE_N;
    const int firstRow = (int)(group / PART_COLUMN_BLOCKS % PART_DEPTH_BLOCKS) * TILE_M;
    const INDEX piece = group / (PART_COLUMN_BLOCKS * PART_DEPTH_BLOCKS);
    const INDEX end = min((piece + 1) * PART_PIECE, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS));
    const int u = local_ % ACROSS, v = local_ / ACROSS;
    float sums[THREAD_M][THREAD_N];
#pragma unroll
    for (int r = 0; r < THREAD_M; r++)
#pragma unroll
        for (int c = 0; c < THREAD_N; c++) sums[r][c] = 0.0f;
    for (INDEX first = piece * PART_PIECE; first < end; first += DEPTH) {
        for (int e = local_; e < TILE_M * DEPTH; e += THREADS) {
            const int k = firstRow + e % TILE_M;
            const INDEX number = first + e / TILE_M;
            float value = 0.0f;
            if (k < depth && number < end) {
                const int tap = k / PART_TAP_CHANNELS;
                const int y =
                    (int)(number / PART_COLUMNS % PART_ROWS) * PART_ROW_STRIDE + TAP_ROW(tap);
                const int x = (int)(number % PART_COLUMNS) * PART_COLUMN_STRIDE + TAP_COLUMN(tap);
                if (y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH)
                    value = IMAGES[((number / (PART_ROWS * PART_COLUMNS) * HEIGHT + y) * WIDTH + x) * CHANNELS
                                   + TAP_CHANNEL(tap) + k % PART_TAP_CHANNELS];
            }
            left[e / TILE_M][e % TILE_M] = value;
        }
        for (int e = local_; e < TILE_N * DEPTH; e += THREADS) {
            const int n = firstColumn + e % TILE_N;
            const INDEX number = first + e / TILE_N;
            float value = 0.0f;
            if (n < PART_CHANNELS && number < end) {
                const INDEX y = PART_FIRST_ROW + number / PART_COLUMNS % PART_ROWS * PART_ROW_STEP;
                const INDEX x = PART_FIRST_COLUMN + number % PART_COLUMNS * PART_COLUMN_STEP;
                const INDEX image = number / (PART_ROWS * PART_COLUMNS);
                value = RESULTS[((image * RESULT_HEIGHT + y) * RESULT_WIDTH + x) * RESULT_CHANNELS
                                + PART_FIRST_CHANNEL + n];
            }
            right[e / TILE_N][e % TILE_N] = value;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int t = 0; t < DEPTH; t++) {
            float f[THREAD_M], g[THREAD_N];
#pragma unroll
            for (int r = 0; r < THREAD_M; r++) f[r] = left[t][v * THREAD_M + r];
#pragma unroll
            for (int c = 0; c < THREAD_N; c++) g[c] = right[t][u + c * ACROSS];
#pragma unroll
            for (int r = 0; r < THREAD_M; r++)
#pragma unroll
                for (int c = 0; c < THREAD_N; c++) sums[r][c] += f[r] * g[c];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
#pragma unroll
    for (int r = 0; r < THREAD_M; r++)
#pragma unroll
        for (int c = 0; c < THREAD_N; c++) {
            const int k = firstRow + v * THREAD_M + r, n = firstColumn + u + c * ACROSS;
            if (k < depth && n < PART_CHANNELS)
                PARTIALS[piece * FILTER_COUNT + TAP_FILTER(k / PART_TAP_CHANNELS)
                         + k % PART_TAP_CHANNELS * (INDEX)(FILTER_CHANNEL) + n * (INDEX)(FILTER_RESULT)] =
                    sums[r][c];
        }
}

// section: end
#undef ACROSS
#undef THREADS
#undef TAP_ROW
#undef TAP_COLUMN
#undef TAP_CHANNEL
#undef TAP_FILTER
