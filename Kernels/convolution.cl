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

// section: pack
// Packs the filters for the CPU style: one work-item a piece, (element, length, place among the panels, distance from
// one panel to the next, channels of the part, and of those the first that the piece is for and their number), and a
// panel of COLUMNS channels of the results. Beside the piece's channels are zeros.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const int n = (int)get_global_id(0), firstColumn = (int)get_global_id(1) * COLUMNS;
    const int length = KERNEL_NAME_pieces[n][1], first = KERNEL_NAME_pieces[n][5] - firstColumn;
    if (firstColumn >= KERNEL_NAME_pieces[n][4]) return;
    const int begin = clamp(first, 0, COLUMNS), end = clamp(first + KERNEL_NAME_pieces[n][6], begin, COLUMNS);
    __global const float *from = FILTERS + KERNEL_NAME_pieces[n][0];
    __global float *to =
        PACKED + KERNEL_NAME_pieces[n][2] + get_global_id(1) * (INDEX)KERNEL_NAME_pieces[n][3];
    // What is contiguous is read in order.
    if (FILTER_CHANNEL == 1) {
        ONCE for (int c = begin; c < end; c++)
            ONCE for (int e = 0; e < length; e++)
                to[e * COLUMNS + c] = from[e + (c - first) * (INDEX)(FILTER_RESULT)];
    } else {
        ONCE for (int e = 0; e < length; e++)
            ONCE for (int c = begin; c < end; c++)
                to[e * COLUMNS + c] =
                    from[e * (INDEX)(FILTER_CHANNEL) + (c - first) * (INDEX)(FILTER_RESULT)];
    }
    ONCE for (int e = 0; e < length; e++) {
        ONCE for (int c = 0; c < begin; c++) to[e * COLUMNS + c] = 0.0f;
        ONCE for (int c = end; c < COLUMNS; c++) to[e * COLUMNS + c] = 0.0f;
    }
}

// section: gather
// What the CPU style reads of the images: the taps are sorted and cut into blocks, each a list of runs. A run is a
// stretch of one row of an image, whose columns and channels are one axis here: (row, place in it, length, place in
// the block). Where IS_STRIPED, a tile is a strip of neighbouring positions of one row; they share most of what they
// read, so each run is gathered once, SPREAD longer, for all of them. Else it is gathered for each position.

// Copies `length` elements of row `row` from `place` on, and 0 for those outside of the image. Up to fifteen elements
// behind the last are written too.
static inline void KERNEL_NAME_gather(float *to, __global const float *image, int row, int place, int length)
{
    const int isInside = row >= 0 && row < HEIGHT;
    const int begin = isInside ? clamp(-place, 0, length) : 0;
    const int end = isInside ? clamp(WIDTH * CHANNELS - place, begin, length) : 0;
    __global const float *from = image + ((INDEX)row * (WIDTH * CHANNELS) + place);
    ONCE for (int e = 0; e < begin; e += 16) vstore16((float16)(0.0f), 0, to + e);
    ONCE for (int e = begin; e < end; e += 16) vstore16(vload16(0, from + e), 0, to + e);
    ONCE for (int e = end; e < length; e += 16) vstore16((float16)(0.0f), 0, to + e);
}

// section: cpu
// One work-item some tiles of positions and up to PANELS panels of channels.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float left[LEFT_SIZE] __attribute__((aligned(64)));
    float sums[SUM_TILES * PANELS * ROWS * COLUMNS] __attribute__((aligned(64)));
    int item = (int)get_global_id(0);
    FIND_PART(item)
    const int firstPanel = item % PART_COLUMN_BLOCKS * PANELS;
    const int columns = min(PANELS * COLUMNS, PART_CHANNELS - firstPanel * COLUMNS);
    const INDEX firstTile = item / PART_COLUMN_BLOCKS * (INDEX)TILES;
    const INDEX lastTile = min(firstTile + TILES, (INDEX)PART_TILES);
    ONCE for (int block = PART_FIRST_BLOCK; block == PART_FIRST_BLOCK || block < PART_LAST_BLOCK; block++) {
        const int4 b = KERNEL_NAME_blocks[block];
        const int lastRun = block < PART_LAST_BLOCK ? KERNEL_NAME_blocks[block + 1].x : b.x;
        ONCE for (INDEX tile = firstTile; tile < lastTile; tile++) {
#if IS_STRIPED
            // A strip of one row.
            const INDEX line = tile / PART_STRIPS;
            const int firstColumn = (int)(tile % PART_STRIPS) * ROWS;
            const int rows = min(ROWS, PART_COLUMNS - firstColumn);
            const INDEX batch = line / PART_ROWS;
            const int row = (int)(line % PART_ROWS);
            __global const float *image = IMAGES + batch * (HEIGHT * WIDTH * CHANNELS);
            ONCE for (int run = b.x; run < lastRun; run++) {
                const int4 r = KERNEL_NAME_runs[run];
                const int y = row * PART_ROW_STRIDE + r.x;
                if (y < 0 || y >= HEIGHT) continue;
                KERNEL_NAME_gather(
                    left + r.w + (run - b.x) * (SPREAD), image, y,
                    firstColumn * PART_COLUMN_STRIDE * CHANNELS + r.y, r.z + (SPREAD));
            }
#else
            // Any positions; the last tile repeats the last one.
            const INDEX first = tile * ROWS, end = (INDEX)BATCH * (PART_ROWS * PART_COLUMNS);
            const int rows = (int)min((INDEX)ROWS, end - first);
            ONCE for (int n = 0; n < ROWS; n++) {
                const INDEX number = first + min(n, rows - 1);
                const int row = (int)(number / PART_COLUMNS % PART_ROWS), column = (int)(number % PART_COLUMNS);
                __global const float *image =
                    IMAGES + number / (PART_ROWS * PART_COLUMNS) * (HEIGHT * WIDTH * CHANNELS);
                ONCE for (int run = b.x; run < lastRun; run++) {
                    const int4 r = KERNEL_NAME_runs[run];
                    KERNEL_NAME_gather(
                        left + n * DEPTH + r.w, image, row * PART_ROW_STRIDE + r.x,
                        column * PART_COLUMN_STRIDE * CHANNELS + r.y, r.z);
                }
            }
#endif
            float *tileSums = sums + (SUM_TILES > 1 ? (int)(tile - firstTile) : 0) * (PANELS * ROWS * COLUMNS);
            ONCE for (int panel = 0; panel * COLUMNS < columns; panel++) {
                float *sum = tileSums + panel * ROWS * COLUMNS;
                __global const float *right = PACKED + b.w + (firstPanel + panel) * (INDEX)b.z * COLUMNS;
                EACH_ROW(BEGIN)
                ONCE for (int run = b.x; run < lastRun; run++) {
                    const int4 r = KERNEL_NAME_runs[run];
#if IS_STRIPED
                    const int y = row * PART_ROW_STRIDE + r.x;
                    if (y < 0 || y >= HEIGHT) continue;
#endif
                    const float *p = left + r.w + (run - b.x) * (SPREAD);
                    MULTIPLY(right + r.w * COLUMNS, r.z)
                }
                if (block > PART_FIRST_BLOCK) { EACH_ROW(RESUME) }
                EACH_ROW(END)
            }
            if (block + 1 < PART_LAST_BLOCK) continue;
            ONCE for (int n = 0; n < rows; n++) {
#if IS_STRIPED
                const int column = firstColumn + n;
#else
                const INDEX batch = (first + n) / (PART_ROWS * PART_COLUMNS);
                const int row = (int)((first + n) / PART_COLUMNS % PART_ROWS);
                const int column = (int)((first + n) % PART_COLUMNS);
#endif
                const INDEX y = PART_FIRST_ROW + row * PART_ROW_STEP;
                const INDEX x = PART_FIRST_COLUMN + column * PART_COLUMN_STEP;
                SHARED
                ONCE for (int c = 0; c < columns; c += 16) {
                    const INDEX i = PART_FIRST_CHANNEL + firstPanel * COLUMNS + c;
                    const int lanes = columns - c;
                    const float16 result =
                        vload16(0, tileSums + (c / COLUMNS * ROWS + n) * COLUMNS + c % COLUMNS);
                    EPILOGUE
                }
            }
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
// One group a tile of positions and channels; what a group shares is in group_tile.cl. A work-item always reads for the
// same positions, one product of each.
#define LEFT_STEP(e) ((e) % DEPTH)
#define LEFT_ROW(e) ((e) / DEPTH)
// Neighbouring work-items read neighbouring elements.
#define RIGHT_STEP(e) (FILTER_CHANNEL == 1 ? (e) % DEPTH : (e) / TILE_N)
#define RIGHT_COLUMN(e) (FILTER_CHANNEL == 1 ? (e) / DEPTH : (e) % TILE_N)
#define FETCH(first)                                                                                         \
    {                                                                                                        \
        const int k = (first) + LEFT_STEP(local_);                                                           \
        const int tap = k / PART_TAP_CHANNELS;                                                               \
        const int isTap = k < depth;                                                                         \
        const int row = isTap ? TAP_ROW(tap) : 0, column = isTap ? TAP_COLUMN(tap) : 0;                      \
        const int channel = isTap ? TAP_CHANNEL(tap) + k % PART_TAP_CHANNELS : 0;                            \
        _Pragma("unroll") for (int q = 0; q < LEFT_READS; q++)                                               \
        {                                                                                                    \
            const int y = ys[q] + row, x = xs[q] + column;                                                   \
            const int isInside = isTap && y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;                       \
            nextLeft[q] =                                                                                    \
                isInside ? IMAGES[images[q] + ((INDEX)y * WIDTH + x) * CHANNELS + channel] : 0.0f;           \
        }                                                                                                    \
        _Pragma("unroll") for (int q = 0; q < RIGHT_READS; q++)                                              \
        {                                                                                                    \
            const int e = local_ + q * THREADS;                                                              \
            const int k = (first) + RIGHT_STEP(e), n = firstColumn + RIGHT_COLUMN(e);                        \
            nextRight[q] = 0.0f;                                                                             \
            if (k < depth && n < PART_CHANNELS)                                                              \
                nextRight[q] = FILTERS[TAP_FILTER(k / PART_TAP_CHANNELS)                                     \
                                       + k % PART_TAP_CHANNELS * (INDEX)(FILTER_CHANNEL)                     \
                                       + n * (INDEX)(FILTER_RESULT)];                                        \
        }                                                                                                    \
    }
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    TILE_MEMORY
    INDEX group = get_group_id(0);
    FIND_PART(group)
    const int firstColumn = (int)(group % PART_COLUMN_BLOCKS) * TILE_N;
    const INDEX firstRow = group / PART_COLUMN_BLOCKS * TILE_M;
    const INDEX rows = (INDEX)BATCH * (PART_ROWS * PART_COLUMNS);
    const int depth = PART_TAPS * PART_TAP_CHANNELS;
    INDEX images[LEFT_READS];
    int ys[LEFT_READS], xs[LEFT_READS];
#pragma unroll
    for (int q = 0; q < LEFT_READS; q++) {
        const INDEX row = firstRow + LEFT_ROW(local_ + q * THREADS);
        images[q] = row / (PART_ROWS * PART_COLUMNS) * (HEIGHT * WIDTH * CHANNELS);
        // Behind the last position nothing is inside an image.
        ys[q] = row < rows ? (int)(row / PART_COLUMNS % PART_ROWS) * PART_ROW_STRIDE : -(1 << 30);
        xs[q] = (int)(row % PART_COLUMNS) * PART_COLUMN_STRIDE;
    }
    MAKE_SUMS(0, depth)
#pragma unroll
    for (int r = 0; r < THREAD_M; r++) {
        const INDEX row = firstRow + TILE_ROW(r);
        if (row < rows) {
            const INDEX batch = row / (PART_ROWS * PART_COLUMNS);
            const INDEX y = PART_FIRST_ROW + row / PART_COLUMNS % PART_ROWS * PART_ROW_STEP;
            const INDEX x = PART_FIRST_COLUMN + row % PART_COLUMNS * PART_COLUMN_STEP;
#pragma unroll
            for (int c = 0; c < THREAD_N; c++) {
                const int n = firstColumn + TILE_COLUMN(c);
                const INDEX i = PART_FIRST_CHANNEL + n;
                const float result = sums[r][c];
                if (n < PART_CHANNELS) {
                    EPILOGUE
                }
            }
        }
    }
}

// section: end
#undef TAP_ROW
#undef TAP_COLUMN
#undef TAP_CHANNEL
#undef TAP_FILTER
