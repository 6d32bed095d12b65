#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a user asked to be checked or shown while programs run.
public struct DebugOptions: Sendable, Hashable {
    /// Compare every kernel call with the reference evaluator: `GANNET_VALIDATE=1`.
    public var validates: Bool
    /// Name the first kernel call that makes a NaN: `GANNET_CHECK=nan`.
    public var checksForNaN: Bool
    /// Print every program that is compiled, on standard error: `GANNET_DUMP=program`.
    public var dumpsPrograms: Bool

    /// Creates options; nothing is checked or shown unless said.
    public init(validates: Bool = false, checksForNaN: Bool = false, dumpsPrograms: Bool = false) {
        self.validates = validates
        self.checksForNaN = checksForNaN
        self.dumpsPrograms = dumpsPrograms
    }

    /// What the environment of the process asks for.
    public static let environment = DebugOptions(
        validates: variable("GANNET_VALIDATE").map { $0 != "0" && $0 != "" } ?? false,
        checksForNaN: names("nan", in: "GANNET_CHECK"), dumpsPrograms: names("program", in: "GANNET_DUMP"))

    /// Whether a word is among those that an environment variable holds, with commas between them.
    static func names(_ word: String, in variable: String) -> Bool {
        self.variable(variable)?.split(separator: ",").contains { $0 == word } ?? false
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
