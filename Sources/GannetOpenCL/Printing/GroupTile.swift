/// How a group of the GPU style shares a tile of results.
struct GroupTile: Hashable {
    var m: Int
    var n: Int
    var threadM: Int
    var threadN: Int
    var depth: Int
    /// The number of work-items.
    var threads: Int { m / threadM * (n / threadN) }

    /// The bytes of local memory: two slabs of both operands, whose rows are four elements longer than they need be.
    var localByteCount: Int { 2 * depth * (m + n + 8) * 4 }

    /// The tile that any device can run.
    static let smallest = GroupTile(m: 16, n: 16, threadM: 4, threadN: 4, depth: 16)

    /// The tiles of work-items that multiply by themselves, largest first.
    static let all = [
        GroupTile(m: 128, n: 128, threadM: 8, threadN: 8, depth: 8),
        GroupTile(m: 128, n: 64, threadM: 8, threadN: 4, depth: 8),
        GroupTile(m: 64, n: 64, threadM: 4, threadN: 4, depth: 16),
        GroupTile(m: 128, n: 16, threadM: 8, threadN: 2, depth: 8),
        GroupTile(m: 32, n: 32, threadM: 2, threadN: 2, depth: 16),
        GroupTile(m: 32, n: 32, threadM: 4, threadN: 4, depth: 16),
        smallest,
    ]

    /// The tiles of warps that have matrix units, largest first: a warp makes threadM · 8 rows of threadN · 4 columns.
    static let ofWarps = [
        GroupTile(m: 128, n: 128, threadM: 8, threadN: 8, depth: 16),
        GroupTile(m: 128, n: 64, threadM: 4, threadN: 8, depth: 16),
        GroupTile(m: 64, n: 64, threadM: 4, threadN: 8, depth: 16),
        GroupTile(m: 128, n: 16, threadM: 4, threadN: 4, depth: 16),
        GroupTile(m: 32, n: 32, threadM: 2, threadN: 4, depth: 16),
        GroupTile(m: 16, n: 16, threadM: 2, threadN: 2, depth: 16),
    ]

    /// The tiles that tuning times: those, and some that are better on some devices. The number of work-items is a
    /// multiple of the depth.
    static let candidates =
        all + [
            GroupTile(m: 128, n: 128, threadM: 8, threadN: 8, depth: 16),
            GroupTile(m: 128, n: 64, threadM: 8, threadN: 8, depth: 8),
            GroupTile(m: 64, n: 128, threadM: 8, threadN: 8, depth: 8),
            GroupTile(m: 64, n: 64, threadM: 8, threadN: 8, depth: 8),
            GroupTile(m: 64, n: 64, threadM: 8, threadN: 4, depth: 8),
            GroupTile(m: 64, n: 32, threadM: 4, threadN: 4, depth: 16),
            GroupTile(m: 32, n: 64, threadM: 4, threadN: 4, depth: 16),
        ]

    /// Whether less than half of the tile lies outside of so many rows and columns, or it cannot be smaller.
    func suits(rows: Int, columns: Int) -> Bool { m <= 2 * rows && (n < 2 * columns || n == 16) }

    /// The number of groups that make results of so many rows and columns each, `batch` times.
    func groups(_ parts: [(m: Int, n: Int)], batch: Int) -> Int {
        batch * parts.reduce(0) { $0 + ($1.m + m - 1) / m * (($1.n + n - 1) / n) }
    }

    /// As the names that the kernels know.
    var definitions: [(String, String)] {
        [
            ("TILE_M", "\(m)"), ("TILE_N", "\(n)"), ("THREAD_M", "\(threadM)"), ("THREAD_N", "\(threadN)"),
            ("DEPTH", "\(depth)"),
        ]
    }
}
