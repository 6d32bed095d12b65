import Gannet

/// Data that cannot be used, in one sentence that names the file and the remedy.
public struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Kind: Sendable, Hashable {
        /// A file or folder is not there.
        case missing
        /// What should be a folder is a file.
        case notAFolder
        /// A file cannot be read.
        case unreadable
        /// A file ends before its contents do.
        case truncated
        /// A file is not of the format it should be of.
        case wrongFormat
        /// A file is of the right format and its contents cannot be right.
        case damaged
        /// A file is sound, and holds what Gannet does not have.
        case unsupported
        /// Two files that belong together do not fit.
        case mismatch
    }

    /// What kind of thing is wrong.
    public let kind: Kind
    /// The path of the file or folder, as it was given.
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

    /// The whole contents of a file, with what the system says put in terms of data.
    static func contents(of path: String) throws(DataError) -> [UInt8] {
        do {
            return try FileAccess.read(path)
        } catch {
            throw DataError(error.kind == .missing ? .missing : .unreadable, path: path, error.message)
        }
    }

    /// The sentence for folders to train on and to judge by with other classes.
    static func otherClasses(_ parts: (training: String, test: String)) -> DataError {
        DataError(
            .mismatch, path: parts.test,
            "\(parts.test) has other classes than \(parts.training); give both the same folders.")
    }

    /// The path of a file in a folder, plain or packed with gzip; nil where there is neither.
    static func packedOrPlain(_ name: String, in folder: String) -> String? {
        let plain = folder.hasSuffix("/") ? folder + name : folder + "/" + name
        return [plain, plain + ".gz"].first { FileAccess.exists($0) }
    }
}
