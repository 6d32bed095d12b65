import GannetCompiler
import GannetGraph

/// The orders that sort lines.
///
/// An element becomes a 64-bit number: above, a word that is ordered as the elements are, below, its index. These all
/// differ, and their order is the stable one. Short lines are sorted by insertion, longer ones by their digits.
final class SortKernel: PreparedKernel {
    private let sort: Kernel.Sort

    /// The longest line that is sorted by insertion.
    private static let shortLine = 48

    /// Prepares `sort`.
    init(_ sort: Kernel.Sort) { self.sort = sort }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if sort.count == 0 { return }
        let length = sort.length
        let words = UnsafePointer(buffers.inputs[0].assumingMemoryBound(to: UInt32.self))
        let order = buffers.outputs[0].assumingMemoryBound(to: Int32.self)
        let pieces = WorkDivision.pieces(of: sort.lines, cost: 32 * sort.count, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            let pairs = workspace.scratch(length * 16).assumingMemoryBound(to: UInt64.self)
            for line in WorkDivision.range(of: piece, pieces: pieces, count: sort.lines) {
                fill(pairs, from: words + line * length)
                if length <= Self.shortLine {
                    Self.sortByInsertion(pairs, length)
                } else {
                    Self.sortByDigits(pairs, pairs + length, length)
                }
                for index in 0..<length {
                    order[line * length + index] = Int32(truncatingIfNeeded: pairs[index])
                }
            }
        }
    }

    /// Makes the numbers of a line's elements.
    private func fill(_ pairs: UnsafeMutablePointer<UInt64>, from words: UnsafePointer<UInt32>) {
        let flip: UInt32 = sort.isDescending ? ~0 : 0
        switch sort.type {
        case .float32:
            for index in 0..<sort.length {
                let bits = words[index]
                let magnitude = bits & 0x7FFF_FFFF
                let ordered = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
                let key = magnitude > 0x7F80_0000 ? ~0 : magnitude == 0 ? 0x8000_0000 : ordered
                pairs[index] = UInt64(key ^ flip) << 32 | UInt64(index)
            }
        default:
            let sign: UInt32 = sort.type == .int32 ? 0x8000_0000 : 0
            for index in 0..<sort.length {
                pairs[index] = UInt64(words[index] ^ sign ^ flip) << 32 | UInt64(index)
            }
        }
    }

    private static func sortByInsertion(_ pairs: UnsafeMutablePointer<UInt64>, _ count: Int) {
        for next in 1..<max(count, 1) {
            let pair = pairs[next]
            var place = next
            while place > 0, pairs[place - 1] > pair {
                pairs[place] = pairs[place - 1]
                place -= 1
            }
            pairs[place] = pair
        }
    }

    /// Sorts by the upper halves, a byte at a time from the lowest, which keeps the order of equal ones.
    private static func sortByDigits(
        _ pairs: UnsafeMutablePointer<UInt64>, _ spare: UnsafeMutablePointer<UInt64>, _ count: Int
    ) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1024) { counts in
            let counts = counts.baseAddress!
            counts.initialize(repeating: 0, count: 1024)
            for index in 0..<count {
                let key = pairs[index] >> 32
                counts[Int(key & 0xFF)] &+= 1
                counts[256 + Int(key >> 8 & 0xFF)] &+= 1
                counts[512 + Int(key >> 16 & 0xFF)] &+= 1
                counts[768 + Int(key >> 24)] &+= 1
            }
            var (from, to) = (pairs, spare)
            for digit in 0..<4 {
                let places = counts + digit * 256
                let shift = UInt64(32 + digit * 8)
                // Where all have the same digit nothing moves.
                if places[Int(from[0] &>> shift & 0xFF)] == count { continue }
                var place = 0
                for value in 0..<256 {
                    let own = places[value]
                    places[value] = place
                    place &+= own
                }
                for index in 0..<count {
                    let pair = from[index]
                    let value = Int(pair &>> shift & 0xFF)
                    to[places[value]] = pair
                    places[value] &+= 1
                }
                swap(&from, &to)
            }
            if from != pairs { pairs.update(from: from, count: count) }
        }
    }
}
