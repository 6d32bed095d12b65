// Convolutions with 3 x 3 taps by Winograd's minimal filtering F(4 x 4, 3 x 3): images, filters and products are mapped
// here, and between them 36 matrix products, tiles x channels times channels x channels of results, are those of
// matmul.cl. A tile is a square of 4 x 4 results, which 6 x 6 pixels are read for. The text is compiled once for each
// convolution of a program, with these names defined before it:
//   LANES                      the neighbouring channels that are mapped at once: 16 in the style of a CPU device, else 1
//   MAP(IN, OUT)               the map of a line of numbers IN(0), IN(1), ..., which calls OUT(i, number)
//   TILES, TILE_ROWS, TILE_COLUMNS   the tiles of all images, and of one
//   ALL_TILES                  the same with those behind them that fill the last part of a sum, and hold zeros
//   EACH                       how many tiles, or lines of filters, a work-item of the style of a CPU device maps
//   PITCH                      the elements from line to line of what is written
//   THREADS                    the work-items of a group
// and those of convolution.cl for the images, the results and the epilogue.

// section: begin
#if LANES == 16
#define V float16
#define LOAD(p) vload16(0, p)
#define STORE(v, p) vstore16(v, 0, p)
#define ONCE _Pragma("clang loop vectorize(disable) unroll(disable)")
// Arrays lie in memory: loops over them stay loops, which compilers are done with much sooner.
#define FOR_ARRAY ONCE for
// All channels of some neighbouring lines.
#define FOR_PLACES(lines, channels)                                                                          \
    const int begin = (int)get_global_id(0) * EACH, end = min(begin + EACH, lines);                          \
    ONCE for (int line = begin; line < end; line++)                                                          \
        ONCE for (int channel = 0; channel < channels; channel += 16)
#else
#define V float
#define LOAD(p) (*(p))
#define STORE(v, p) (*(p) = (v))
// Arrays lie in registers, which have no index.
#define FOR_ARRAY _Pragma("unroll") for
// One channel of a line.
#define FOR_PLACES(lines, channels)                                                                          \
    const int line = (int)(get_global_id(0) / (channels)), channel = (int)(get_global_id(0) % (channels));   \
    if (line < lines)
#endif

// section: images
// Squares of SIZE x SIZE pixels, four apart.
static inline V KERNEL_NAME_pixel(__global const float *image, int y, int x)
{
    if (y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH) return (V)(0.0f);
    return LOAD(image + (y * WIDTH + x) * CHANNELS);
}

#define PIXEL(i) KERNEL_NAME_pixel(image, y + i, x + n)
#define KEEP(i, number) t[i][n] = number;
#define KEPT(i) t[n][i]
#define WRITE(i, number) STORE(number, to + (n * 6 + i) * ((INDEX)ALL_TILES * PITCH));
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    FOR_PLACES(ALL_TILES, CHANNELS)
    {
        const int y = line < TILES ? line / TILE_COLUMNS % TILE_ROWS * 4 + (FIRST_ROW) : HEIGHT;
        const int x = line % TILE_COLUMNS * 4 + (FIRST_COLUMN);
        __global const float *image =
            IMAGES + line / (TILE_COLUMNS * TILE_ROWS) * (INDEX)(HEIGHT * WIDTH * CHANNELS) + channel;
        __global float *to = MAPPED + line * (INDEX)PITCH + channel;
        V t[6][SIZE];
        FOR_ARRAY (int n = 0; n < SIZE; n++) MAP(PIXEL, KEEP)
        FOR_ARRAY (int n = 0; n < 6; n++) MAP(KEPT, WRITE)
    }
}
#undef PIXEL

// section: filters
// What lies side by side in the filters, channels of the results or of the images, is a line's channels here.
#define TAP(i) LOAD(filter + KERNEL_NAME_taps[i * 3 + n][0])
#define KEEP(i, number) t[i][n] = number;
#define KEPT(i) t[n][i]
#define WRITE(i, number) STORE(number, to + (n * 6 + i) * ((INDEX)LINES * PITCH));
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    FOR_PLACES(LINES, LINE_CHANNELS)
    {
        __global const float *filter = FILTERS + line * (INDEX)(LINE_STRIDE) + channel;
        __global float *to = MAPPED + line * (INDEX)PITCH + channel;
        V t[6][3];
        FOR_ARRAY (int n = 0; n < 3; n++) MAP(TAP, KEEP)
        FOR_ARRAY (int n = 0; n < 6; n++) MAP(KEPT, WRITE)
    }
}
#undef TAP

// section: products
#define PRODUCT(i) LOAD(from + (i * 6 + n) * ((INDEX)TILES * RESULT_CHANNELS))
#define KEEP(i, number) t[i][n] = number;
#define KEPT(i) t[n][i]
#define WRITE(i, number) results[n * 4 + i] = number;
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    FOR_PLACES(TILES, RESULT_CHANNELS)
    {
        __global const float *from = PRODUCTS + line * (INDEX)RESULT_CHANNELS + channel;
        V t[4][6], results[16];
        FOR_ARRAY (int n = 0; n < 6; n++) MAP(PRODUCT, KEEP)
        FOR_ARRAY (int n = 0; n < 4; n++) MAP(KEPT, WRITE)
        const INDEX batch = line / (TILE_COLUMNS * TILE_ROWS), i = channel;
        const int lanes = RESULT_CHANNELS - channel;
        FOR_ARRAY (int n = 0; n < 16; n++) {
            const INDEX y = line / TILE_COLUMNS % TILE_ROWS * 4 + n / 4;
            const INDEX x = line % TILE_COLUMNS * 4 + n % 4;
            if (y < RESULT_HEIGHT && x < RESULT_WIDTH) {
                const V result = results[n];
                SHARED
                EPILOGUE
            }
        }
    }
}
#undef PRODUCT

// section: filter gradient
// Adds the PARTS of the sums over tiles, and maps them to the gradient of the filters.
static inline V KERNEL_NAME_sum(__global const float *from)
{
    V sum = LOAD(from);
    for (int part = 1; part < PARTS; part++) sum += LOAD(from + part * ((INDEX)CHANNELS * RESULT_CHANNELS));
    return sum;
}

#define SUM(i) KERNEL_NAME_sum(from + (i * 6 + n) * ((INDEX)PARTS * CHANNELS * RESULT_CHANNELS))
#define KEEP(i, number) t[i][n] = number;
#define KEPT(i) t[n][i]
#if LANES == 16
#define WRITE(i, number) store_float(number, to + KERNEL_NAME_taps[n * 3 + i][0], RESULT_CHANNELS - channel);
#else
#define WRITE(i, number) to[KERNEL_NAME_taps[n * 3 + i][0]] = number;
#endif
__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    FOR_PLACES(CHANNELS, RESULT_CHANNELS)
    {
        __global const float *from = SUMS + line * (INDEX)RESULT_CHANNELS + channel;
        __global float *to = PARTIALS + line * (INDEX)(FILTER_CHANNEL) + channel;
        V t[3][6];
        FOR_ARRAY (int n = 0; n < 6; n++) MAP(SUM, KEEP)
        FOR_ARRAY (int n = 0; n < 3; n++) MAP(KEPT, WRITE)
    }
}
#undef SUM

// section: end
#undef KEEP
#undef KEPT
#undef WRITE
#undef V
#undef LOAD
#undef STORE
#if LANES == 16
#undef ONCE
#endif
#undef FOR_ARRAY
#undef FOR_PLACES
