import Foundation

/// Code in memory that the processor may run.
final class ExecutableMemory {
    private let address: UnsafeMutableRawPointer
    private let byteCount: Int

    /// Copies the code to memory, a page at least, and lets it run.
    init(_ code: [UInt8]) throws {
        byteCount = (code.count + 4095) & ~4095
        guard
            let address = mmap(
                nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS), -1, 0),
            address != MAP_FAILED
        else { throw POSIXError(.ENOMEM) }
        self.address = address
        code.withUnsafeBytes { address.copyMemory(from: $0.baseAddress!, byteCount: code.count) }
        if mprotect(address, byteCount, PROT_READ | PROT_EXEC) != 0 { throw POSIXError(.EACCES) }
    }

    deinit { munmap(address, byteCount) }

    /// Calls the code with two addresses or numbers, in `rdi` and `rsi`, and returns what is in `rax`.
    @discardableResult
    func callAsFunction(_ a: Int, _ b: Int = 0) -> Int {
        typealias Function = @convention(c) (Int, Int) -> Int
        return withExtendedLifetime(self) { unsafeBitCast(address, to: Function.self)(a, b) }
    }

    /// Which instruction sets this machine can run.
    static let instructionSets: Set<String> = {
        #if arch(x86_64)
            let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
            let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
            return Set(flags.split(separator: " ").map(String.init))
        #else
            return []
        #endif
    }()

    static let canRun: Bool = {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }()
    static let hasAVX2 = instructionSets.isSuperset(of: ["avx2", "fma", "f16c"])
    static let hasAVX512 = instructionSets.isSuperset(of: ["avx512f", "avx512vl", "avx512dq", "avx512bw"])
}
