import Foundation
import GannetAssembler
import Testing

/// No instruction without a comparison.
@Suite struct CoverageTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/GannetAssembler/Instructions")

    /// There are as many forms of a name in the table as there are methods.
    @Test func everyMethodIsInTheTable() throws {
        var methods: [String: Int] = [:]
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        for file in files {
            let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
            for match in text.matches(of: /public mutating func (\w+)/) {
                methods[String(match.output.1), default: 0] += 1
            }
        }
        let rows = Dictionary(FormTable.all.forms.map { ($0.method, 1) }, uniquingKeysWith: +)
        #expect(methods.count > 190)
        for (method, count) in methods.sorted(by: { $0.key < $1.key }) {
            #expect(
                rows[method] == count, "\(method) has \(rows[method] ?? 0) forms in the table, not \(count)")
        }
        #expect(rows.count == methods.count)
    }
}
