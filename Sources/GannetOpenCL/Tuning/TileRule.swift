/// The built-in choice of a tile of the GPU style: what suits a family of devices, for those who never tune.
struct TileRule {
    /// The tiles, the one with the most reuse first.
    let tiles: [GroupTile]
    /// So many groups …
    let groups: Int
    /// … for so many compute units keep them busy.
    let units: Int

    /// The rule for a target: that of its family, unless matrix units multiply.
    static func rule(for target: KernelTarget) -> TileRule {
        if target.tensorUnit != nil { return TileRule(tiles: GroupTile.ofWarps, groups: 2, units: 1) }
        return switch target.family {
        // Two groups a multiprocessor: one makes sums while the other waits at its barrier.
        case .nvidia, .processor, .other: TileRule(tiles: GroupTile.all, groups: 2, units: 1)
        // A wavefront is 64 work-items: smaller groups leave lanes empty.
        case .amd:
            TileRule(
                tiles: GroupTile.all.filter { $0.threads.isMultiple(of: 64) }, groups: 2, units: 1)
        // A thread of a vector unit has 4 KB of registers for 16 work-items, 64 words each: a tile of 8 × 8 sums spills.
        // A compute unit is one such vector unit, of which a group takes several.
        case .intel:
            TileRule(
                tiles: GroupTile.all.filter { $0.threadM * $0.threadN <= 32 }, groups: 1, units: 2)
        }
    }

    /// The largest tile that the device can run, that is not mostly empty, and that leaves enough groups to fill the
    /// device, for results of so many rows and columns each, `batch` times.
    ///
    /// - Parameter fillsAnyway: Whether the device is kept busy whatever the tile, because sums are cut into pieces.
    func tile(
        _ target: KernelTarget, parts: [(m: Int, n: Int)], batch: Int, fillsAnyway: Bool
    ) -> GroupTile {
        let usable = target.usableGroupTiles
        let rows = parts.map(\.m).max() ?? 0
        let columns = parts.map(\.n).max() ?? 0
        let best = usable.first {
            (fillsAnyway || units * $0.groups(parts, batch: batch) >= groups * target.computeUnits)
                && $0.suits(rows: rows, columns: columns)
        }
        if let best { return best }
        let few = fillsAnyway ? nil : usable.first { $0.m == 32 }
        return few ?? usable.last ?? GroupTile.smallest
    }
}
