// Elements combined with all before them, column by column of a batch of matrices, in both styles: the text of the
// kernels of one scan, with these names defined before it:
//   BATCH, LENGTH, COLUMNS     the matrices, the elements of a column, the columns
//   IS_REVERSED                whether columns are walked from their ends
//   PIECE, PIECES              the elements of a piece that columns are cut into, and their number
//   IS_TOTAL                   1: the kernel gives what each piece comes to; 0: it gives the results, and begins each
//                              piece with the totals of those before it
//   T, T16                     the type and its vector
//   IDENTITY, COMBINE(x, y)    the value that changes nothing, and how two values are combined
//   STORE(v, p, lanes)         writes the first lanes of a vector
//   IS_COMPENSATED             whether rounding errors of the running total are kept beside it
//   TASKS, ITEMS, GROUP        the pieces of all columns (CPU style: of all strips of sixteen), the work-items that
//                              share them, and the work-items of a group
//   INDEX                      the integer type of an element's place
//   PARAMETERS, POINTERS       the kernel's arguments: in0 the elements, in1 the totals where there are several
//                              pieces, out0 the results or the totals
// Vectors may be read up to fifteen elements beyond the last one.

// section: begin
#define PLACE(i) (IS_REVERSED ? LENGTH - 1 - (i) : (i))
#if IS_COMPENSATED
// Adds x to `total`; what rounding takes is added to `lost`, which stays finite when the total does not.
#define START(V) V total = (V)(IDENTITY), lost = (V)(0.0f)
#define PUSH(V, x)                                                                                           \
    {                                                                                                        \
        const V pushed = (x), sum = total + pushed, part = sum - total;                                      \
        const V error = (total - (sum - part)) + (pushed - part);                                            \
        lost = error == error ? lost + error : lost;                                                         \
        total = sum;                                                                                         \
    }
#define WITH(t, x) ((t) + ((x) + lost))
#define RESULT (total + lost)
#else
#define START(V) V total = (V)(IDENTITY)
#define PUSH(V, x)                                                                                           \
    {                                                                                                        \
        const V pushed = (x);                                                                                \
        total = COMBINE(total, pushed);                                                                      \
    }
#define WITH(t, x) COMBINE(t, x)
#define RESULT total
#endif

// section: cpu line
// Sixteen elements moved on by some places, and in reverse. They are named one by one: a swizzle of several is more than
// some simulators of devices can do.
#define NONE (T)IDENTITY
#define AFTER_1(v)                                                                                           \
    (T16)(NONE, v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7, v.s8, v.s9, v.sa, v.sb, v.sc, v.sd, v.se)
#define AFTER_2(v)                                                                                           \
    (T16)(NONE, NONE, v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7, v.s8, v.s9, v.sa, v.sb, v.sc, v.sd)
#define AFTER_4(v)                                                                                           \
    (T16)(NONE, NONE, NONE, NONE, v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7, v.s8, v.s9, v.sa, v.sb)
#define AFTER_8(v)                                                                                           \
    (T16)(NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7)
#define BACKWARD(v)                                                                                          \
    (T16)(v.sf, v.se, v.sd, v.sc, v.sb, v.sa, v.s9, v.s8, v.s7, v.s6, v.s5, v.s4, v.s3, v.s2, v.s1, v.s0)
// Matrices of one column: one work-item a stretch of pieces, sixteen elements at a time.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const INDEX first = (INDEX)(get_global_id(0) * (ulong)TASKS / ITEMS);
    const INDEX last = (INDEX)((get_global_id(0) + 1) * (ulong)TASKS / ITEMS);
    for (INDEX task = first; task < last; task++) {
        const INDEX line = task / PIECES, piece = task % PIECES;
        const INDEX begin = piece * PIECE, end = min(begin + PIECE, (INDEX)LENGTH);
        __global const T *x = in0 + line * LENGTH;
        INDEX i = begin;
#if IS_TOTAL
        T16 folded;
        {
            START(T16);
            for (; i + 16 <= end; i += 16)
                PUSH(T16, vload16(0, x + (IS_REVERSED ? LENGTH - 16 - i : i)))
            folded = RESULT;
        }
        T lanes[16];
        vstore16(folded, 0, lanes);
        START(T);
        for (int lane = 0; lane < 16; lane++) PUSH(T, lanes[lane])
        for (; i < end; i++) PUSH(T, x[PLACE(i)])
        out0[task] = RESULT;
#else
        __global T *y = out0 + line * LENGTH;
        START(T);
#if PIECES > 1
        for (INDEX before = task - piece; before < task; before++) PUSH(T, in1[before])
#endif
        for (; i + 16 <= end; i += 16) {
            const INDEX at = IS_REVERSED ? LENGTH - 16 - i : i;
            T16 v = vload16(0, x + at);
            if (IS_REVERSED) v = BACKWARD(v);
            T16 w = AFTER_1(v);
            v = COMBINE(w, v);
            w = AFTER_2(v);
            v = COMBINE(w, v);
            w = AFTER_4(v);
            v = COMBINE(w, v);
            w = AFTER_8(v);
            v = COMBINE(w, v);
            const T sixteen = v.sf;
            v = WITH((T16)(total), v);
            if (IS_REVERSED) v = BACKWARD(v);
            vstore16(v, 0, y + at);
            PUSH(T, sixteen)
        }
        for (; i < end; i++) {
            PUSH(T, x[PLACE(i)])
            y[PLACE(i)] = RESULT;
        }
#endif
    }
}

// section: cpu columns
// One work-item a stretch of strips of sixteen columns, row by row.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const INDEX first = (INDEX)(get_global_id(0) * (ulong)TASKS / ITEMS);
    const INDEX last = (INDEX)((get_global_id(0) + 1) * (ulong)TASKS / ITEMS);
    const INDEX strips = (COLUMNS + 15) / 16;
    for (INDEX task = first; task < last; task++) {
        const INDEX column = task % strips * 16, part = task / strips;
        const INDEX matrix = part / PIECES, piece = part % PIECES;
        const INDEX begin = piece * PIECE, end = min(begin + PIECE, (INDEX)LENGTH);
        const int lanes = (int)min((INDEX)16, COLUMNS - column);
        START(T16);
#if !IS_TOTAL && PIECES > 1
        for (INDEX before = part - piece; before < part; before++)
            PUSH(T16, vload16(0, in1 + before * COLUMNS + column))
#endif
        for (INDEX i = begin; i < end; i++) {
            const INDEX at = (matrix * LENGTH + PLACE(i)) * COLUMNS + column;
            PUSH(T16, vload16(0, in0 + at))
#if !IS_TOTAL
            STORE(RESULT, out0 + at, lanes);
#endif
        }
#if IS_TOTAL
        STORE(RESULT, out0 + part * COLUMNS + column, lanes);
#endif
    }
}

// section: gpu line
// Matrices of one column: one group a piece, four elements a work-item at a time.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    __local T sums[GROUP];
    const int item = (int)get_local_id(0);
    const INDEX task = (INDEX)get_group_id(0);
    const INDEX line = task / PIECES, piece = task % PIECES;
    const INDEX begin = piece * PIECE, end = min(begin + PIECE, (INDEX)LENGTH);
    __global const T *x = in0 + line * LENGTH;
    START(T);
#if IS_TOTAL
    for (INDEX i = begin + item; i < end; i += GROUP) PUSH(T, x[PLACE(i)])
    sums[item] = RESULT;
    for (int reach = GROUP / 2; reach > 0; reach /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < reach) sums[item] = COMBINE(sums[item], sums[item + reach]);
    }
    if (item == 0) out0[task] = sums[0];
#else
    __global T *y = out0 + line * LENGTH;
#if PIECES > 1
    for (INDEX before = task - piece; before < task; before++) PUSH(T, in1[before])
#endif
    for (INDEX block = begin; block < end; block += GROUP * 4) {
        const INDEX own = block + item * 4;
        T v[4];
        for (int k = 0; k < 4; k++) v[k] = own + k < end ? x[PLACE(own + k)] : (T)IDENTITY;
        for (int k = 1; k < 4; k++) v[k] = COMBINE(v[k - 1], v[k]);
        sums[item] = v[3];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int distance = 1; distance < GROUP; distance *= 2) {
            const T other = item >= distance ? sums[item - distance] : (T)IDENTITY;
            barrier(CLK_LOCAL_MEM_FENCE);
            sums[item] = COMBINE(other, sums[item]);
            barrier(CLK_LOCAL_MEM_FENCE);
        }
        const T before = item > 0 ? sums[item - 1] : (T)IDENTITY;
        const T all = sums[GROUP - 1];
        for (int k = 0; k < 4; k++) {
            const T sum = COMBINE(before, v[k]);
            if (own + k < end) y[PLACE(own + k)] = WITH(total, sum);
        }
        PUSH(T, all)
        barrier(CLK_LOCAL_MEM_FENCE);
    }
#endif
}

// section: gpu columns
// One work-item a piece of a column; neighbours walk neighbouring columns.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void KERNEL_NAME(PARAMETERS)
{
    POINTERS
    const INDEX task = (INDEX)get_global_id(0);
    if (task >= TASKS) return;
    const INDEX column = task % COLUMNS, part = task / COLUMNS;
    const INDEX matrix = part / PIECES, piece = part % PIECES;
    const INDEX begin = piece * PIECE, end = min(begin + PIECE, (INDEX)LENGTH);
    START(T);
#if !IS_TOTAL && PIECES > 1
    for (INDEX before = part - piece; before < part; before++) PUSH(T, in1[before * COLUMNS + column])
#endif
    for (INDEX i = begin; i < end; i++) {
        const INDEX at = (matrix * LENGTH + PLACE(i)) * COLUMNS + column;
        PUSH(T, in0[at])
#if !IS_TOTAL
        out0[at] = RESULT;
#endif
    }
#if IS_TOTAL
    out0[part * COLUMNS + column] = RESULT;
#endif
}

// section: end
#undef NONE
#undef AFTER_1
#undef AFTER_2
#undef AFTER_4
#undef AFTER_8
#undef BACKWARD
#undef PLACE
#undef START
#undef PUSH
#undef WITH
#undef RESULT
