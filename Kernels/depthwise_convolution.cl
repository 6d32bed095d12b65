// Convolutions in which a channel of the results reads the one channel of the images that has its number, less what
// the first reads, and their gradients toward the filters: neighbouring channels are neighbouring lanes or
// work-items. The names are those of convolution.cl, and
//   VECTORS                    the vectors of channels that a work-item of the CPU style makes
//   TAP_ROW(tap) and so on     what the first channel of a part reads; the next reads one element further

// section: cpu
// One work-item a block of positions and of channels.
#define EACH_VECTOR _Pragma("unroll") for (int v = 0; v < VECTORS; v++)
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    int item = (int)get_global_id(0);
    FIND_PART(item)
    const int firstColumn = item % PART_COLUMN_BLOCKS * (VECTORS * 16);
    const int columns = min(VECTORS * 16, PART_CHANNELS - firstColumn);
    const INDEX first = item / PART_COLUMN_BLOCKS * (INDEX)ROW_BLOCK;
    const INDEX end = min(first + ROW_BLOCK, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS));
    // Vectors behind the last repeat it.
    int places[VECTORS];
    EACH_VECTOR places[v] = firstColumn + min(v, (columns - 1) / 16) * 16;
    for (INDEX number = first; number < end; number++) {
        const INDEX batch = number / (PART_ROWS * PART_COLUMNS);
        const int row = (int)(number / PART_COLUMNS % PART_ROWS), column = (int)(number % PART_COLUMNS);
        __global const float *image = IMAGES + batch * (HEIGHT * WIDTH * CHANNELS);
        float16 sums[VECTORS];
        EACH_VECTOR sums[v] = 0.0f;
        for (int tap = 0; tap < PART_TAPS; tap++) {
            const int y = row * PART_ROW_STRIDE + TAP_ROW(tap);
            const int x = column * PART_COLUMN_STRIDE + TAP_COLUMN(tap);
            if (y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH) continue;
            __global const float *from = image + ((INDEX)y * WIDTH + x) * CHANNELS + TAP_CHANNEL(tap);
            __global const float *filter = FILTERS + TAP_FILTER(tap);
            EACH_VECTOR sums[v] += vload16(0, from + places[v]) * vload16(0, filter + places[v]);
        }
        const INDEX y = PART_FIRST_ROW + row * PART_ROW_STEP;
        const INDEX x = PART_FIRST_COLUMN + column * PART_COLUMN_STEP;
        SHARED
        for (int v = 0; v * 16 < columns; v++) {
            const INDEX i = PART_FIRST_CHANNEL + firstColumn + v * 16;
            const int lanes = columns - v * 16;
            const float16 result = sums[v];
            EPILOGUE
        }
    }
}
#undef EACH_VECTOR

// section: filter gradient cpu
// One work-item a block of channels and a piece of the positions.
#define EACH_VECTOR _Pragma("unroll") for (int v = 0; v < VECTORS; v++)
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float sums[MOST_TAPS * VECTORS * 16] __attribute__((aligned(64)));
    int item = (int)get_global_id(0);
    FIND_PART(item)
    const int firstColumn = item % PART_COLUMN_BLOCKS * (VECTORS * 16);
    const int columns = min(VECTORS * 16, PART_CHANNELS - firstColumn);
    const INDEX piece = item / PART_COLUMN_BLOCKS;
    const INDEX end = min((piece + 1) * PART_PIECE, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS));
    int places[VECTORS];
    EACH_VECTOR places[v] = firstColumn + min(v, (columns - 1) / 16) * 16;
    for (int e = 0; e < PART_TAPS * VECTORS; e++) vstore16((float16)(0.0f), e, sums);
    for (INDEX number = piece * PART_PIECE; number < end; number++) {
        const INDEX batch = number / (PART_ROWS * PART_COLUMNS);
        const int row = (int)(number / PART_COLUMNS % PART_ROWS), column = (int)(number % PART_COLUMNS);
        const INDEX resultRow = batch * RESULT_HEIGHT + PART_FIRST_ROW + row * PART_ROW_STEP;
        const INDEX resultColumn = PART_FIRST_COLUMN + column * PART_COLUMN_STEP;
        __global const float *image = IMAGES + batch * (HEIGHT * WIDTH * CHANNELS);
        __global const float *from =
            RESULTS + (resultRow * RESULT_WIDTH + resultColumn) * RESULT_CHANNELS + PART_FIRST_CHANNEL;
        float16 results[VECTORS];
        EACH_VECTOR results[v] = vload16(0, from + places[v]);
        for (int tap = 0; tap < PART_TAPS; tap++) {
            const int y = row * PART_ROW_STRIDE + TAP_ROW(tap);
            const int x = column * PART_COLUMN_STRIDE + TAP_COLUMN(tap);
            if (y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH) continue;
            __global const float *read = image + ((INDEX)y * WIDTH + x) * CHANNELS + TAP_CHANNEL(tap);
            float *sum = sums + tap * (VECTORS * 16);
            EACH_VECTOR vstore16(
                vload16(v, sum) + vload16(0, read + places[v]) * results[v], v, sum);
        }
    }
    for (int tap = 0; tap < PART_TAPS; tap++)
        for (int c = 0; c < columns; c += 16) {
            const float16 result = vload16(0, sums + tap * (VECTORS * 16) + c);
            store_float(
                result, PARTIALS + piece * FILTER_COUNT + TAP_FILTER(tap) + firstColumn + c, columns - c);
        }
}
#undef EACH_VECTOR

// section: gpu
// One work-item a result; neighbours make neighbouring channels.
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    INDEX item = get_global_id(0);
    FIND_PART(item)
    const int n = (int)(item % PART_CHANNELS);
    const INDEX number = item / PART_CHANNELS;
    if (number >= (INDEX)BATCH * (PART_ROWS * PART_COLUMNS)) return;
    const INDEX batch = number / (PART_ROWS * PART_COLUMNS);
    const int row = (int)(number / PART_COLUMNS % PART_ROWS), column = (int)(number % PART_COLUMNS);
    __global const float *image = IMAGES + batch * (HEIGHT * WIDTH * CHANNELS) + n;
    __global const float *filter = FILTERS + n;
    float result = 0.0f;
    for (int tap = 0; tap < PART_TAPS; tap++) {
        const int y = row * PART_ROW_STRIDE + TAP_ROW(tap);
        const int x = column * PART_COLUMN_STRIDE + TAP_COLUMN(tap);
        if (y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH)
            result += image[((INDEX)y * WIDTH + x) * CHANNELS + TAP_CHANNEL(tap)] * filter[TAP_FILTER(tap)];
    }
    const INDEX y = PART_FIRST_ROW + row * PART_ROW_STEP;
    const INDEX x = PART_FIRST_COLUMN + column * PART_COLUMN_STEP;
    const INDEX i = PART_FIRST_CHANNEL + n;
    {
        EPILOGUE
    }
}

// section: filter gradient gpu
// One work-item an element of the filters and a piece of the positions; neighbours have neighbouring channels.
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    INDEX item = get_global_id(0);
    FIND_PART(item)
    const int n = (int)(item % PART_CHANNELS);
    const int tap = (int)(item / PART_CHANNELS % PART_TAPS);
    const INDEX piece = item / (PART_CHANNELS * PART_TAPS);
    if (piece >= PIECES) return;
    const INDEX end = min((piece + 1) * PART_PIECE, (INDEX)BATCH * (PART_ROWS * PART_COLUMNS));
    const int down = TAP_ROW(tap), right = TAP_COLUMN(tap);
    __global const float *image = IMAGES + TAP_CHANNEL(tap) + n;
    __global const float *results = RESULTS + PART_FIRST_CHANNEL + n;
    float sum = 0.0f;
    for (INDEX number = piece * PART_PIECE; number < end; number++) {
        const INDEX batch = number / (PART_ROWS * PART_COLUMNS);
        const int row = (int)(number / PART_COLUMNS % PART_ROWS), column = (int)(number % PART_COLUMNS);
        const int y = row * PART_ROW_STRIDE + down, x = column * PART_COLUMN_STRIDE + right;
        if (y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH) continue;
        const INDEX place = (batch * RESULT_HEIGHT + PART_FIRST_ROW + row * PART_ROW_STEP) * RESULT_WIDTH
                            + PART_FIRST_COLUMN + column * PART_COLUMN_STEP;
        sum += image[((batch * HEIGHT + y) * WIDTH + x) * CHANNELS] * results[place * RESULT_CHANNELS];
    }
    PARTIALS[piece * FILTER_COUNT + TAP_FILTER(tap) + n] = sum;
}
