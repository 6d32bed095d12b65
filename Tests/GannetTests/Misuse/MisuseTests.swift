import Foundation
import Testing

#if compiler(>=6.3)
    /// What only a programmer can do wrong stops the process, also in optimised builds, with one message that names
    /// the operation, both shapes and, where it can be known, the caller's line.
    @Suite struct MisuseTests {
        @Test(arguments: Misuse.all)
        func stopsWithAMessage(_ misuse: Misuse) async throws {
            let result = await #expect(
                processExitsWith: .failure, observing: [\.standardErrorContent]
            ) { [name = misuse.name as String] in
                let misuse = try #require(Misuse.all.first { $0.name == name })
                try misuse.run()
            }
            let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
            #expect(misuse.objections(to: message) == [])
        }

        @Test func casesHaveNamesOfTheirOwn() {
            #expect(Set(Misuse.all.map(\.name)).count == Misuse.all.count)
        }
    }
#endif
