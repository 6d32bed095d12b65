import GannetTestSupport

/// Damage to a file that follows from three things: a seed, the reader's name and a number.
struct Mutation {
    private var random: SeededGenerator

    init(seed: UInt64, reader: String, number: Int) {
        let name = SeededGenerator(named: reader).seed
        random = SeededGenerator(seed: seed &+ name &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// One of the reader's sound files with one to four wounds.
    mutating func damaged(_ reader: Reader) -> [UInt8] {
        var bytes = random.element(of: reader.samples)
        for _ in 0...random.integer(in: 0...3) {
            wound(&bytes, reader)
            if bytes.isEmpty { bytes = [0] }
        }
        return random.integer(in: 0...1) == 0 ? bytes : reader.mend(bytes)
    }

    private mutating func wound(_ bytes: inout [UInt8], _ reader: Reader) {
        // Headers are short, and most of what can go wrong goes wrong there.
        let reach = random.integer(in: 0...2) > 0 ? min(bytes.count, 96) : bytes.count
        let place = random.integer(in: 0...reach - 1)
        let range = place..<min(place + random.integer(in: 1...64), bytes.count)
        switch random.integer(in: 0...8) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] ^= 1 << UInt8(random.integer(in: 0...7))
        case 2: bytes.removeLast(random.integer(in: 0...bytes.count - 1))
        case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 4: bytes.removeSubrange(range)
        case 5: bytes.insert(contentsOf: bytes[range], at: place)
        case 6:
            let extremes: [UInt32] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, .max, 0x10000, 0xFFFF, 0x0100_0000]
            let value = random.element(of: extremes)
            let width = random.element(of: [1, 2, 4])
            for i in 0..<width where place + i < bytes.count {
                bytes[place + i] = UInt8(truncatingIfNeeded: value >> UInt32(8 * i))
            }
        case 7 where !reader.snippets.isEmpty:
            let snippet = random.element(of: reader.snippets).utf8
            bytes.replaceSubrange(place..<min(place + snippet.count, bytes.count), with: snippet)
        default:
            let other = random.element(of: reader.samples)
            let start = random.integer(in: 0...other.count - 1)
            bytes.replaceSubrange(range, with: other[start..<min(start + range.count, other.count)])
        }
    }
}
