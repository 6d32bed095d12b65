import Foundation
import GannetTestSupport
import Testing

/// Every public layer has a row, and its gradients are those of finite differences.
@Suite struct LayerCaseTests {
    @Test(arguments: LayerCase.all)
    func agreesWithFiniteDifferences(_ test: LayerCase) throws {
        #expect(try test.failures() == [])
    }

    @Test func casesHaveNamesOfTheirOwn() {
        #expect(Set(LayerCase.all.map(\.name)).count == LayerCase.all.count)
    }

    /// Finds the layers in the sources, so that a new one cannot be forgotten.
    @Test func everyLayerHasACase() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appendingPathComponent("Sources/Gannet/Layers")
        let declaration =
            /public (?:final )?(?:struct|class|enum) (\w+)(?:<[^>{]*>)?: [^{]*\b(?:Module|\w*Layer)\b/
        var found: Set<String> = []
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let file as String in files where file.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for match in text.matches(of: declaration) { found.insert(String(match.1)) }
        }
        #expect(found.contains("Linear"))
        #expect(found.subtracting(LayerCase.layers) == [])
    }
}
