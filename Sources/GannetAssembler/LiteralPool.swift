/// Constants that lie after the code, each once, the widest first, so that all are aligned to their size.
struct LiteralPool: Sendable {
    private var literals: [[UInt8]] = []
    private var numbers: [[UInt8]: Int] = [:]

    /// The number of a constant, which is added where there is none like it.
    mutating func insert(_ bytes: [UInt8]) -> Int {
        if let number = numbers[bytes] { return number }
        literals.append(bytes)
        numbers[bytes] = literals.count - 1
        return literals.count - 1
    }

    /// Appends all constants to the code and tells where each one is.
    func append(to code: inout [UInt8]) -> [Int] {
        var places = [Int](repeating: 0, count: literals.count)
        // By number where sizes are equal: the same program always has the same bytes.
        let order = literals.indices.sorted { a, b in
            let (x, y) = (Self.alignment(of: literals[a].count), Self.alignment(of: literals[b].count))
            return x != y ? x > y : a < b
        }
        for number in order {
            let literal = literals[number]
            let alignment = Self.alignment(of: literal.count)
            while code.count % alignment != 0 { code.append(0xCC) }
            places[number] = code.count
            code += literal
        }
        return places
    }

    /// The least power of two that is not less than `byteCount`, at most the 64 of a vector.
    private static func alignment(of byteCount: Int) -> Int {
        var alignment = 1
        while alignment < min(byteCount, Assembler.alignment) { alignment *= 2 }
        return alignment
    }
}

extension Assembler {
    /// Bytes in the literal pool, aligned to their number, at most to 64.
    public mutating func constant(bytes: [UInt8]) -> Memory {
        if bytes.isEmpty { stop("constant", "it has no bytes.") }
        return Memory(constant: pool.insert(bytes))
    }

    /// A word in the literal pool.
    public mutating func constant(_ word: UInt32) -> Memory { constant([word]) }

    /// Words in the literal pool, aligned to their size, at most to 64 bytes.
    public mutating func constant(_ words: [UInt32]) -> Memory {
        constant(bytes: words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } })
    }
}
