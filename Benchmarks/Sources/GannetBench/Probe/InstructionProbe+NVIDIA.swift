/// Instructions of NVIDIA's PTX that OpenCL C reaches as inline assembly. Operands are laid out over the 32 threads
/// of a warp as the PTX ISA says for each shape ("Matrix Fragments for mma.m16n8k8", "… m16n8k16", "ldmatrix").
extension InstructionProbe {
    /// All of them.
    static let nvidia = [shuffle, tensorFloat, halfPrecision, brainFloat, asynchronousCopy, loadMatrix]

    /// Each thread gets its neighbour's word.
    private static let shuffle = InstructionProbe(
        "shfl.sync",
        """
        uint z;
        asm volatile("shfl.sync.bfly.b32 %0, %1, 1, 0x1f, 0xffffffff;" : "=r"(z) : "r"(x));
        output[i ^ 1] = z;
        """, { UInt32(7 * $0 + 3) }, { _ in 0 }, { x, _ in x })

    /// D = A · B with A [16, k] and B [k, 8] of small whole numbers, which every format holds exactly. Inputs are A
    /// and then B, row by row, as the format's bits; D is stored row by row.
    private static func product(
        _ name: String, k: Int, bits: (Int) -> UInt32, load: String, instruction: String, operands: Int
    ) -> InstructionProbe {
        let a = (0..<16 * k).map { ($0 * 5 + $0 / k) % 8 }
        let b = (0..<k * 8).map { ($0 * 3 + $0 / 8) % 8 }
        let product = (0..<16 * 8).map { index in
            (0..<k).reduce(0) { $0 + a[index / 8 * k + $1] * b[$1 * 8 + index % 8] }
        }
        let left = (0..<operands).map { "\"r\"(a\($0))" }.joined(separator: ", ")
        let right = (0..<operands / 2).map { "\"r\"(b\($0))" }.joined(separator: ", ")
        let names = (0..<operands + operands / 2).map { "%\($0 + 4)" }
        return InstructionProbe(
            name: name,
            source: """
                __kernel __attribute__((reqd_work_group_size(32, 1, 1)))
                void probe(__global const uint* input, __global uint* output) {
                    __global const uint* A = input;
                    __global const uint* B = input + 16 * \(k);
                    const int g = get_local_id(0) / 4, t = get_local_id(0) % 4;
                    \(load)
                    float d0 = 0, d1 = 0, d2 = 0, d3 = 0;
                    asm volatile("mma.sync.aligned.\(instruction) {%0, %1, %2, %3}, "
                        "{\(names.prefix(operands).joined(separator: ", "))}, "
                        "{\(names.suffix(operands / 2).joined(separator: ", "))}, {%0, %1, %2, %3};"
                        : "+f"(d0), "+f"(d1), "+f"(d2), "+f"(d3) : \(left), \(right));
                    output[g * 8 + 2 * t] = as_uint(d0);
                    output[g * 8 + 2 * t + 1] = as_uint(d1);
                    output[(g + 8) * 8 + 2 * t] = as_uint(d2);
                    output[(g + 8) * 8 + 2 * t + 1] = as_uint(d3);
                }
                """,
            input: a.map(bits) + b.map(bits), expected: product.map { Float($0).bitPattern })
    }

    private static let tensorFloat = product(
        "mma.sync m16n8k8 tf32", k: 8, bits: { Float($0).bitPattern },
        load: """
            const uint a0 = A[g * 8 + t], a1 = A[(g + 8) * 8 + t];
            const uint a2 = A[g * 8 + t + 4], a3 = A[(g + 8) * 8 + t + 4];
            const uint b0 = B[t * 8 + g], b1 = B[(t + 4) * 8 + g];
            """, instruction: "m16n8k8.row.col.f32.tf32.tf32.f32", operands: 4)

    /// Two neighbours along k share a word, the first of them in its lower half.
    private static let loadPairs = """
        #define PAIR(p, stride) ((p)[0] | (p)[stride] << 16)
        const uint a0 = PAIR(A + g * 16 + 2 * t, 1), a1 = PAIR(A + (g + 8) * 16 + 2 * t, 1);
        const uint a2 = PAIR(A + g * 16 + 2 * t + 8, 1), a3 = PAIR(A + (g + 8) * 16 + 2 * t + 8, 1);
        const uint b0 = PAIR(B + 2 * t * 8 + g, 8), b1 = PAIR(B + (2 * t + 8) * 8 + g, 8);
        """

    private static let halfPrecision = product(
        "mma.sync m16n8k16 f16", k: 16, bits: { halves[$0] }, load: loadPairs,
        instruction: "m16n8k16.row.col.f32.f16.f16.f32", operands: 4)

    private static let brainFloat = product(
        "mma.sync m16n8k16 bf16", k: 16, bits: { Float($0).bitPattern >> 16 }, load: loadPairs,
        instruction: "m16n8k16.row.col.f32.bf16.bf16.f32", operands: 4)

    /// Each thread copies sixteen bytes to local memory, and stores those of the thread opposite.
    private static let asynchronousCopy = InstructionProbe(
        name: "cp.async",
        source: """
            __kernel __attribute__((reqd_work_group_size(32, 1, 1)))
            void probe(__global const uint* input, __global uint* output) {
                __local uint4 copy[32];
                const int i = get_local_id(0);
                asm volatile("cp.async.ca.shared.global [%0], [%1], 16;"
                    : : "l"(copy + i), "l"((__global const uint4*)input + i) : "memory");
                asm volatile("cp.async.commit_group;" : : : "memory");
                asm volatile("cp.async.wait_group 0;" : : : "memory");
                barrier(CLK_LOCAL_MEM_FENCE);
                vstore4(copy[31 - i], i, output);
            }
            """,
        input: (0..<128).map { UInt32($0 * $0) },
        expected: (0..<128).map { index in
            let source = (31 - index / 4) * 4 + index % 4
            return UInt32(source * source)
        })

    /// Four matrices [8, 8] of 16-bit words: thread i names row i, and gets the pair t of row g of each.
    private static let loadMatrix = InstructionProbe(
        name: "ldmatrix",
        source: """
            __kernel __attribute__((reqd_work_group_size(32, 1, 1)))
            void probe(__global const uint* input, __global uint* output) {
                __local uint4 rows[32];
                const int i = get_local_id(0);
                rows[i] = vload4(i, input);
                barrier(CLK_LOCAL_MEM_FENCE);
                uint a, b, c, d;
                asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                    : "=r"(a), "=r"(b), "=r"(c), "=r"(d) : "l"(rows + i) : "memory");
                output[i] = a;
                output[32 + i] = b;
                output[64 + i] = c;
                output[96 + i] = d;
            }
            """,
        input: (0..<128).map { UInt32(0x10001 * $0 + 0x20000) },
        expected: (0..<128).map { UInt32(0x10001 * $0 + 0x20000) })
}
