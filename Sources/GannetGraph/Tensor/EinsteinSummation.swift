/// The sum of products that an equation in Einstein's notation names, as NumPy's `einsum`.
///
///     einsum("bhid,bhjd->bhij", queries, keys)   // scaled products of attention
///     einsum("ij->ji", x)                        // a transposition
///     einsum("ii", x)                            // a trace
///     einsum("...ij,jk->...ik", x, w)            // any leading axes
///
/// Each letter names an axis. A letter that the result lacks is summed over; one that is repeated in an operand takes
/// the diagonal; `...` stands for axes without a name, which broadcast. Without `->` the result has the letters that
/// occur once, in alphabetical order, after the axes of `...`. An axis of extent 1 stretches to the other extent of
/// its letter. Two operands at a time are multiplied, those first that take the fewest products; `float32` products
/// that are summed over are matrix products.
///
/// - Parameters:
///   - equation: The letters of each operand, separated by commas, then `->` and those of the result. Spaces are free.
///   - operands: Tensors of one type.
public func einsum(
    _ equation: String, _ operands: Tensor..., file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    func fail(_ explanation: String) -> Never {
        invalidUse("einsum(\"\(equation)\")", explanation, file: file, line: line)
    }
    let operands = operands.map(\.widened)
    let notation = EinsteinNotation(equation, ranks: operands.map(\.rank), fail)
    if let other = operands.first(where: { $0.scalarType != operands[0].scalarType }) {
        fail("operands are \(operands[0].scalarType) and \(other.scalarType); cast one of them")
    }
    if operands[0].scalarType == .bool { fail("not defined for bool; cast to int32") }
    var terms = zip(operands, notation.operands).map { EinsteinTerm(tensor: $0, labels: $1) }
    let extents = EinsteinTerm.extents(of: terms, fail)
    for index in terms.indices { terms[index].normalize(extents) }
    while terms.count > 1 {
        let (first, second) = EinsteinTerm.cheapestPair(of: terms, extents)
        let b = terms.remove(at: second)
        let a = terms.remove(at: first)
        let needed = Set(notation.result + terms.flatMap(\.labels))
        terms.insert(a.multiplied(by: b, keeping: needed, extents), at: first)
    }
    terms[0].sumOut(all: { !notation.result.contains($0) })
    return terms[0].arranged(as: notation.result).tensor
}

/// The name of an axis in Einstein's notation.
private enum AxisLabel: Hashable, Comparable {
    /// An axis of `...`, counted from its last one back, so that shorter ones align at the end.
    case unnamed(fromLast: Int)
    case letter(Character)

    static func < (a: AxisLabel, b: AxisLabel) -> Bool {
        switch (a, b) {
        case (.unnamed(let x), .unnamed(let y)): x > y
        case (.letter(let x), .letter(let y)): x < y
        case (.unnamed, .letter): true
        case (.letter, .unnamed): false
        }
    }
}

/// An equation in Einstein's notation, taken apart.
private struct EinsteinNotation {
    /// The axes of each operand.
    let operands: [[AxisLabel]]
    /// The axes of the result.
    let result: [AxisLabel]

    init(_ equation: String, ranks: [Int], _ fail: (String) -> Never) {
        let text = equation.filter { $0 != " " }
        var sides = [Substring(text)]
        if let dash = text.firstIndex(of: "-") {
            let rest = text[text.index(after: dash)...]
            if rest.first != ">" || rest.dropFirst().contains(where: { "->,".contains($0) }) {
                fail("one result is to follow one arrow ->")
            }
            sides = [text[..<dash], rest.dropFirst()]
        }
        let parts = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        if parts.count != ranks.count {
            fail("the equation has \(parts.count) operands, and \(ranks.count) were given")
        }
        operands = zip(parts, ranks).map { Self.labels($0, rank: $1, fail) }
        // `...` of the result stands for those axes of the operands' that are most.
        let unnamed = Set(operands.joined().filter { if case .unnamed = $0 { true } else { false } }).sorted()
        if sides.count == 1 {
            let all = operands.joined().filter { if case .letter = $0 { true } else { false } }
            result = unnamed + Set(all).filter { label in all.count { $0 == label } == 1 }.sorted()
            return
        }
        result = Self.labels(sides[1], rank: nil, unnamed: unnamed, fail)
        if Set(result).count != result.count { fail("the result repeats a letter") }
        let known = Set(operands.joined())
        if case .letter(let letter)? = result.first(where: { !known.contains($0) }) {
            fail("no operand has the letter \(letter) of the result")
        }
    }

    /// The labels of one operand of a known rank, or of the result, whose `...` has the given labels.
    private static func labels(
        _ text: Substring, rank: Int?, unnamed: [AxisLabel] = [], _ fail: (String) -> Never
    ) -> [AxisLabel] {
        let letters = text.filter { $0 != "." }
        if let stranger = letters.first(where: { !$0.isLetter || !$0.isASCII }) {
            fail("\(stranger) is not a letter from a to z or A to Z")
        }
        var labels = letters.map { AxisLabel.letter($0) }
        guard let dot = text.firstIndex(of: ".") else {
            if let rank, rank != labels.count {
                fail("\(text.isEmpty ? "no letters" : "\(text)") for an operand of \(rank) axes")
            }
            return labels
        }
        let before = text.distance(from: text.startIndex, to: dot)
        if !text[dot...].hasPrefix("...") || text.count != letters.count + 3 {
            fail("\(text) has dots other than one ...")
        }
        let more = rank.map { $0 - labels.count }
        if let more, more < 0 { fail("\(text) for an operand of \(rank ?? 0) axes") }
        labels.insert(
            contentsOf: more.map { count in (0..<count).map { .unnamed(fromLast: count - 1 - $0) } }
                ?? unnamed,
            at: before)
        return labels
    }
}

/// A tensor whose axes have names.
private struct EinsteinTerm {
    var tensor: Tensor
    var labels: [AxisLabel]

    /// The extent of each axis; those of 1 stretch.
    static func extents(of terms: [EinsteinTerm], _ fail: (String) -> Never) -> [AxisLabel: Int] {
        var extents: [AxisLabel: Int] = [:]
        for term in terms {
            for (label, extent) in zip(term.labels, term.tensor.shape.extents) {
                let known = extents[label] ?? 1
                if known != 1, extent != 1, known != extent {
                    let name = if case .letter(let letter) = label { "\(letter)" } else { "an axis of ..." }
                    fail(
                        "\(name) is both \(known) and \(extent) in operands of shapes "
                            + "\(terms.map(\.tensor.shape))")
                }
                extents[label] = known == 1 ? extent : known
            }
        }
        return extents
    }

    /// The two terms whose product takes the fewest multiplications.
    static func cheapestPair(of terms: [EinsteinTerm], _ extents: [AxisLabel: Int]) -> (Int, Int) {
        var best = (first: 0, second: 1, cost: Double.infinity)
        for first in terms.indices {
            for second in terms.indices.dropFirst(first + 1) {
                let cost = Set(terms[first].labels + terms[second].labels)
                    .reduce(1) { $0 * Double(extents[$1] ?? 1) }
                if cost < best.cost { best = (first, second, cost) }
            }
        }
        return (best.first, best.second)
    }

    /// Drops axes that are to stretch, and takes diagonals of letters that are repeated.
    mutating func normalize(_ extents: [AxisLabel: Int]) {
        let stretched = labels.indices.filter { tensor.shape[$0] == 1 && extents[labels[$0]] != 1 }
        tensor = tensor.squeezed(axes: stretched)
        labels = labels.indices.filter { !stretched.contains($0) }.map { labels[$0] }
        while let second = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }) {
            let first = labels.firstIndex(of: labels[second])!
            let others = labels.indices.filter { $0 != first && $0 != second }
            tensor = tensor.permute(order: others + [first, second]).diagonal()
            labels = others.map { labels[$0] } + [labels[first]]
        }
    }

    /// Sums over the axes whose labels satisfy a condition.
    mutating func sumOut(all isDone: (AxisLabel) -> Bool) {
        let axes = labels.indices.filter { isDone(labels[$0]) }
        if axes.isEmpty { return }
        tensor = tensor.sum(axes: axes)
        labels = labels.filter { !isDone($0) }
    }

    /// The same with its axes in another order.
    func arranged(as order: [AxisLabel]) -> EinsteinTerm {
        EinsteinTerm(tensor: tensor.permute(order: order.map { labels.firstIndex(of: $0)! }), labels: order)
    }

    /// The product with another term, summed over the labels that nobody needs any more.
    func multiplied(
        by other: EinsteinTerm, keeping needed: Set<AxisLabel>, _ extents: [AxisLabel: Int]
    ) -> EinsteinTerm {
        var (a, b) = (self, other)
        a.sumOut(all: { !needed.contains($0) && !other.labels.contains($0) })
        b.sumOut(all: { !needed.contains($0) && !labels.contains($0) })
        let shared = a.labels.filter { b.labels.contains($0) }
        let batch = shared.filter { needed.contains($0) }
        let summed = shared.filter { !needed.contains($0) }
        let rows = a.labels.filter { !shared.contains($0) }
        let columns = b.labels.filter { !shared.contains($0) }
        func count(_ labels: [AxisLabel]) -> Int { labels.reduce(1) { $0 * (extents[$1] ?? 1) } }
        func lengths(_ labels: [AxisLabel]) -> [Int] { labels.map { extents[$0] ?? 1 } }
        let result = Shape(lengths(batch + rows + columns))
        let isMatrixProduct =
            tensor.scalarType == .float32 && !summed.isEmpty && !(rows.isEmpty && columns.isEmpty)
        if isMatrixProduct {
            let left = a.arranged(as: batch + rows + summed).tensor
                .reshape([count(batch), count(rows), count(summed)])
            let right = b.arranged(as: batch + summed + columns).tensor
                .reshape([count(batch), count(summed), count(columns)])
            return EinsteinTerm(
                tensor: left.matmul(right).reshape(result), labels: batch + rows + columns)
        }
        let left = a.arranged(as: batch + rows + summed).tensor
            .reshape(Shape(lengths(batch + rows) + columns.map { _ in 1 } + lengths(summed)))
        let right = b.arranged(as: batch + columns + summed).tensor
            .reshape(Shape(lengths(batch) + rows.map { _ in 1 } + lengths(columns + summed)))
        var product = EinsteinTerm(tensor: left * right, labels: batch + rows + columns + summed)
        product.sumOut(all: { summed.contains($0) })
        return product
    }
}
