/// How a group of the GPU style shares a tile of results.
struct GroupTile: Hashable {
    var m: Int
    var n: Int
    var threadM: Int
    var threadN: Int
    var depth: Int
    /// The number of work-items.
    var threads: Int { m / threadM * (n / threadN) }

    /// The tiles of work-items that multiply by themselves, largest first.
    private static let ofWorkItems = [
        GroupTile(m: 128, n: 128, threadM: 8, threadN: 8, depth: 8),
        GroupTile(m: 128, n: 64, threadM: 8, threadN: 4, depth: 8),
        GroupTile(m: 64, n: 64, threadM: 4, threadN: 4, depth: 16),
        GroupTile(m: 128, n: 16, threadM: 8, threadN: 2, depth: 8),
        GroupTile(m: 32, n: 32, threadM: 2, threadN: 2, depth: 16),
        GroupTile(m: 32, n: 32, threadM: 4, threadN: 4, depth: 16),
        GroupTile(m: 16, n: 16, threadM: 4, threadN: 4, depth: 16),
    ]

    /// The tiles of warps that have matrix units, largest first: a warp makes threadM · 8 rows of threadN · 4 columns.
    private static let ofWarps = [
        GroupTile(m: 128, n: 128, threadM: 8, threadN: 8, depth: 16),
        GroupTile(m: 128, n: 64, threadM: 4, threadN: 8, depth: 16),
        GroupTile(m: 64, n: 64, threadM: 4, threadN: 8, depth: 16),
        GroupTile(m: 128, n: 16, threadM: 4, threadN: 4, depth: 16),
        GroupTile(m: 32, n: 32, threadM: 2, threadN: 4, depth: 16),
        GroupTile(m: 16, n: 16, threadM: 2, threadN: 2, depth: 16),
    ]

    /// The tiles that the device can run, largest first.
    static func usable(_ target: KernelTarget) -> [GroupTile] {
        (target.tensorUnit == nil ? ofWorkItems : ofWarps).filter { $0.threads <= target.largestGroup }
    }

    /// Whether less than half of the tile lies outside of so many rows and columns, or it cannot be smaller.
    func suits(rows: Int, columns: Int) -> Bool { m <= 2 * rows && (n < 2 * columns || n == 16) }

    /// The number of groups that make results of so many rows and columns each, `batch` times.
    func groups(_ parts: [(m: Int, n: Int)], batch: Int) -> Int {
        batch * parts.reduce(0) { $0 + ($1.m + m - 1) / m * (($1.n + n - 1) / n) }
    }

    /// The largest tile that the device can run, that is not mostly empty, and that leaves enough groups to fill the
    /// device, for results of so many rows and columns each, `batch` times.
    static func chosen(_ target: KernelTarget, parts: [(m: Int, n: Int)], batch: Int = 1) -> GroupTile {
        let usable = usable(target)
        let rows = parts.map(\.m).max() ?? 0
        let columns = parts.map(\.n).max() ?? 0
        return usable.first {
            $0.groups(parts, batch: batch) >= 2 * target.computeUnits
                && $0.suits(rows: rows, columns: columns)
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
