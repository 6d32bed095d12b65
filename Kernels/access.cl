// Access to memory for sixteen lanes: what vload16 and vstore16 cannot say. Compiled into every program of the
// CPU-device style.

#define laneNumbers ((int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#define laneNumbersWide ((long16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))

// gather_T: element i[lane] for each lane.  store_T: the first `lanes` elements, all sixteen at most.
// store_strided_T: the same, `stride` elements apart.
#define DEFINE_ACCESS(T)                                                                                     \
    static inline T##16 gather_##T(__global const T *p, int16 i)                                             \
    {                                                                                                        \
        return (T##16)(p[i.s0], p[i.s1], p[i.s2], p[i.s3], p[i.s4], p[i.s5], p[i.s6], p[i.s7], p[i.s8],      \
                       p[i.s9], p[i.sa], p[i.sb], p[i.sc], p[i.sd], p[i.se], p[i.sf]);                       \
    }                                                                                                        \
    static inline T##16 gather_##T##_wide(__global const T *p, long16 i)                                     \
    {                                                                                                        \
        return (T##16)(p[i.s0], p[i.s1], p[i.s2], p[i.s3], p[i.s4], p[i.s5], p[i.s6], p[i.s7], p[i.s8],      \
                       p[i.s9], p[i.sa], p[i.sb], p[i.sc], p[i.sd], p[i.se], p[i.sf]);                       \
    }                                                                                                        \
    static inline void store_##T(T##16 v, __global T *p, int lanes)                                          \
    {                                                                                                        \
        if (lanes >= 16) {                                                                                   \
            vstore16(v, 0, p);                                                                               \
        } else {                                                                                             \
            T values[16];                                                                                    \
            vstore16(v, 0, values);                                                                          \
            for (int lane = 0; lane < lanes; lane++) p[lane] = values[lane];                                 \
        }                                                                                                    \
    }                                                                                                        \
    static inline void store_strided_##T(T##16 v, __global T *p, int stride, int lanes)                      \
    {                                                                                                        \
        T values[16];                                                                                        \
        vstore16(v, 0, values);                                                                              \
        for (int lane = 0; lane < min(lanes, 16); lane++) p[(long)lane * stride] = values[lane];             \
    }

DEFINE_ACCESS(float)
DEFINE_ACCESS(int)
DEFINE_ACCESS(uint)
DEFINE_ACCESS(uchar)
DEFINE_ACCESS(ushort)
