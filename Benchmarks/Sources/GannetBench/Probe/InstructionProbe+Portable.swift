extension InstructionProbe {
    /// What any device may be asked for.
    static let portable: [InstructionProbe] = [
        InstructionProbe(
            "mul_hi", "output[i] = mul_hi(x, y);", { 0xDEAD_BEEF &* UInt32($0 + 1) },
            { 0xFFFF_FF3D &* UInt32(2 * $0 + 1) },
            { UInt32(truncatingIfNeeded: (UInt64($0) * UInt64($1)) >> 32) }),
        InstructionProbe(
            "fma rounds once", "output[i] = as_uint(fma(as_float(x), as_float(y), -1.0f));", nearOne,
            { nearOne(31 - $0) },
            { (-1 as Float).addingProduct(Float(bitPattern: $0), Float(bitPattern: $1)).bitPattern }),
        InstructionProbe(
            "FP_CONTRACT OFF holds", prologue: "#pragma OPENCL FP_CONTRACT OFF",
            "output[i] = as_uint(as_float(x) * as_float(y) + -1.0f);", nearOne, { nearOne(31 - $0) },
            { (Float(bitPattern: $0) * Float(bitPattern: $1) - 1).bitPattern }),
        InstructionProbe(
            "vload_half", "output[i] = as_uint(vload_half(0, (const __global half*)(input + 2 * i)));",
            { halves[$0 % 8] }, { _ in 0 },
            { half, _ in Float(halves.firstIndex(of: half) ?? 0).bitPattern }),
        InstructionProbe(
            "half arithmetic", prologue: "#pragma OPENCL EXTENSION cl_khr_fp16 : enable",
            """
            const half a = (half)(float)x, b = (half)(float)y;
            output[i] = as_uint((float)(half)(a * b + (half)0.5f));
            """, { UInt32($0) }, { UInt32(3 * $0) }, { (Float($0 * $1) + 0.5).bitPattern }),
        InstructionProbe(
            "double arithmetic", prologue: "#pragma OPENCL EXTENSION cl_khr_fp64 : enable",
            "output[i] = (uint)((double)x * 1e-3 * (double)y + 0.5);", { UInt32(1000 * $0) },
            { UInt32($0 + 7) }, { UInt32(Double($0) * 1e-3 * Double($1) + 0.5) }),
    ]

    /// Numbers whose products with one another need more than 24 bits.
    private static func nearOne(_ index: Int) -> UInt32 { (1 + Float(index + 1) * 0x1p-20).bitPattern }

    /// The bits of the numbers from 0 to 7 in IEEE's half precision.
    static let halves: [UInt32] = [0, 0x3C00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700]
}
