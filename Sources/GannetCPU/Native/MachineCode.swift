#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Machine code in pages of its own. They are written, then made executable, and never both at once.
final class MachineCode: @unchecked Sendable {
    /// Why the system gives no executable pages.
    struct Refusal: Error, Hashable, CustomStringConvertible {
        /// The call that failed.
        var call: String
        /// The system's reason.
        var reason: String

        var description: String { "\(call): \(reason)" }
    }

    /// Where the code begins.
    let address: UnsafeRawPointer
    private let byteCount: Int

    /// Copies `code` to pages that can be executed.
    init(_ code: [UInt8]) throws(Refusal) {
        let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
        byteCount = (max(code.count, 1) + pageSize - 1) / pageSize * pageSize
        guard
            let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            pages != MAP_FAILED
        else { throw Self.refusal("mmap") }
        pages.copyMemory(from: code, byteCount: code.count)
        if mprotect(pages, byteCount, PROT_READ | PROT_EXEC) != 0 {
            let refusal = Self.refusal("mprotect")
            munmap(pages, byteCount)
            throw refusal
        }
        address = UnsafeRawPointer(pages)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: address), byteCount) }

    /// The code from `offset` on as a function, which is valid as long as this object is.
    func function<Function>(at offset: Int = 0, as type: Function.Type) -> Function {
        unsafeBitCast(address + offset, to: Function.self)
    }

    private static func refusal(_ call: String) -> Refusal {
        Refusal(call: call, reason: String(cString: strerror(errno)))
    }
}
