/// Assigns places in one block of memory to values whose lives are known.
struct Arena {
    private struct Piece {
        var offset: Int
        var byteCount: Int
        /// The number of values that share the piece and live.
        var holders: Int
    }

    /// Offsets are multiples of this.
    static let alignment = 256

    private var pieces: [Piece] = []
    /// The size that all places need.
    private(set) var byteCount = 0

    /// A place for a value: the first gap between living values that is large enough.
    mutating func allocate(byteCount size: Int) -> Int {
        let size = Swift.max((size + Self.alignment - 1) / Self.alignment, 1) * Self.alignment
        var offset = 0
        var index = 0
        while index < pieces.count, pieces[index].offset - offset < size {
            offset = pieces[index].offset + pieces[index].byteCount
            index += 1
        }
        pieces.insert(Piece(offset: offset, byteCount: size, holders: 1), at: index)
        byteCount = Swift.max(byteCount, offset + size)
        return offset
    }

    /// Lets another value share the place at `offset`.
    mutating func share(_ offset: Int) {
        pieces[pieces.firstIndex { $0.offset == offset }!].holders += 1
    }

    /// Ends the life of a value at `offset`.
    mutating func release(_ offset: Int) {
        let index = pieces.firstIndex { $0.offset == offset }!
        pieces[index].holders -= 1
        if pieces[index].holders == 0 { pieces.remove(at: index) }
    }
}
