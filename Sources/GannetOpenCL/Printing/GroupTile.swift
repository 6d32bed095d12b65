/// How a group of the GPU style shares a tile of results.
struct GroupTile: Hashable {
    var m: Int
    var n: Int
    var threadM: Int
    var threadN: Int
    var depth: Int
    /// The number of work-items.
    var threads: Int { m / threadM * (n / threadN) }

    /// The tiles, largest first.
    static let all = [
        GroupTile(m: 128, n: 128, threadM: 8, threadN: 8, depth: 8),
        GroupTile(m: 128, n: 64, threadM: 8, threadN: 4, depth: 8),
        GroupTile(m: 64, n: 64, threadM: 4, threadN: 4, depth: 16),
        GroupTile(m: 128, n: 16, threadM: 8, threadN: 2, depth: 8),
        GroupTile(m: 32, n: 32, threadM: 2, threadN: 2, depth: 16),
        GroupTile(m: 32, n: 32, threadM: 4, threadN: 4, depth: 16),
        GroupTile(m: 16, n: 16, threadM: 4, threadN: 4, depth: 16),
    ]

    /// Whether less than half of the tile lies outside of so many rows and columns, or it cannot be smaller.
    func suits(rows: Int, columns: Int) -> Bool { m <= 2 * rows && (n < 2 * columns || n == 16) }

    /// The largest tile that the device can run, that is not mostly empty, and that leaves enough groups to fill the
    /// device, for results of so many rows and columns each, `batch` times.
    static func chosen(_ target: KernelTarget, parts: [(m: Int, n: Int)], batch: Int = 1) -> GroupTile {
        let usable = all.filter { $0.threads <= target.largestGroup }
        func groups(_ tile: GroupTile) -> Int {
            batch * parts.reduce(0) { $0 + ($1.m + tile.m - 1) / tile.m * (($1.n + tile.n - 1) / tile.n) }
        }
        let rows = parts.map(\.m).max() ?? 0
        let columns = parts.map(\.n).max() ?? 0
        return usable.first {
            groups($0) >= 2 * target.computeUnits && $0.suits(rows: rows, columns: columns)
        } ?? usable.first { $0.m == 32 } ?? usable[usable.count - 1]
    }

    /// As the names that the kernels know.
    var definitions: [(String, String)] {
        [
            ("TILE_M", "\(m)"), ("TILE_N", "\(n)"), ("THREAD_M", "\(threadM)"), ("THREAD_N", "\(threadN)"),
            ("DEPTH", "\(depth)"),
        ]
    }
}
