import Foundation
import Testing

/// Which modules may know which: arrows point one way. The compiler's own check does not see an import that comes
/// through another module.
@Suite struct ModuleArrowsTests {
    private static let system: Set = [
        "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch",
    ]
    private static let allowed: [String: Set<String>] = [
        "Sources/GannetGraph": [],
        "Sources/GannetCompiler": ["GannetGraph"],
        "Sources/GannetAssembler": [],
        "Sources/GannetCPU": ["GannetGraph", "GannetCompiler", "GannetAssembler"],
        "Kernels": [],
        "Sources/GannetOpenCL": ["GannetGraph", "GannetCompiler", "GannetKernels", "CGannetOpenCL"],
        "Sources/Gannet": ["GannetGraph", "GannetCompiler", "GannetCPU", "GannetOpenCL"],
        "Sources/GannetModels": ["Gannet"],
        "Sources/GannetData": ["Gannet", "CGannetZlib", "CGannetPNG", "CGannetJPEG", "CGannetSndfile"],
        "Sources/GannetCommand": ["Gannet", "GannetModels", "GannetData", "ArgumentParser"],
        "Benchmarks/Sources/GannetBench": [
            "Gannet", "GannetCompiler", "GannetModels", "GannetCPU", "GannetOpenCL", "GannetTestSupport",
            "ArgumentParser",
        ],
    ]

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: allowed.keys.sorted())
    func importsPointOneWay(_ folder: String) throws {
        let files = FileManager.default.enumerator(atPath: Self.root.appendingPathComponent(folder).path)
        var count = 0
        for case let file as String in try #require(files) where file.hasSuffix(".swift") {
            let text = try String(
                contentsOf: Self.root.appendingPathComponent(folder).appendingPathComponent(file),
                encoding: .utf8)
            count += 1
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace)
                guard let keyword = words.firstIndex(of: "import"), keyword <= 2, keyword + 1 < words.count,
                    !line.hasPrefix("//"), !line.hasPrefix("///")
                else { continue }
                let module = String(words[keyword + 1])
                let isAllowed = Self.system.contains(module) || Self.allowed[folder]!.contains(module)
                #expect(isAllowed, "\(folder)/\(file) imports \(module)")
            }
        }
        #expect(count > 0, "\(folder) holds no Swift files")
    }

    @Test func everyModuleIsListed() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appendingPathComponent("Sources").path)
        for folder in folders where !folder.hasPrefix("CGannet") && !folder.hasPrefix(".") {
            #expect(Self.allowed["Sources/\(folder)"] != nil, "Sources/\(folder) is in no list of arrows")
        }
    }
}
