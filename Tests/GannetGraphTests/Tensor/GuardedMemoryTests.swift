import GannetGraph
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `GANNET_CHECK=guard`.
@Suite struct GuardedMemoryTests {
    @Test func buffersEndWhereNothingMayBeTouched() async {
        await #expect(processExitsWith: .success) {
            setenv("GANNET_CHECK", "guard", 1)
            for count in [0, 1, 64, 100, 4096, 100_000] {
                let buffer = HostBuffer(byteCount: count)
                #expect(Int(bitPattern: buffer.address) % 64 == 0)
                #expect(buffer.bytes.allSatisfy { $0 == 0xFF })
                buffer.bytes.initializeMemory(as: UInt8.self, repeating: 1)
                // Vector loads at the very end may read so much more.
                #expect((buffer.address + count).loadUnaligned(as: SIMD16<Float>.self)[15].isNaN)
            }
        }
    }

    @Test func whatTouchesMoreEndsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            setenv("GANNET_CHECK", "guard", 1)
            let buffer = HostBuffer(byteCount: 1024)
            (buffer.address + 1024 + 64).storeBytes(of: 1, as: UInt8.self)
            exit(EXIT_SUCCESS)
        }
        await #expect(processExitsWith: .failure) {
            setenv("GANNET_CHECK", "guard", 1)
            let buffer = HostBuffer(byteCount: 4032)
            if (buffer.address - 64).loadUnaligned(as: UInt8.self) == 0 { print("0") }
            exit(EXIT_SUCCESS)
        }
    }
}
