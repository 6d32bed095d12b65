#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Memory between pages that nobody may touch, full of bytes that are NaN as floating-point numbers: what reads or writes
/// beyond a buffer ends the process, what reads before it writes is seen in results.
///
/// It finds the mistakes of machine code that is written at run time, which sanitizers know nothing of. It is slow, and
/// used where the environment says `GANNET_CHECK=guard`.
enum GuardedMemory {
    /// Whether all host memory is guarded.
    static let isUsed: Bool = {
        guard let variable = getenv("GANNET_CHECK") else { return false }
        return String(cString: variable).split(separator: ",").contains("guard")
    }()

    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// What is promised to be readable behind a buffer.
    static let slack = 64

    /// The pages that hold `byteCount` bytes and the slack, which end with the last page.
    private static func pages(for byteCount: Int) -> (byteCount: Int, offset: Int) {
        let used = (byteCount + 63) & ~63 + slack
        let whole = (used + pageSize - 1) / pageSize * pageSize
        return (whole, whole - used)
    }

    /// Takes memory, aligned to 64 bytes; nil where there is none.
    static func take(byteCount: Int) -> UnsafeMutableRawPointer? {
        let (whole, offset) = pages(for: byteCount)
        guard
            let map = mmap(nil, whole + 2 * pageSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            map != MAP_FAILED
        else { return nil }
        if mprotect(map + pageSize, whole, PROT_READ | PROT_WRITE) != 0 {
            munmap(map, whole + 2 * pageSize)
            return nil
        }
        memset(map + pageSize, 0xFF, whole)
        return map + pageSize + offset
    }

    /// Gives back what ``take(byteCount:)`` gave.
    static func giveBack(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        let (whole, offset) = pages(for: byteCount)
        munmap(address - offset - pageSize, whole + 2 * pageSize)
    }
}
