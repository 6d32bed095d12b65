/// A file that could not be read or written, in one sentence that names it and the reason.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Kind: Sendable, Hashable {
        /// There is no such file.
        case missing
        /// The file is there and cannot be read.
        case unreadable
        /// The file or folder cannot be written.
        case unwritable
    }

    /// What kind of thing went wrong.
    public let kind: Kind
    /// The file's path as it was given.
    public let path: String
    /// One sentence for the user.
    public let message: String

    /// Creates an error.
    public init(_ kind: Kind, path: String, _ message: String) {
        self.kind = kind
        self.path = path
        self.message = message
    }

    public var description: String { message }
}
