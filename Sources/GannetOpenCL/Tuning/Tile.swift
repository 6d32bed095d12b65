/// How a kernel cuts up its work: what tuning chooses.
public struct Tile: Hashable, Sendable, CustomStringConvertible {
    /// The sizes, by the style of the kernel.
    enum Sizes: Hashable {
        case group(GroupTile)
        case vector(VectorTileSizes)
    }

    let sizes: Sizes

    init(_ tile: GroupTile) { sizes = .group(tile) }
    init(_ tile: VectorTileSizes) { sizes = .vector(tile) }

    /// The sizes as numbers. Of the GPU style: rows and columns of a group, rows and columns of a work-item, products
    /// in local memory. Of the CPU style: rows, columns and panels, 0 for what the built-in rule shall choose.
    public var numbers: [Int] {
        switch sizes {
        case .group(let tile): [tile.m, tile.n, tile.threadM, tile.threadN, tile.depth]
        case .vector(let tile): [tile.rows ?? 0, tile.columns ?? 0, tile.panels ?? 0]
        }
    }

    /// The tile with these ``numbers``; nil where there is none that kernels could be made for.
    public init?(numbers: [Int]) {
        switch numbers.count {
        case 5:
            guard let tile = GroupTile.candidates.first(where: { Tile($0).numbers == numbers }) else {
                return nil
            }
            self.init(tile)
        case 3:
            guard [0, 16, 32].contains(numbers[1]), (0...VectorTileSizes.mostRows).contains(numbers[0]),
                (0...VectorTileSizes.mostPanels).contains(numbers[2])
            else { return nil }
            let sizes = numbers.map { $0 == 0 ? nil : $0 }
            self.init(VectorTileSizes(rows: sizes[0], columns: sizes[1], panels: sizes[2]))
        default: return nil
        }
    }

    /// All that tuning may choose for kernels of a style.
    package static func candidates(_ style: KernelStyle) -> [Tile] {
        TileStage.all(style).flatMap { $0.tiles(after: nil, columns: .max) }
    }

    public var description: String {
        switch sizes {
        case .group(let tile):
            return "\(tile.m)×\(tile.n), \(tile.threadM)×\(tile.threadN) a work-item, \(tile.depth) deep"
        case .vector(let tile):
            let parts = [(tile.rows, "row"), (tile.columns, "column"), (tile.panels, "panel")]
            let said = parts.compactMap { number, name in number.map { "\($0) \(name)\($0 == 1 ? "" : "s")" }
            }
            return said.isEmpty ? "as built in" : said.joined(separator: ", ")
        }
    }
}

/// The sizes of a ``VectorTile`` that tuning chose; the built-in rule chooses what is nil.
struct VectorTileSizes: Hashable {
    var rows: Int?
    var columns: Int?
    var panels: Int?

    /// The most rows whose sums stay in registers.
    static let mostRows = 14
    /// The most panels that share what is read.
    static let mostPanels = 4
}
