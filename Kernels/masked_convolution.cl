// What convolutions need beside convolution.cl where filters are masked: taps that are no grid, and elements of the
// filters that no gradient reaches.

// section: taps
// What tap number `tap` of a part reads, from a table of (row, column, channel, place in the filters).
#define TAP_ROW(tap) KERNEL_NAME_taps[PART_FIRST_TAP + (tap)].x
#define TAP_COLUMN(tap) KERNEL_NAME_taps[PART_FIRST_TAP + (tap)].y
#define TAP_CHANNEL(tap) KERNEL_NAME_taps[PART_FIRST_TAP + (tap)].z
#define TAP_FILTER(tap) KERNEL_NAME_taps[PART_FIRST_TAP + (tap)].w

// section: zeros
// Sets the elements that no part of a gradient gives to 0 in each piece of FILTER_COUNT elements. They are listed as
// (first, length, number of stretches of that length, distance from one to the next).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const int4 gap = KERNEL_NAME_gaps[get_global_id(0)];
    __global float *to = PARTIALS + get_global_id(1) * (ulong)FILTER_COUNT + gap.x;
    for (int n = 0; n < gap.z; n++, to += gap.w)
        for (int e = 0; e < gap.y; e++) to[e] = 0.0f;
}
