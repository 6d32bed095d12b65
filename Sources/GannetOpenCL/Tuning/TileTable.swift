import GannetCompiler

/// Which tiles kernels are made with, by the problem: what tuning found, and the built-in rule for all else.
///
/// Equal tables give equal kernels; nothing is measured where a table is used.
public struct TileTable: Hashable, Sendable {
    /// The number of what a tile means: tables of another are not understood.
    public static let version = 1

    /// The table without entries.
    public static let builtIn = TileTable()

    /// The tiles that tuning found, by ``TileProblem/description``.
    public var entries: [String: Tile]

    /// Creates a table.
    public init(entries: [String: Tile] = [:]) { self.entries = entries }
}

extension KernelTarget {
    /// The tile of the GPU style for a kernel that makes results of so many rows and columns in each of some parts,
    /// `batch` times; see ``TileRule``.
    func groupTile(
        for kernel: @autoclosure () -> Kernel, parts: [(m: Int, n: Int)], batch: Int = 1,
        fillsAnyway: Bool = false
    ) -> GroupTile {
        tunedGroupTile(for: kernel())
            ?? TileRule.rule(for: self).tile(self, parts: parts, batch: batch, fillsAnyway: fillsAnyway)
    }

    /// The tile of the GPU style that tuning chose for a kernel; tuning is for products in `float32`.
    func tunedGroupTile(for kernel: @autoclosure () -> Kernel) -> GroupTile? {
        guard tensorUnit == nil, case .group(let tile)? = tuned(kernel)?.sizes, canRun(tile) else {
            return nil
        }
        return tile
    }

    /// The tiles that the built-in rule chooses from and the device can run, the one with the most reuse first.
    var usableGroupTiles: [GroupTile] { TileRule.rule(for: self).tiles.filter(canRun) }

    /// The sizes of the tile of the CPU style that tuning chose for a kernel.
    func vectorTile(for kernel: @autoclosure () -> Kernel) -> VectorTileSizes {
        if case .vector(let tile)? = tuned(kernel)?.sizes { return tile }
        return VectorTileSizes()
    }

    /// Whether the device can run groups of such a tile.
    func canRun(_ tile: GroupTile) -> Bool {
        tile.threads <= largestGroup && tile.localByteCount <= localMemoryByteCount
    }

    private func tuned(_ kernel: () -> Kernel) -> Tile? {
        if tiles.entries.isEmpty { return nil }
        return TileProblem.name(of: kernel()).flatMap { tiles.entries[$0] }
    }
}
