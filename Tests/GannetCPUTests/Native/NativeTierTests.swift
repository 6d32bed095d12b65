import Foundation
import GannetCPU
import GannetTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Where machine code comes from, and what happens where it cannot be had.
@Suite struct NativeTierTests {
    @Test func theProcessorHasWhatTheSystemSays() throws {
        #expect(InstructionSet.available.first == .portable)
        #if os(Linux) && arch(x86_64)
            let flags = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
                .split(separator: "\n").first { $0.hasPrefix("flags") }!.split(separator: " ")
            let hasAVX2 = ["avx2", "fma", "f16c"].allSatisfy { flags.contains(Substring($0)) }
            let hasAVX512 = ["avx512f", "avx512vl", "avx512dq", "avx512bw"].allSatisfy {
                flags.contains(Substring($0))
            }
            #expect(InstructionSet.available.contains(.avx2) == hasAVX2)
            #expect(InstructionSet.available.contains(.avx512) == (hasAVX2 && hasAVX512))
        #endif
    }

    @Test func aBackendSaysWhatItUses() {
        let names: [InstructionSet: String] = [.portable: "SIMD", .avx2: "AVX2", .avx512: "AVX-512"]
        for set in InstructionSet.available {
            #expect(CPUBackend(threads: 1, instructionSet: set).summary.contains(names[set]!))
        }
    }

    #if os(Linux)
        @Test func noPageIsWritableAndExecutable() throws {
            for set in InstructionSet.available { _ = CPUBackend(threads: 1, instructionSet: set) }
            let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n")
            for map in maps {
                let rights = map.split(separator: " ")[1]
                #expect(!(rights.contains("w") && rights.contains("x")), "\(map)")
            }
        }

        /// Linux lets a process say that no page of its own shall become executable (`PR_SET_MDWE`, since 6.3).
        @Test func withoutExecutablePagesThePortableTierServes() async throws {
            let exit = await #expect(
                processExitsWith: .success, observing: [\.standardErrorContent, \.standardOutputContent]
            ) {
                typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
                let symbol = dlsym(dlopen(nil, RTLD_NOW), "prctl")
                guard unsafeBitCast(symbol, to: Control.self)(65, 1, 0, 0, 0) == 0 else {
                    return print("This kernel lets all pages be executed.")
                }
                for _ in 0..<2 {
                    for set in InstructionSet.allCases {
                        #expect(CPUBackend(threads: 1, instructionSet: set).summary.contains("SIMD"))
                    }
                }
                print("refused")
            }
            let result = try #require(exit)
            let (output, errors) = (
                String(decoding: result.standardOutputContent, as: UTF8.self),
                String(decoding: result.standardErrorContent, as: UTF8.self)
            )
            if output.contains("refused") {
                let note = "Gannet: the CPU computes without machine code of its own: mprotect"
                #expect(errors.components(separatedBy: note).count == 2)
            } else {
                print(output)
            }
        }
    #endif
}
