import Gannet
import Testing

@Suite("Initial values")
struct InitializerTests {
    /// The mean and the variance of what `initializer` gives for filters 5×5, 8 → 40.
    private func moments(_ initializer: Initializer) throws -> (
        mean: Double, variance: Double, largest: Float
    ) {
        var random = RandomStream(seed: 11)
        let values = try initializer([5, 5, 8, 40], random: &random).array(of: Float.self, on: .cpu)
        let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        let variance =
            values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
        return (mean, variance, values.map { abs($0) }.max()!)
    }

    private static let variances: [(Initializer, Double)] = [
        (.standard, 1.0 / 600), (.kaimingUniform(), 0.01), (.kaimingNormal(), 0.01),
        (.kaimingNormal(fan: .out), 0.002), (.kaimingUniform(fan: .out, gain: 1), 0.001),
        (.glorotUniform(), 1.0 / 600), (.glorotNormal(gain: Initializer.tanhGain), 1.0 / 216),
        (.normal(deviation: 0.02), 0.0004), (.uniform(-3...3), 3), (.orthogonal(), 0.005),
    ]

    // The fan in is 200, the fan out 1000. The variance of 8,000 values is met to some five standard errors, 8 %.
    @Test(arguments: variances)
    func variance(initializer: Initializer, expected: Double) throws {
        let (mean, variance, largest) = try moments(initializer)
        #expect(abs(mean) < 5 * (expected / 8_000).squareRoot())
        #expect(abs(variance / expected - 1) < 0.08, "\(initializer)")
        #expect(Double(largest) < 6.5 * expected.squareRoot())
    }

    @Test func constants() throws {
        var random = RandomStream(seed: 1)
        #expect(try Initializer.ones([2], random: &random).array(of: Float.self, on: .cpu) == [1, 1])
        #expect(try Initializer.zeros([2], random: &random).array(of: Float.self, on: .cpu) == [0, 0])
        #expect(random == RandomStream(seed: 1))
    }

    @Test func names() {
        #expect(Initializer(named: "kaiming-uniform") == .kaimingUniform())
        #expect(Initializer(named: "Xavier-Normal") == .glorotNormal())
        #expect(Initializer(named: "Orthogonal") == .orthogonal())
        #expect(Initializer(named: "kaiming") == nil)
        #expect(Initializer.names.allSatisfy { Initializer(named: $0) != nil })
    }

    @Test func meanOfANormal() throws {
        let (mean, variance, _) = try moments(.normal(mean: 1, deviation: 0.02))
        #expect(abs(mean - 1) < 0.001 && abs(variance / 0.0004 - 1) < 0.08)
    }

    @Test("A draw on the host has the bits of one on a device")
    func sameBits() throws {
        var (first, second) = (RandomStream(seed: 5), RandomStream(seed: 5))
        let host = try Initializer.normal()([70], random: &first).array(of: Float.self, on: .cpu)
        let device = try second.normal([70]).array(of: Float.self, on: .cpu)
        #expect(host == device && first == second)
    }

    @Test(arguments: [[3, 5], [5, 3], [4, 4], [2, 2, 3, 5], [1, 1], [7]])
    func orthogonality(extents: [Int]) throws {
        var random = RandomStream(seed: 3)
        let matrix = Initializer.orthogonal(gain: 2)(Shape(extents), random: &random)
        let columns = extents.last!
        let square = matrix.reshape(-1, columns)
        let product =
            square.shape[0] < columns
            ? square.matmul(square, transposeB: true) : square.matmul(square, transposeA: true)
        let side = product.shape[0]
        for (index, value) in try product.array(of: Float.self, on: .cpu).enumerated() {
            #expect(abs(value - (index / side == index % side ? 4 : 0)) < 1e-5)
        }
    }
}
