// Steps of diffusion processes in one pass over memory, with the noise made where it is used: the text of one
// kernel, compiled once for each step of a program, with these names defined before it:
//   TOTAL, COUNT, COLUMNS      the elements of all images, those of one image, its coefficients
//   HAS_PREDICTION, IS_CLIPPED, IS_NOISY   which step it is, 0 or 1
//   PARAMETERS, POINTERS       the kernel's arguments; X, M, C and KEY point to the images, the prediction, the
//                              coefficients and the key, as the step has them
//   INDEX                      the integer type of an element's place
// Sixty-four elements share sixteen blocks of random words: block b gives elements 64 (b / 16) + b % 16, and those
// 16, 32 and 48 further on.

// section: step
// What becomes of x, m and z with the coefficients c, as y.
#if HAS_PREDICTION
#define CLIP(h) h = h < -c[6] ? -c[6] : h, h = h > c[6] ? c[6] : h;
#if IS_NOISY
#define NOISE + c[5] * z
#else
#define NOISE
#endif
#define STEP(T)                                                                                              \
    T h = c[0] * x + c[1] * m;                                                                               \
    if (IS_CLIPPED) { CLIP(h) }                                                                              \
    const T y = c[2] * h + c[3] * x + c[4] * m NOISE;
#else
#define STEP(T) const T y = c[0] * x + c[1] * z;
#endif

// section: cpu
// One work-item a stretch of units, sixty-four elements each.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const INDEX first = (INDEX)(get_global_id(0) * (ulong)UNITS / GROUPS);
    const INDEX last = (INDEX)((get_global_id(0) + 1) * (ulong)UNITS / GROUPS);
    for (INDEX unit = first; unit < last; unit++) {
        const INDEX begin = unit * 64, end = min(begin + 64, (INDEX)TOTAL);
#if IS_NOISY
        const ulong block = (ulong)unit * 16;
        uint16 words[4];
        philox16((uint)block + as_uint16(laneNumbers), (uint16)((uint)(block >> 32)), KEY, words);
#endif
        const INDEX image = begin / COUNT;
        const int isOneImage = (end - 1) / COUNT == image;
        float16 c[COLUMNS];
        for (int k = 0; k < COLUMNS; k++) c[k] = C[image * COLUMNS + k];
        for (int part = 0; part < 4 && begin + part * 16 < end; part++) {
            const INDEX i = begin + part * 16;
            if (!isOneImage) {
                for (int k = 0; k < COLUMNS; k++) {
                    float values[16];
                    for (int lane = 0; lane < 16; lane++)
                        values[lane] = C[min(i + lane, end - 1) / COUNT * COLUMNS + k];
                    c[k] = vload16(0, values);
                }
            }
            const float16 x = vload16(0, X + i);
#if HAS_PREDICTION
            const float16 m = vload16(0, M + i);
#endif
#if IS_NOISY
            const float16 z = normalQuantile16(words[part]);
#endif
            STEP(float16)
            store_float(y, out0 + i, (int)(end - i));
        }
    }
}

// section: gpu
// One work-item a block of random words.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const INDEX block = (INDEX)get_global_id(0);
    const INDEX begin = (block >> 4 << 6) + (block & 15);
    if (begin >= TOTAL) return;
#if IS_NOISY
    uint words[4];
    philox((uint)block, (uint)((ulong)block >> 32), KEY, words);
#endif
    float c[COLUMNS];
#pragma unroll
    for (int part = 0; part < 4; part++) {
        const INDEX i = begin + part * 16;
        if (i < TOTAL) {
            // Where whole units lie in an image the four elements have the same coefficients.
            if (part == 0 || COUNT % 64 != 0) {
#pragma unroll
                for (int k = 0; k < COLUMNS; k++) c[k] = C[i / COUNT * COLUMNS + k];
            }
            const float x = X[i];
#if HAS_PREDICTION
            const float m = M[i];
#endif
#if IS_NOISY
            const float z = normalQuantile(words[part]);
#endif
            STEP(float)
            out0[i] = y;
        }
    }
}

// section: end
#undef CLIP
#undef NOISE
#undef STEP
