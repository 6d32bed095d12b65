// What OpenCL C takes from NVIDIA's driver, for a compiler that has no such library: the functions that kernels of the
// GPU style call.
#define OVERLOADED static inline __attribute__((overloadable, always_inline))

// A keyword there.
#define asm __asm__

#define get_local_id(axis) ((ulong)__nvvm_read_ptx_sreg_tid_x())
#define get_group_id(axis) ((ulong)__nvvm_read_ptx_sreg_ctaid_x())
#define get_local_size(axis) ((ulong)__nvvm_read_ptx_sreg_ntid_x())
#define get_global_id(axis) (get_group_id(axis) * get_local_size(axis) + get_local_id(axis))
#define barrier(fences) __syncthreads()

#define fabs(x) __builtin_fabsf(x)
#define sqrt(x) __builtin_sqrtf(x)
#define floor(x) __builtin_floorf(x)
#define ceil(x) __builtin_ceilf(x)
#define rint(x) __builtin_rintf(x)
#define copysign(x, y) __builtin_copysignf(x, y)
#define isnan(x) ((x) != (x))
#define isinf(x) (__builtin_fabsf(x) == INFINITY)
#define fma(x, y, z) __builtin_fmaf(x, y, z)
#define mad(x, y, z) ((x) * (y) + (z))
#define clz(x) ((x) == 0 ? 32u : (uint)__builtin_clz(x))

#define convert_float(x) ((float)(x))
#define convert_int(x) ((int)(x))
#define convert_uint(x) ((uint)(x))
#define convert_uchar(x) ((uchar)(x))
#define convert_ushort(x) ((ushort)(x))
#define convert_long(x) ((long)(x))
#define convert_ulong(x) ((ulong)(x))

#define DEFINE_EXTREMES(T)                                                                                   \
    OVERLOADED T least(T x, T y) { return x < y ? x : y; }                                                   \
    OVERLOADED T largest(T x, T y) { return x > y ? x : y; }
DEFINE_EXTREMES(int)
DEFINE_EXTREMES(uint)
DEFINE_EXTREMES(long)
DEFINE_EXTREMES(ulong)
DEFINE_EXTREMES(float)
#define min(x, y) least(x, y)
#define max(x, y) largest(x, y)

#define vload2(i, p) (*(const __global float2 *)((p) + 2 * (i)))
#define vload4(i, p) (*(const __global float4 *)((p) + 4 * (i)))
