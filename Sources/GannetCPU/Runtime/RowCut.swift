import GannetCompiler
import GannetGraph

/// Calls of a program that are cut into the same number of rows: how many of them make a chain.
struct RowCut {
    private typealias Place = RowPlaces.Place

    /// What one of the calls writes.
    private struct Value {
        var call: Int
        var output: Int
        var place: Place
        /// Whether the value is read by no call after the chain.
        var isLocal = false
    }

    private let first: Int
    private let count: Int
    private let reads: RowReads
    private let places: [RowPlaces]
    /// The call after the last that can be in the chain.
    private var end: Int
    /// Whether each input of each call is read row by row.
    private var readsRows: [[Bool]] = []
    private var values: [Value] = []
    /// For each input of each call the value of the chain that it is.
    private var sources: [[Int?]] = []

    /// Cuts the calls from `first` on and before `end`, up to the first that cannot be cut.
    init(
        first: Int, end: Int, count: Int, reads: RowReads, places: [RowPlaces],
        canBeCut: (_ call: Int) -> Bool
    ) {
        (self.first, self.count, self.reads, self.places) = (first, count, reads, places)
        self.end = first
        while self.end < end, canBeCut(self.end), append(self.end) { self.end += 1 }
    }

    /// Adds a call, unless it reads rows of others that calls before it write.
    private mutating func append(_ number: Int) -> Bool {
        let rows = reads.rows(call: number, rowCount: count)
        var found: [Int?] = []
        for (input, place) in places[number].inputs.enumerated() {
            let source = values.lastIndex { $0.place.overlaps(place) }
            if let source, !rows[input] || values[source].place != place { return false }
            found.append(source)
        }
        for place in places[number].outputs where !place.bytes.count.isMultiple(of: count) { return false }
        readsRows.append(rows)
        sources.append(found)
        for (output, place) in places[number].outputs.enumerated() {
            values.append(Value(call: number, output: output, place: place))
        }
        return true
    }

    /// The longest chain that is right and where the last call gains something by being in it.
    func chain() -> RowChainPlan? {
        var end = end
        while end - first >= 2 {
            if let chain = chain(to: end) { return chain }
            end -= 1
        }
        return nil
    }

    private func chain(to end: Int) -> RowChainPlan? {
        var values = values.filter { $0.call < end }
        for index in values.indices { values[index].isLocal = isLocal(values[index], end) }
        if !isRight(values, to: end) { return nil }
        var numbers: [Int?] = []
        var sizes: [Int] = []
        for value in values {
            numbers.append(value.isLocal ? sizes.count : nil)
            if value.isLocal { sizes.append(value.place.bytes.count / count) }
        }
        func source(_ value: Int?) -> RowChainPlan.Source {
            value.flatMap { numbers[$0] }.map { .local($0) } ?? .program
        }
        var (saved, savedByLast) = (0, 0)
        var touched = Set<Place>()
        for number in first..<end {
            savedByLast = 0
            for (input, place) in places[number].inputs.enumerated()
            where sources[number - first][input] != nil || touched.contains(place) {
                savedByLast += place.bytes.count
            }
            for (input, place) in places[number].inputs.enumerated() where readsRows[number - first][input] {
                touched.insert(place)
            }
            saved += savedByLast
        }
        if savedByLast == 0 { return nil }
        let local = values.filter(\.isLocal).reduce(0) { $0 + $1.place.bytes.count }
        let written = values.filter { !$0.isLocal }.reduce(0) { $0 + $1.place.bytes.count }
        let all = (touched.reduce(0) { $0 + $1.bytes.count } + local + written) / count
        if all > RowChainPlan.largestRow { return nil }
        let calls = first..<end
        let inputs = calls.map { sources[$0 - first].map(source) }
        let outputs = calls.map { call in
            places[call].outputs.indices.map { output in
                source(values.firstIndex { $0.call == call && $0.output == output })
            }
        }
        return RowChainPlan(
            calls: calls, rowCount: count, inputs: inputs, outputs: outputs, localRowByteCounts: sizes,
            streams: streams(inputs, outputs), rowByteCount: all, savedByteCount: saved + local)
    }

    private func streams(
        _ inputs: [[RowChainPlan.Source]], _ outputs: [[RowChainPlan.Source]]
    ) -> [RowChainPlan.Stream] {
        var streams: [RowChainPlan.Stream] = []
        var known = Set<Place>()
        var buffer = 0
        func add(_ place: Place, isWritten: Bool) {
            guard known.insert(place).inserted else { return }
            streams.append(
                RowChainPlan.Stream(
                    buffer: buffer, rowByteCount: place.bytes.count / count, isWritten: isWritten))
        }
        for call in inputs.indices {
            for (input, source) in inputs[call].enumerated() {
                if source == .program, readsRows[call][input] {
                    add(places[first + call].inputs[input], isWritten: false)
                }
                buffer += 1
            }
            for (output, source) in outputs[call].enumerated() {
                if source == .program { add(places[first + call].outputs[output], isWritten: true) }
                buffer += 1
            }
        }
        return streams
    }

    /// Whether nobody reads the value but the calls of the chain before `end`.
    private func isLocal(_ value: Value, _ end: Int) -> Bool {
        if places[value.call].isProgramOutput[value.output] { return false }
        for number in value.call + 1..<places.count {
            if number >= end, places[number].inputs.contains(where: value.place.overlaps) { return false }
            if places[number].outputs.contains(where: value.place.overlaps) { return true }
        }
        return true
    }

    /// Whether nothing is written where a call reads what was there before the chain, but for the same rows.
    private func isRight(_ values: [Value], to end: Int) -> Bool {
        for number in first..<end {
            for (input, place) in places[number].inputs.enumerated()
            where sources[number - first][input] == nil {
                for value in values where !value.isLocal && value.place.overlaps(place) {
                    if value.place != place || !readsRows[number - first][input] { return false }
                }
            }
        }
        // Rows of values in different places may be written in any order.
        for (index, value) in values.enumerated() where !value.isLocal {
            for other in values[..<index] where !other.isLocal && other.place.overlaps(value.place) {
                return false
            }
        }
        return true
    }
}
