import Foundation
import Testing

/// The shape of the sources: files that can be read in one go, and a map that shows where they are.
@Suite struct SourceFileTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file over 400 lines says why, in a comment at its head.
    @Test(arguments: ["Sources", "Kernels"])
    func filesAreShort(_ folder: String) throws {
        let folder = Self.root.appendingPathComponent(folder)
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
        var count = 0
        for case let file as String in files where file.hasSuffix(".swift") || file.hasSuffix(".cl") {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
            count += 1
            #expect(
                lines <= 400 || text.hasPrefix("//"), "\(file) has \(lines) lines, and no reason at its head")
        }
        #expect(count > 0)
    }

    /// The map of modules in the README names every one.
    @Test func readmeShowsEveryModule() throws {
        let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        for module in try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appendingPathComponent("Sources").path)
        where module.hasPrefix("Gannet") {
            #expect(readme.contains("| `\(module)`"), "\(module) is not on the map")
        }
    }
}
