/// One of the linear maps of Winograd's minimal filtering F(4×4, 3×3), along one axis: a short list of sums and multiples.
///
/// A square of numbers is mapped along its columns, then along its rows. With the maps of Lavin and Gray (Fast Algorithms
/// for Convolutional Neural Networks, arXiv:1509.09308, section 4), 4 × 4 results Y of filters g on 6 × 6 pixels d are
///
///     Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A,    and so    ∂g = Gᵀ [(Bᵀ d B) ⊙ (A ∂Y Aᵀ)] G,
///
/// 36 products in place of 144. F(2×2, 3×3) is not there: it takes 64 products for these 16 results, and fewer than this
/// only for images that are too small for either. The polynomials are interpolated at 0, ±¾, ±1½ and ∞. For normal images
/// and filters, the errors' root mean square, measured against float64 and divided by the results' own, is 5.3e-7 for 16
/// channels, 8.2e-7 for 64 and 8.7e-7 for 256, and the largest error 3.8e-6, 7.4e-6 and 6.2e-6; sums of products one by
/// one have 2.0e-7, 3.0e-7 and 3.8e-7, and 2.1e-6, 2.5e-6 and 2.4e-6. The gradient toward filters has 7.7e-7 in place of
/// 3.3e-7 for 64 channels and four images of 28 × 28. With the usual points 0, ±1, ±2 errors are twice as large. (On the
/// choice of points: Vincent, Stephano, Frumkin, Ginsburg and Demouth, On Improving the Numerical Stability of Winograd
/// Convolutions, 2017; Barabasz, Anderson, Soodhalter and Gregg, Error Analysis and Improving the Accuracy of Winograd
/// Convolution for Deep Neural Networks, 2020.)
///
/// An infinite pixel makes the results of its whole tile NaN.
package struct WinogradTransform: Sendable {
    /// How a value is made of earlier ones, the inputs first.
    package enum Step: Sendable {
        case sum(Int, Int)
        case difference(Int, Int)
        case multiple(Int, Float)
        /// The first value and a multiple of the second.
        case addMultiple(Int, Int, Float)

        /// The numbers of the values that are read.
        package var operands: [Int] {
            switch self {
            case .sum(let a, let b), .difference(let a, let b), .addMultiple(let a, let b, _): [a, b]
            case .multiple(let a, _): [a]
            }
        }
    }

    /// The numbers that a line of what is mapped has.
    package let inputCount: Int
    /// The steps; the first makes the value whose number is ``inputCount``.
    package private(set) var steps: [Step] = []
    /// The values that the mapped line has.
    package private(set) var results: [Int] = []

    /// The results along an axis of a tile, and the pixels that they are made of, as many as there are products.
    package static let (resultCount, pixelCount) = (4, 6)
    /// The taps along an axis.
    package static let tapCount = 3
    /// The products of a tile.
    package static let productCount = pixelCount * pixelCount

    /// The points, but for 0 and ∞, each with both signs.
    private static let (a, b): (Float, Float) = (0.75, 1.5)

    private init(inputCount: Int) { self.inputCount = inputCount }

    private mutating func append(_ step: Step) -> Int {
        steps.append(step)
        return inputCount + steps.count - 1
    }

    /// Bᵀ, of pixels.
    package static let images: WinogradTransform = {
        let (a2, b2) = (a * a, b * b)
        var map = WinogradTransform(inputCount: pixelCount)
        let first = map.append(.addMultiple(map.append(.addMultiple(4, 0, a2 * b2)), 2, -(a2 + b2)))
        let last = map.append(.addMultiple(map.append(.addMultiple(5, 3, -(a2 + b2))), 1, a2 * b2))
        var middle: [Int] = []
        for (point, other) in [(a, b2), (b, a2)] {
            let even = map.append(.addMultiple(4, 2, -other))
            let odd = map.append(.addMultiple(3, 1, -other))
            middle.append(map.append(.addMultiple(even, odd, point)))
            middle.append(map.append(.addMultiple(even, odd, -point)))
        }
        map.results = [first] + middle + [last]
        return map
    }()

    /// G, of filters.
    package static let filters: WinogradTransform = {
        let (a2, b2) = (a * a, b * b)
        var map = WinogradTransform(inputCount: tapCount)
        let first = map.append(.multiple(0, 1 / (a2 * b2)))
        var middle: [Int] = []
        for (point, factor) in factors {
            let even = map.append(.addMultiple(map.append(.multiple(0, factor)), 2, point * point * factor))
            middle.append(map.append(.addMultiple(even, 1, point * factor)))
            middle.append(map.append(.addMultiple(even, 1, -point * factor)))
        }
        map.results = [first] + middle + [2]
        return map
    }()

    /// Aᵀ, of products.
    package static let products: WinogradTransform = {
        var map = WinogradTransform(inputCount: pixelCount)
        let sums = [map.append(.sum(1, 2)), map.append(.sum(3, 4))]
        let differences = [map.append(.difference(1, 2)), map.append(.difference(3, 4))]
        func weighted(_ values: [Int], power: (Float) -> Float) -> Int {
            map.append(.addMultiple(map.append(.multiple(values[0], power(a))), values[1], power(b)))
        }
        map.results = [
            map.append(.sum(map.append(.sum(0, sums[0])), sums[1])), weighted(differences) { $0 },
            weighted(sums) { $0 * $0 },
            map.append(
                .addMultiple(
                    map.append(.addMultiple(5, differences[0], a * a * a)), differences[1], b * b * b)),
        ]
        return map
    }()

    /// A, of the gradient of results.
    package static let resultGradients: WinogradTransform = {
        var map = WinogradTransform(inputCount: resultCount)
        var middle: [Int] = []
        for point in [a, b] {
            let even = map.append(.addMultiple(0, 2, point * point))
            let odd = map.append(.addMultiple(1, 3, point * point))
            middle.append(map.append(.addMultiple(even, odd, point)))
            middle.append(map.append(.addMultiple(even, odd, -point)))
        }
        map.results = [0] + middle + [3]
        return map
    }()

    /// Gᵀ, of the gradient of transformed filters.
    package static let filterGradients: WinogradTransform = {
        var map = WinogradTransform(inputCount: pixelCount)
        let sums = [map.append(.sum(1, 2)), map.append(.sum(3, 4))]
        let differences = [map.append(.difference(1, 2)), map.append(.difference(3, 4))]
        let ((a, x), (b, y)) = (factors[0], factors[1])
        let first = map.append(.addMultiple(map.append(.multiple(0, 1 / (a * a * b * b))), sums[0], x))
        let second = map.append(.multiple(differences[0], a * x))
        let third = map.append(.addMultiple(5, sums[0], a * a * x))
        map.results = [
            map.append(.addMultiple(first, sums[1], y)),
            map.append(.addMultiple(second, differences[1], b * y)),
            map.append(.addMultiple(third, sums[1], b * b * y)),
        ]
        return map
    }()

    /// The points with what G divides by: the product of the differences to all others.
    private static var factors: [(point: Float, factor: Float)] {
        let (a2, b2) = (a * a, b * b)
        return [(a, 1 / (2 * a2 * (a2 - b2))), (b, 1 / (2 * b2 * (b2 - a2)))]
    }

    /// Maps a line.
    package func callAsFunction(_ line: [Float]) -> [Float] {
        var values = line
        for step in steps {
            switch step {
            case .sum(let a, let b): values.append(values[a] + values[b])
            case .difference(let a, let b): values.append(values[a] - values[b])
            case .multiple(let a, let factor): values.append(values[a] * factor)
            case .addMultiple(let a, let b, let factor): values.append(values[a] + values[b] * factor)
            }
        }
        return results.map { values[$0] }
    }

    /// Maps a square, row by row in a list, along its columns and then its rows.
    package func square(_ square: [Float]) -> [Float] {
        let columns = (0..<inputCount).map { column in
            self((0..<inputCount).map { square[$0 * inputCount + column] })
        }
        return (0..<results.count).flatMap { row in self(columns.map { $0[row] }) }
    }
}
