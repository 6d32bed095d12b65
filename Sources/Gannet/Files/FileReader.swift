#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An ordinary file that is read piece by piece, so that nothing needs room for the whole.
package final class FileReader: Sendable {
    /// The file's path as it was given.
    package let path: String
    /// The number of bytes that the file had when it was opened.
    package let byteCount: Int
    private let descriptor: Int32

    /// Opens a file; nil where `path` names a pipe or a device, which can only be read from start to end.
    package init?(_ path: String) throws(FileError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw FileAccess.readError(path) }
        var status = stat()
        if fstat(file, &status) != 0 || status.st_mode & S_IFMT != S_IFREG {
            close(file)
            return nil
        }
        self.path = path
        byteCount = Int(status.st_size)
        descriptor = file
    }

    deinit { close(descriptor) }

    /// Fills `destination` with the bytes from `offset` on, and gives their number, which is smaller where the file
    /// ends.
    package func read(
        from offset: Int, into destination: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int {
        var filled = 0
        while filled < destination.count {
            let received = pread(
                descriptor, destination.baseAddress! + filled, destination.count - filled,
                off_t(offset + filled))
            if received < 0, errno == EINTR { continue }
            if received < 0 { throw FileAccess.readError(path) }
            if received == 0 { break }
            filled += received
        }
        return filled
    }
}
