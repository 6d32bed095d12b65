import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The invertible 1×1 convolution of Kingma and Dhariwal, "Glow" (arXiv:1807.03039, section 3.2): y = W x for each pixel, where W is kept as
///
///     W = P L (U + diag(s))
///
/// with a permutation P that stays as it is, L lower triangular with ones on the diagonal, U strictly upper triangular (equation 10), so that
/// ln |det W| = Σ ln |s| for each pixel (equation 11). It starts as a random rotation.
public struct InvertibleConvolution: InvertibleLayer {
    /// P, [channels, channels].
    private let permutation: Parameter
    /// The signs of s, [channels].
    private let signs: Parameter
    /// What of it is below the diagonal is L's.
    private let lower: Parameter
    /// What of it is above the diagonal is U.
    private let upper: Parameter
    /// ln |s|, [channels].
    private let logScales: Parameter

    /// Creates a layer whose matrix is a rotation that `random` draws.
    public init(channels: Int, random: inout RandomStream) {
        let rotation = Initializer.orthogonal()([channels, channels], random: &random)
        let rows = MatrixFactors(of: try! rotation.array(of: Float.self, on: .cpu).map(Double.init), channels)
        func matrix(_ values: [Double]) -> Tensor {
            Tensor(values.map(Float.init), shape: [channels, channels])
        }
        permutation = Parameter(matrix(rows.permutation), isTrainable: false)
        signs = Parameter(Tensor(rows.diagonal.map { $0 < 0 ? -1 : 1 as Float }), isTrainable: false)
        lower = Parameter(matrix(rows.lower))
        upper = Parameter(matrix(rows.upper))
        logScales = Parameter(Tensor(rows.diagonal.map { Float(log(abs($0))) }))
    }

    private var channels: Int { signs.shape[0] }
    private var identity: Tensor { .identity(channels) }
    /// L.
    private var lowerFactor: Tensor { lower.value.lowerTriangle(offset: -1) + identity }
    /// U + diag(s).
    private var upperFactor: Tensor {
        upper.value.upperTriangle(offset: 1) + identity * (signs.value * logScales.value.exp())
    }

    /// W, [channels, channels].
    public var matrix: Tensor { permutation.value.matmul(lowerFactor).matmul(upperFactor) }

    public func transformed(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        let places = x.shape.extents.dropFirst().dropLast().reduce(1, *)
        let logDeterminant = (.literal(Float(places)) * logScales.value.sum()).broadcast(to: [x.shape[0]])
        return (x.matmul(matrix.transposed()), logDeterminant)
    }

    public func inverse(_ y: Tensor) -> Tensor {
        // The inverse of 1 + N, with N strictly triangular, is (1 − N) (1 + N²) (1 + N⁴) …, which ends.
        func inverse(_ strict: Tensor) -> Tensor {
            var (result, power, reach) = (identity - strict, strict.matmul(strict), 2)
            while reach < channels {
                result = result.matmul(identity + power)
                (power, reach) = (power.matmul(power), 2 * reach)
            }
            return result
        }
        // U + D = D (1 + D⁻¹ U).
        let scales = signs.value * (-logScales.value).exp()
        let upperInverse =
            inverse(
                scales.insertingAxis(at: 1) * upper.value.upperTriangle(offset: 1)
            ) * scales
        let lowerInverse = inverse(lower.value.lowerTriangle(offset: -1))
        let whole = upperInverse.matmul(lowerInverse).matmul(permutation.value.transposed())
        return y.matmul(whole.transposed())
    }
}

/// P L U of a square matrix, by elimination with the largest pivot of each column.
struct MatrixFactors {
    /// P, row by row; A = P L (U + diag).
    var permutation: [Double]
    /// What L has below its diagonal.
    var lower: [Double]
    /// What the upper factor has above its diagonal.
    var upper: [Double]
    /// Its diagonal.
    var diagonal: [Double]

    init(of matrix: [Double], _ size: Int) {
        var rows = (0..<size).map { Array(matrix[$0 * size..<($0 + 1) * size]) }
        var order = Array(0..<size)
        lower = [Double](repeating: 0, count: size * size)
        var factors = [[Double]](repeating: [], count: size)
        for column in 0..<size {
            let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
            rows.swapAt(column, pivot)
            order.swapAt(column, pivot)
            factors.swapAt(column, pivot)
            for row in column + 1..<max(size, column + 1) {
                let factor = rows[row][column] / rows[column][column]
                factors[row].append(factor)
                for place in column..<size { rows[row][place] -= factor * rows[column][place] }
            }
        }
        for row in 0..<size {
            for (column, factor) in factors[row].enumerated() { lower[row * size + column] = factor }
        }
        upper = (0..<size * size).map { $0 % size > $0 / size ? rows[$0 / size][$0 % size] : 0 }
        diagonal = (0..<size).map { rows[$0][$0] }
        // Row i of L U is row order[i] of the matrix.
        permutation = [Double](repeating: 0, count: size * size)
        for (place, row) in order.enumerated() { permutation[row * size + place] = 1 }
    }
}
