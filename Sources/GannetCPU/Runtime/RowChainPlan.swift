import GannetCompiler
import GannetGraph

/// Calls of a program, one after another, that can be run together for some rows at a time, all of them for the first
/// rows, then all for the next: what one of them writes, the next finds in the nearest cache.
///
/// Each of the kernels is cut into as many rows, and of what others of them write reads only what belongs to the same
/// rows. What nobody else reads needs no memory but for the rows at hand.
package struct RowChainPlan: Sendable {
    /// Where a call finds or puts what it reads or writes.
    package enum Source: Hashable, Sendable {
        /// Where the program has it.
        case program
        /// In the thread's memory: the local value with this number.
        case local(Int)
    }

    /// Rows in a program's memory.
    struct Stream: BitwiseCopyable, Sendable {
        /// Which of the buffers of the calls, in order, the inputs of each before its outputs.
        var buffer: Int
        var rowByteCount: Int
        /// Whether it is written before it is read.
        var isWritten: Bool
    }

    /// The calls.
    package let calls: Range<Int>
    /// The number of rows.
    package let rowCount: Int
    /// For each call, for each of its inputs and of its outputs, where it is.
    let inputs: [[Source]]
    let outputs: [[Source]]
    /// For each local value the bytes of a row.
    package let localRowByteCounts: [Int]
    /// What the calls read or write row by row where the program has it, each place once.
    let streams: [Stream]
    /// The bytes of a row that the calls read and write.
    let rowByteCount: Int
    /// The bytes that the calls find in a cache, or leave there, because they are run together.
    let savedByteCount: Int

    /// A row of more bytes has no room in a cache.
    static let largestRow = 8 << 20
    /// The most calls of a chain.
    static let longest = 16

    /// The chains of a program, in order.
    package static func chains(of program: Program) -> [RowChainPlan] {
        let places = program.calls.map { RowPlaces($0, in: program) }
        let counts = program.calls.map(\.kernel.rowCounts)
        let reads = RowReads(program, places)
        var chains: [RowChainPlan] = []
        var first = 0
        while first < program.calls.count {
            let chain = best(from: first, reads, places, counts)
            if let chain { chains.append(chain) }
            first = chain?.calls.upperBound ?? first + 1
        }
        return chains
    }

    private static func best(
        from first: Int, _ reads: RowReads, _ places: [RowPlaces], _ counts: [(tried: [Int], all: Int)?]
    ) -> RowChainPlan? {
        var end = first
        while end < min(first + longest, counts.count), counts[end] != nil { end += 1 }
        if end - first < 2 { return nil }
        let tried = Set((first..<min(end, first + 4)).flatMap { counts[$0]!.tried })
        var best: RowChainPlan?
        for count in tried.sorted(by: >) where count > 1 && counts[first]!.all.isMultiple(of: count) {
            let rows = RowCut(first: first, end: end, count: count, reads: reads, places: places) {
                counts[$0]!.all.isMultiple(of: count)
            }
            if let chain = rows.chain(), chain.savedByteCount > best?.savedByteCount ?? 0 { best = chain }
        }
        return best
    }
}

/// Where in a program's memory a call reads and writes.
struct RowPlaces {
    /// A run of bytes of one of the buffers that a program works on. An output that may be written into an input's buffer
    /// is in that.
    struct Place: Hashable {
        var buffer: Int
        var bytes: Range<Int>

        func overlaps(_ other: Place) -> Bool { buffer == other.buffer && bytes.overlaps(other.bytes) }
    }

    let inputs: [Place]
    let outputs: [Place]
    /// Whether each output is one of the program, which is read when that is over.
    let isProgramOutput: [Bool]

    init(_ call: Program.Call, in program: Program) {
        func place(_ reference: Program.BufferReference) -> Place {
            switch reference {
            case .input(let number): Place(buffer: 1 + number, bytes: 0..<program.inputs[number].byteCount)
            case .output(let number):
                Place(
                    buffer: program.donations[number].map { 1 + $0 } ?? 1 + program.inputs.count + number,
                    bytes: 0..<program.outputs[number].byteCount)
            case .arena(let offset, let byteCount): Place(buffer: 0, bytes: offset..<offset + byteCount)
            }
        }
        inputs = call.inputs.map(place)
        outputs = call.outputs.map(place)
        isProgramOutput = call.outputs.map { if case .output = $0 { true } else { false } }
    }
}
