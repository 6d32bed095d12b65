import GannetCompiler

extension WinogradShape {
    /// A tier's inner kernel, used for shorter sums: long ones would add as much to the errors as the maps do.
    static func tile(_ tile: MatrixTile) -> MatrixTile {
        var result = tile
        result.depth = min(tile.depth, longestSum)
        return result
    }

    /// The most products that are added one by one.
    private static let longestSum = 64
}
