import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport

/// Programs whose kernels have tiles.
enum TileGraphs {
    /// A product that no tile divides.
    static let product = program([leaf([2, 70, 33]).matmul(leaf([2, 45, 33]).transposed())])

    /// A convolution, and its gradients.
    static let convolution: Program = {
        let (images, filters) = (leaf([2, 9, 13, 20]), leaf([3, 3, 20, 40]))
        let axis = ConvolutionGeometry.Axis(stride: 1, dilation: 1, padLow: 1, padHigh: 1)
        let results = images.convolved(
            with: filters, ConvolutionGeometry(height: axis, width: axis, groups: 1, mask: nil))
        return program(
            [results]
                + gradients(of: (results * leaf(results.shape)).sum(), withRespectTo: [images, filters])
        )
    }()

    /// The problems of both.
    static let problems = TileProblem.problems(in: [product, convolution])

    /// A table in which all of a program's problems have one tile.
    static func table(_ tile: Tile, for program: Program) -> TileTable {
        let names = TileProblem.problems(in: [program]).map(\.description)
        return TileTable(entries: Dictionary(uniqueKeysWithValues: names.map { ($0, tile) }))
    }

    static func program(_ results: [Tensor]) -> Program {
        Lowering.lower(results, leaves: GraphSignature.of(results).leaves).program
    }

    /// A tensor whose values do not matter.
    static func leaf(_ shape: Shape) -> Tensor {
        Tensor([Float](repeating: 0, count: shape.count), shape: shape)
    }
}
