/// Something a device could not do, in one sentence that names the thing and the remedy.
public struct DeviceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Kind: Sendable, Hashable {
        /// There is no such device, or no loader for it.
        case unavailable
        /// The device has too little memory.
        case outOfMemory
        /// A kernel did not compile.
        case compilation
        /// A call to the device's driver failed.
        case execution
        /// A check that the user asked for found something (`GANNET_VALIDATE`, `GANNET_CHECK`).
        case check
    }

    /// What kind of thing went wrong.
    public let kind: Kind
    /// One sentence for the user.
    public let message: String
    /// More for who wants to know: a build log, say. Empty when there is none.
    public let details: String

    /// Creates an error.
    public init(_ kind: Kind, _ message: String, details: String = "") {
        self.kind = kind
        self.message = message
        self.details = details
    }

    public var description: String { details.isEmpty ? message : message + "\n" + details }
}
