#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Executables of this package, which lie beside the test bundle in the folder of the build.
public enum BuiltProgram {
    /// The path of an executable, or its name alone where it was not built.
    public static func path(_ name: String) -> String {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let folders = sequence(first: bundle.deletingLastPathComponent()) { $0.deletingLastPathComponent() }
        let candidates = folders.prefix(5).map { $0.appendingPathComponent(name).path }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }
}
