import Gannet
import Testing

@Suite struct DataDigestTests {
    private func digest(_ bytes: some Sequence<UInt8>) -> String {
        var digest = DataDigest()
        digest.add(bytes)
        return digest.description
    }

    /// FNV-1a's published values.
    @Test func digestsAreThoseOfFNV1a() {
        #expect(digest([]) == "cbf29ce484222325")
        #expect(digest("a".utf8) == "af63dc4c8601ec8c")
        #expect(digest("foobar".utf8) == "85944171f73967e8")
    }

    @Test func bytesSideBySideGiveTheDigestOfAnyOtherSequence() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 37) }
        #expect(digest(bytes) == digest(bytes.lazy.map { $0 }))
        #expect(digest(bytes[100...]) == digest(bytes.lazy.dropFirst(100)))
        #expect(digest(bytes) == digest(sequence(state: bytes.makeIterator()) { $0.next() }))
        var pieces = DataDigest()
        pieces.add(bytes[..<300])
        pieces.add(bytes[300...])
        #expect(pieces.description == digest(bytes))
    }
}
