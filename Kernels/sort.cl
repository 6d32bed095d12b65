// The orders that sort lines, in both styles: the text of the kernels of one sort, with these names defined before it:
//   LINES, LENGTH              the lines and the elements of a line
//   IS_FLOAT, IS_SIGNED, IS_DESCENDING   the type of the elements, and whether the greatest comes first
//   INDEX                      the integer type of an element's place
//   PARAMETERS, POINTERS, GROUP   the kernel's arguments, and the work-items of a group
// An element becomes a pair, a 64-bit number: above, a word that is ordered as the elements are, below, its index. Pairs
// all differ, and their order is the stable one.

// section: begin
#define MAKE_PAIR(pair, x, index)                                                                            \
    {                                                                                                        \
        uint bits = as_uint(x);                                                                              \
        if (IS_FLOAT) {                                                                                      \
            const uint magnitude = bits & 0x7FFFFFFFu;                                                       \
            bits = bits >> 31 ? ~bits : bits | 0x80000000u;                                                  \
            if (magnitude == 0u) bits = 0x80000000u;                                                         \
            if (magnitude > 0x7F800000u) bits = 0xFFFFFFFFu;                                                 \
        }                                                                                                    \
        if (IS_SIGNED) bits ^= 0x80000000u;                                                                  \
        if (IS_DESCENDING) bits = ~bits;                                                                     \
        pair = (ulong)bits << 32 | (ulong)(uint)(index);                                                     \
    }

// section: cpu
// One work-item a stretch of ITEMS of all lines. SHORT lines are sorted by insertion, into out0; longer ones by bytes
// from the lowest, with room for their pairs, twice, in out0, into out1.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const INDEX first = (INDEX)(get_global_id(0) * (ulong)LINES / ITEMS);
    const INDEX last = (INDEX)((get_global_id(0) + 1) * (ulong)LINES / ITEMS);
#if SHORT
    ulong pairs[LENGTH];
    for (INDEX line = first; line < last; line++) {
        for (int next = 0; next < LENGTH; next++) {
            ulong pair;
            MAKE_PAIR(pair, in0[line * LENGTH + next], next)
            int place = next;
            for (; place > 0 && pairs[place - 1] > pair; place--) pairs[place] = pairs[place - 1];
            pairs[place] = pair;
        }
        for (int i = 0; i < LENGTH; i++) out0[line * LENGTH + i] = (int)(uint)pairs[i];
    }
#else
    __global ulong *pairs = (__global ulong *)out0 + get_global_id(0) * 2ul * LENGTH;
    uint counts[1024];
    for (INDEX line = first; line < last; line++) {
        __global ulong *from = pairs, *to = pairs + LENGTH;
        for (int i = 0; i < 1024; i++) counts[i] = 0;
        for (INDEX i = 0; i < LENGTH; i++) {
            ulong pair;
            MAKE_PAIR(pair, in0[line * LENGTH + i], i)
            from[i] = pair;
            for (int digit = 0; digit < 4; digit++) counts[256 * digit + (pair >> (32 + 8 * digit) & 255)]++;
        }
        for (int digit = 0; digit < 4; digit++) {
            const int shift = 32 + 8 * digit;
            // Where all have the same digit nothing moves.
            if (counts[256 * digit + (from[0] >> shift & 255)] == LENGTH) continue;
            uint place = 0;
            for (int value = 0; value < 256; value++) {
                const uint own = counts[256 * digit + value];
                counts[256 * digit + value] = place;
                place += own;
            }
            for (INDEX i = 0; i < LENGTH; i++) {
                const ulong pair = from[i];
                to[counts[256 * digit + (pair >> shift & 255)]++] = pair;
            }
            __global ulong *other = from;
            from = to;
            to = other;
        }
        for (INDEX i = 0; i < LENGTH; i++) out1[line * LENGTH + i] = (int)(uint)from[i];
    }
#endif
}

// section: gpu tiles
// One group sorts a tile of TILE pairs in local memory, in segments of SEGMENT: whole lines, or one of the TILES that a
// line is cut into. Sorted lines give their order, as out0; tiles their pairs, and to out1 go the lengths of the runs that
// each of the PASSES merges which follow will find.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    __local ulong pairs[TILE];
    const int item = (int)get_local_id(0);
    const INDEX firstSegment = (INDEX)get_group_id(0) * (TILE / SEGMENT);
    for (int e = item; e < TILE; e += GROUP) {
        const INDEX segment = firstSegment + e / SEGMENT;
        const INDEX line = segment / TILES, i = segment % TILES * SEGMENT + e % SEGMENT;
        // Behind all elements.
        ulong pair = ~0ul;
        if (line < LINES && i < LENGTH) MAKE_PAIR(pair, in0[line * LENGTH + i], i)
        pairs[e] = pair;
    }
    // A bitonic network: runs of `size` are sorted, every other one downward until they are whole segments.
    for (int size = 2; size <= SEGMENT; size *= 2) {
        for (int step = size / 2; step > 0; step /= 2) {
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int p = item; p < TILE / 2; p += GROUP) {
                const int low = 2 * p - (p & (step - 1));
                const int isDown = size < SEGMENT && (low & size) != 0;
                const ulong a = pairs[low], b = pairs[low + step];
                if ((a > b) != isDown) {
                    pairs[low] = b;
                    pairs[low + step] = a;
                }
            }
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int e = item; e < TILE; e += GROUP) {
        const INDEX segment = firstSegment + e / SEGMENT;
        const INDEX line = segment / TILES, i = segment % TILES * SEGMENT + e % SEGMENT;
        if (line < LINES && i < LENGTH) {
#if TILES > 1
            ((__global ulong *)out0)[line * LENGTH + i] = pairs[e];
#else
            out0[line * LENGTH + i] = (int)(uint)pairs[e];
#endif
        }
    }
#if TILES > 1
    if (firstSegment == 0) {
        for (int pass = item; pass < PASSES; pass += GROUP) out1[pass] = TILE << pass;
    }
#endif
}

// section: gpu merge
// Merges neighbouring runs of in1[0] pairs, a multiple of TILE: one group gives TILE of the results, as pairs or, at last,
// as the order.
#define SPLIT(result, A, aCount, B, bCount, diagonal)                                                        \
    {                                                                                                        \
        int low = max(0, (diagonal) - (bCount)), high = min(diagonal, aCount);                               \
        while (low < high) {                                                                                 \
            const int middle = (low + high) / 2;                                                             \
            if ((A)[middle] < (B)[(diagonal) - 1 - middle]) low = middle + 1;                                \
            else high = middle;                                                                              \
        }                                                                                                    \
        result = low;                                                                                        \
    }
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    __local ulong pairs[TILE];
    __local int cuts[2];
    const int item = (int)get_local_id(0), width = in1[0];
    const INDEX line = (INDEX)get_group_id(0) / TILES;
    const int first = (int)((INDEX)get_group_id(0) % TILES) * TILE, count = min(TILE, LENGTH - first);
    // The two runs, and which of their merged elements are this group's.
    const int begin = (int)((long)first / (2l * width) * (2l * width)), diagonal = first - begin;
    const int aCount = min(width, LENGTH - begin), bCount = min(width, LENGTH - begin - aCount);
    __global const ulong *a = (__global const ulong *)in0 + line * LENGTH + begin;
    __global const ulong *b = a + aCount;
    if (item < 2) {
        const int end = diagonal + (item == 0 ? 0 : count);
        SPLIT(cuts[item], a, aCount, b, bCount, end)
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int fromA = cuts[0], own = cuts[1] - fromA, fromB = diagonal - fromA;
    for (int e = item; e < count; e += GROUP) pairs[e] = e < own ? a[fromA + e] : b[fromB + e - own];
    barrier(CLK_LOCAL_MEM_FENCE);
    // Each work-item merges a few, which then take the places of what all have read.
    ulong merged[TILE / GROUP];
    {
        const int at = min(item * (TILE / GROUP), count);
        int i;
        SPLIT(i, pairs, own, pairs + own, count - own, at)
        int j = own + at - i;
#pragma unroll
        for (int k = 0; k < TILE / GROUP; k++) {
            const int isLeft = i < own && (j >= count || pairs[i] < pairs[j]);
            const int taken = isLeft ? i++ : j++;
            merged[k] = taken < count ? pairs[taken] : 0ul;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int k = 0; k < TILE / GROUP; k++) pairs[item * (TILE / GROUP) + k] = merged[k];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int e = item; e < count; e += GROUP) {
        const INDEX at = line * LENGTH + first + e;
#if IS_LAST
        out0[at] = (int)(uint)pairs[e];
#else
        ((__global ulong *)out0)[at] = pairs[e];
#endif
    }
}
#undef SPLIT

// section: end
#undef MAKE_PAIR
