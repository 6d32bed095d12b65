import GannetAssembler

/// The machine code that asks for memory before it is needed, be it to be read or to be written.
///
/// It changes no value, and no address is wrong: memory that is not there is not fetched. There are no references to count;
/// the code is there as long as the process is.
struct FetchCode: Sendable {
    private typealias Fetch = @convention(c) @Sendable (_ address: UnsafeRawPointer, _ lines: Int) -> Void

    private let read: Fetch
    private let write: Fetch

    private static let lineByteCount = 64

    /// Writes the code.
    init() throws {
        var assembler = Assembler(instructionSet: .avx2)
        Self.write(&assembler) { $0.prefetcht0(Memory(.rdi)) }
        let second = assembler.byteCount
        Self.write(&assembler) { $0.prefetchw(Memory(.rdi)) }
        let code = try MachineCode(try assembler.finish())
        _ = Unmanaged.passRetained(code)
        read = code.function(at: 0, as: Fetch.self)
        write = code.function(at: second, as: Fetch.self)
    }

    private static func write(_ code: inout Assembler, _ fetch: (inout Assembler) -> Void) {
        let loop = code.makeBoundLabel()
        fetch(&code)
        code.add(.rdi, lineByteCount)
        code.sub(.rsi, 1)
        code.jump(if: .notEqual, to: loop)
        code.ret()
    }

    /// Asks for some bytes.
    @inline(__always)
    func fetch(_ address: UnsafeRawPointer, byteCount: Int, isWritten: Bool) {
        let lines = byteCount / Self.lineByteCount
        if lines > 0 { (isWritten ? write : read)(address, lines) }
    }
}
