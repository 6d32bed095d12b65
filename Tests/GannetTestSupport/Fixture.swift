#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The path of a file in the folder `Fixtures` beside the folder of the test that asks for it.
public func fixturePath(_ name: String, of test: StaticString = #filePath) -> String {
    URL(fileURLWithPath: "\(test)").deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/" + name).path
}

/// What is in a JSON file among the fixtures.
public func readFixture<Value: Decodable>(_ name: String, of test: StaticString = #filePath) -> Value {
    do {
        let data = try Data(contentsOf: URL(fileURLWithPath: fixturePath(name, of: test)))
        return try JSONDecoder().decode(Value.self, from: data)
    } catch {
        fatalError("Fixtures/\(name) cannot be read: \(error)")
    }
}
