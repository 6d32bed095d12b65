/// Why a checkpoint cannot be read, or does not belong to what it is loaded into.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Kind: Sendable, Hashable {
        /// The file cannot be opened or read.
        case unreadable
        /// The file ends before its contents do.
        case truncated
        /// The header is no JSON object of the form that safetensors describe.
        case badHeader
        /// Two tensors share bytes, or a tensor's bytes are not in the file.
        case badOffsets
        /// A tensor's shape does not go with its bytes.
        case badShape
        /// The file holds elements of a type that Gannet does not have.
        case unsupportedType
        /// A value is of a type that Gannet does not have, and has no equal in the type it would be read as.
        case inexact
        /// There are bytes that belong to no tensor.
        case trailingBytes
        /// The contents are sound, but not those of this model or run.
        case mismatch
    }

    /// What kind of thing is wrong.
    public let kind: Kind
    /// One sentence for the user.
    public let description: String

    /// Creates an error.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
