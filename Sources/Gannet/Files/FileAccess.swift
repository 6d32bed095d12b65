#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whole files in and out, with errors a user can act on.
package enum FileAccess {
    /// All bytes of a file.
    package static func read(_ path: String) throws(FileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw readError(path) }
        defer { close(file) }
        var status = stat()
        if fstat(file, &status) != 0 { throw readError(path) }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw FileError(.unreadable, path: path, "\(path) is a folder, and a file is needed.")
        }
        // One byte more than there should be: reading less than that is the end of the file.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var filled = 0
        // A file that grows, or a pipe, whose size is not known, is read to its end too.
        while true {
            if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: 65_536)) }
            let start = filled
            let received = bytes.withUnsafeMutableBytes {
                posixRead(file, $0.baseAddress! + start, $0.count - start)
            }
            if received < 0, errno == EINTR { continue }
            if received < 0 { throw readError(path) }
            if received == 0 { break }
            filled += received
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Writes a file as a whole: aside, synced, then renamed, so that the old file or the new one is found
    /// there whenever the machine stops. What is no ordinary file (`/dev/null`, a pipe) is written in place.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        var status = stat()
        let isReplaceable = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        // Always the same name, so that what an interrupted write left behind is overwritten by the next one.
        let aside = isReplaceable ? "\(path).partial" : path
        let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if file < 0 { throw writeError(path) }
        var failure: Int32 = 0
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count, failure == 0 {
                let sent = posixWrite(file, bytes.baseAddress! + written, bytes.count - written)
                if sent >= 0 { written += sent } else if errno != EINTR { failure = errno }
            }
        }
        if failure == 0, isReplaceable, fsync(file) != 0 { failure = errno }
        if close(file) != 0, failure == 0 { failure = errno }
        if failure == 0, isReplaceable, rename(aside, path) != 0 { failure = errno }
        if failure != 0 {
            if isReplaceable { unlink(aside) }
            throw writeError(path, code: failure)
        }
        if isReplaceable { syncFolder(of: path) }
    }

    /// Writes a text file as a whole; see ``write(_:to:)-([UInt8],_)``.
    package static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// Writes to the end of a file and brings it to the disk.
    ///
    /// - Parameter creating: Whether the file is created where it is not there; an error otherwise.
    package static func append(
        _ bytes: [UInt8], to path: String, creating: Bool = true
    ) throws(FileError) {
        let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | (creating ? O_CREAT : 0), 0o666)
        if file < 0 { throw writeError(path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { posixWrite(file, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { throw writeError(path) }
            rest = rest.dropFirst(count)
        }
        if fsync(file) != 0 { throw writeError(path) }
    }

    /// Creates a folder, and those it lies in, where they are not there yet.
    package static func createFolder(_ path: String) throws(FileError) {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return }
            throw FileError(.unwritable, path: path, "\(path) is a file, and a folder is needed there.")
        }
        let parent = parentFolder(of: path)
        if parent != path, parent != "." { try createFolder(parent) }
        if mkdir(path, 0o777) != 0, errno != EEXIST {
            let code = errno
            throw FileError(
                .unwritable, path: path,
                "The folder \(path) cannot be created: \(reason(code)). Name one where you may write.")
        }
    }

    /// Whether there is a file or a folder at `path`.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// The number of bytes of the file at `path`; nil where there is none.
    package static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Whether there is a folder at `path`.
    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names of what is in a folder, in the order of their bytes.
    package static func names(in folder: String) throws(FileError) -> [String] {
        guard let stream = opendir(folder) else {
            let code = errno
            throw code == ENOENT
                ? FileError(.missing, path: folder, "There is no folder \(folder).")
                : FileError(
                    .unreadable, path: folder, "The folder \(folder) cannot be read: \(reason(code)).")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The path of the folder that `path` lies in; "." when it names none.
    package static func parentFolder(of path: String) -> String {
        var trimmed = Substring(path)
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The system's words for an error code, in lower case, to stand inside a sentence.
    package static func reason(_ code: Int32) -> String {
        let words = String(cString: strerror(code))
        return words.prefix(1).lowercased() + words.dropFirst()
    }

    /// Makes the renaming itself last; file systems that cannot are not an error.
    private static func syncFolder(of path: String) {
        let folder = open(parentFolder(of: path), O_RDONLY | O_CLOEXEC)
        if folder < 0 { return }
        fsync(folder)
        close(folder)
    }

    /// The sentence for the failure to read that the system has just reported.
    package static func readError(_ path: String) -> FileError {
        let code = errno
        if code == ENOENT { return FileError(.missing, path: path, "There is no file \(path).") }
        return FileError(.unreadable, path: path, "\(path) cannot be read: \(reason(code)).")
    }

    private static func writeError(_ path: String, code: Int32 = errno) -> FileError {
        FileError(
            .unwritable, path: path,
            "\(path) cannot be written: \(reason(code)). "
                + (code == ENOSPC ? "Free some space there." : "Name a place where you may write."))
    }
}

/// The C functions, by names that do not meet ``FileAccess/read(_:)`` and ``FileAccess/write(_:to:)``.
private let posixRead = read
private let posixWrite = write
