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
    /// Print how long the kernel calls of each program took, on standard error when the process ends:
    /// `GANNET_DUMP=times`. For backends whose calls end before the next begins.
    public var dumpsTimes: Bool

    /// Creates options; nothing is checked or shown unless said.
    public init(
        validates: Bool = false, checksForNaN: Bool = false, dumpsPrograms: Bool = false,
        dumpsTimes: Bool = false
    ) {
        self.validates = validates
        self.checksForNaN = checksForNaN
        self.dumpsPrograms = dumpsPrograms
        self.dumpsTimes = dumpsTimes
    }

    /// What the environment of the process asks for.
    public static let environment = DebugOptions(
        validates: variable("GANNET_VALIDATE").map { $0 != "0" && $0 != "" } ?? false,
        checksForNaN: variable("GANNET_CHECK")?.split(separator: ",").contains("nan") ?? false,
        dumpsPrograms: variable("GANNET_DUMP")?.split(separator: ",").contains("program") ?? false,
        dumpsTimes: variable("GANNET_DUMP")?.split(separator: ",").contains("times") ?? false)

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
