import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What instructions the CPU backend may use, from the fewest to the most.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable, Comparable {
    /// What Swift's compiler makes of `SIMD` types for any processor of the architecture.
    case portable
    /// x86-64 with AVX2, FMA and F16C: 256-bit vectors.
    case avx2
    /// x86-64 with AVX-512 F, VL, DQ and BW: 512-bit vectors, and masks.
    case avx512

    public static func < (a: InstructionSet, b: InstructionSet) -> Bool {
        allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
    }

    /// Those that the processor has and the system lets a process use, ``portable`` first.
    public static let available: [InstructionSet] = allCases.filter { $0 <= processor }

    /// The best that the processor has, or that which the environment variable `GANNET_CPU` names.
    ///
    /// - Throws: `DeviceError` where the variable names none, or one that the processor has not.
    public static func selected() throws(DeviceError) -> InstructionSet {
        guard let variable = getenv("GANNET_CPU"), variable.pointee != 0 else { return available.last! }
        let name = String(cString: variable)
        guard let set = InstructionSet(rawValue: name) else {
            throw DeviceError(
                .unavailable,
                "GANNET_CPU is \"\(name)\", and must be \(allCases.map(\.rawValue).joined(separator: ", ")); unset "
                    + "it to use the best there is.")
        }
        guard available.contains(set) else {
            throw DeviceError(
                .unavailable,
                "GANNET_CPU is \(name), which this processor has not: there is "
                    + "\(available.map(\.rawValue).joined(separator: ", ")).")
        }
        return set
    }
}

extension InstructionSet {
    #if arch(x86_64)
        /// What CPUID says, and what the system saves of registers when it switches threads.
        private static let processor: InstructionSet = {
            do {
                return try identify()
            } catch {
                Tier.sayThatPortableServes(because: error)
                return .portable
            }
        }()

        private static func identify() throws -> InstructionSet {
            let identification = try MachineCode(cpuid)
            let state = try MachineCode(xgetbv)
            func registers(_ leaf: UInt32) -> SIMD4<UInt32> {
                var result = SIMD4<UInt32>()
                withUnsafeMutablePointer(to: &result) {
                    identification.function(
                        as: (@convention(c) (UInt32, UInt32, UnsafeMutableRawPointer) -> Void).self)(
                            leaf, 0, $0)
                }
                return result
            }
            func has(_ word: UInt32, _ bits: [UInt32]) -> Bool { bits.allSatisfy { word >> $0 & 1 == 1 } }
            if registers(0).x < 7 { return .portable }
            // FMA, OSXSAVE, AVX, F16C; without the second, the next instruction is not there.
            guard has(registers(1).z, [12, 27, 28, 29]) else { return .portable }
            let saved = state.function(as: (@convention(c) () -> UInt64).self)()
            let features = registers(7).y
            guard saved & 0x6 == 0x6, has(features, [5]) else { return .portable }
            return saved & 0xE6 == 0xE6 && has(features, [16, 17, 30, 31]) ? .avx512 : .avx2
        }

        /// push rbx; mov eax, edi; mov ecx, esi; mov r8, rdx; cpuid; mov [r8], eax; mov [r8+4], ebx;
        /// mov [r8+8], ecx; mov [r8+12], edx; pop rbx; ret
        private static let cpuid: [UInt8] = [
            0x53, 0x89, 0xF8, 0x89, 0xF1, 0x49, 0x89, 0xD0, 0x0F, 0xA2, 0x41, 0x89, 0x00, 0x41, 0x89, 0x58,
            0x04,
            0x41, 0x89, 0x48, 0x08, 0x41, 0x89, 0x50, 0x0C, 0x5B, 0xC3,
        ]

        /// xor ecx, ecx; xgetbv; shl rdx, 32; or rax, rdx; ret
        private static let xgetbv: [UInt8] = [
            0x31, 0xC9, 0x0F, 0x01, 0xD0, 0x48, 0xC1, 0xE2, 0x20, 0x48, 0x09, 0xD0, 0xC3,
        ]
    #else
        private static let processor = InstructionSet.portable
    #endif
}
