// Convolutions whose results have few channels: each pixel of the images is multiplied with all taps of all channels of
// the results, in a matrix product of matmul.cl, and what the pixels give to a result is added up here. The products of a
// pixel are a grid of places, row by row, with all channels of the results each: place (n, m) goes to the row
// ROW_STEP * y + rows[n] and, in elements of a row of results, to STEP * x - FIRST + m * RESULT_CHANNELS.
// The text is compiled once for each such convolution of a program, with these names defined before it:
//   BATCH, HEIGHT, WIDTH, CHANNELS           the images
//   RESULT_HEIGHT, RESULT_ROW, RESULT_CHANNELS   the results, and the elements of a row of them
//   FILTER_CHANNEL, FILTER_RESULT            what a step to the next channel of images or results adds in the filters
//   FILTERS, PACKED, PRODUCTS, RESULTS       pointers: the filters, the same as a matrix, each pixel's products, the sums
//   PLACES, ROWS                             the places of the grid, and its rows
//   ROW_STEP, STEP                           from pixel to pixel, in rows of results and in elements of a row
//   FIRST                                    how far left of the results the grid of the first pixel begins, in elements
//   ROW_COUNT                                the products of a pixel with one row of the grid
//   PITCH                                    ROW_COUNT in whole vectors
//   STEPS                                    how many steps of STEP elements these are
//   INDEX                                    the integer type of an element's place
//   EACH                                     the elements, or rows of results, of a work-item of the CPU style
//   THREADS                                  the work-items of a group
//   PARAMETERS, POINTERS                     the kernel's arguments

// section: pack
// The filters as a matrix, CHANNELS x PLACES of RESULT_CHANNELS; zeros where the grid has no tap.
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const int columns = PLACES * RESULT_CHANNELS;
    const int begin = (int)get_global_id(0) * EACH, end = min(begin + EACH, CHANNELS * columns);
    for (int e = begin; e < end; e++) {
        const int channel = e / columns, place = e % columns / RESULT_CHANNELS, result = e % RESULT_CHANNELS;
        const int first = KERNEL_NAME_places[place][0];
        PACKED[e] =
            first < 0 ? 0.0f : FILTERS[first + channel * (INDEX)(FILTER_CHANNEL) + result * (INDEX)(FILTER_RESULT)];
    }
}

// section: cpu
// A work-item EACH rows of results. Along a row, the products of a pixel with one row of the grid are neighbours, and so
// are their results: first what comes from several rows of pixels is added up, then, shifted by a step for each pixel,
// what comes from its columns.
#define ONCE _Pragma("clang loop vectorize(disable) unroll(disable)")
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    float sums[(WIDTH + 2 * (STEPS - 1)) * PITCH + 16] __attribute__((aligned(64)));
    float line[(WIDTH + STEPS - 1) * STEP + 16] __attribute__((aligned(64)));
    // No pixel is left of the first or right of the last.
    ONCE for (int e = 0; e < (STEPS - 1) * PITCH; e += 16) {
        vstore16((float16)(0.0f), 0, sums + e);
        vstore16((float16)(0.0f), 0, sums + (WIDTH + STEPS - 1) * PITCH + e);
    }
    const int begin = (int)get_global_id(0) * EACH, end = min(begin + EACH, BATCH * RESULT_HEIGHT);
    ONCE for (int row = begin; row < end; row++) {
        const int batch = row / RESULT_HEIGHT;
        int isFirst = 1;
        ONCE for (int n = 0; n < ROWS; n++) {
            const int y = row % RESULT_HEIGHT - KERNEL_NAME_rows[n][0];
            if (y < 0 || y % (ROW_STEP) != 0 || y / (ROW_STEP) >= HEIGHT) continue;
            __global const float *from =
                PRODUCTS + ((batch * HEIGHT + y / (ROW_STEP)) * (INDEX)WIDTH * PLACES * RESULT_CHANNELS + n * ROW_COUNT);
            float *to = sums + (STEPS - 1) * PITCH;
            ONCE for (int x = 0; x < WIDTH; x++) {
                ONCE for (int e = 0; e < ROW_COUNT; e += 16) {
                    const float16 products = vload16(0, from + e);
                    vstore16(isFirst ? products : vload16(0, to + e) + products, 0, to + e);
                }
                from += PLACES * RESULT_CHANNELS, to += PITCH;
            }
            isFirst = 0;
        }
        __global float *result = RESULTS + row * (INDEX)RESULT_ROW;
        if (isFirst) {
            for (int e = 0; e < RESULT_ROW; e++) result[e] = 0.0f;
            continue;
        }
        ONCE for (int x = 0; x < WIDTH + STEPS - 1; x++)
            // What is written behind the step is the next one's.
            ONCE for (int e = 0; e < STEP; e += 16) {
                const float *from = sums + (x + STEPS - 1) * PITCH + e;
                float16 sum = vload16(0, from);
                _Pragma("unroll") for (int s = 1; s < STEPS; s++) sum += vload16(0, from + s * (STEP - PITCH));
                vstore16(sum, 0, line + x * STEP + e);
            }
        const int lower = clamp(-(FIRST), 0, RESULT_ROW);
        const int upper = clamp((WIDTH + STEPS - 1) * STEP - (FIRST), lower, RESULT_ROW);
        for (int e = 0; e < lower; e++) result[e] = 0.0f;
        for (int e = lower; e < upper; e++) result[e] = line[e + (FIRST)];
        for (int e = upper; e < RESULT_ROW; e++) result[e] = 0.0f;
    }
}
#undef ONCE

// section: gpu
// A work-item an element of the results.
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const INDEX element = get_global_id(0);
    if (element >= (INDEX)BATCH * RESULT_HEIGHT * RESULT_ROW) return;
    const int e = (int)(element % RESULT_ROW) + (FIRST), row = (int)(element / RESULT_ROW % RESULT_HEIGHT);
    __global const float *from =
        PRODUCTS + element / (RESULT_ROW * RESULT_HEIGHT) * (INDEX)(HEIGHT * WIDTH) * (PLACES * RESULT_CHANNELS);
    float sum = 0.0f;
    for (int n = 0; n < ROWS; n++) {
        const int y = row - KERNEL_NAME_rows[n][0];
        if (e < 0 || y < 0 || y % (ROW_STEP) != 0 || y / (ROW_STEP) >= HEIGHT) continue;
        for (int s = 0; s < STEPS; s++) {
            const int x = e / STEP - s;
            if (x >= 0 && x < WIDTH)
                sum += from[(y / (ROW_STEP) * WIDTH + x) * (INDEX)(PLACES * RESULT_CHANNELS) + n * ROW_COUNT
                            + e % STEP + s * STEP];
        }
    }
    RESULTS[element] = sum;
}
