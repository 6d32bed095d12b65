import Foundation
import Gannet
import GannetData
import GannetModels
import GannetTestSupport
import Testing

/// Sets of points in the plane whose entropy is known, which flows learn.
@Suite("Flows of points in the plane")
struct FlowDensityTests {
    enum Points: String, CaseIterable {
        case eightGaussians, checkerboard, twoMoons

        /// Points that are drawn evenly or by Gaussians, [count, 2].
        func drawn(_ count: Int, noise: inout RandomStream) -> Tensor {
            switch self {
            case .eightGaussians:
                let angle = (noise.uniform([count, 1]) * 8).floor() * .literal(Float.pi / 4)
                let centre = Tensor.concatenate([angle.cos(), angle.sin()], axis: 1)
                return 2 * centre + 0.2 * noise.normal([count, 2])
            case .checkerboard:
                // Eight squares of a board of sixteen, with sides of 1.
                let row = (noise.uniform([count, 1]) * 4).floor()
                let odd = row - 2 * (row / 2).floor()
                let column = 2 * (noise.uniform([count, 1]) * 2).floor() + odd
                return .concatenate([column, row], axis: 1) - 2 + noise.uniform([count, 2])
            case .twoMoons:
                let isSecond = noise.uniform([count, 1]) .< 0.5
                let angle = noise.uniform([count, 1]) * .literal(Float.pi)
                let first = Tensor.concatenate([angle.cos(), angle.sin()], axis: 1)
                let second = Tensor([1, 0.5] as [Float]) - first
                let moon = select(isSecond.broadcast(to: [count, 2]), second, first)
                return 2 * moon + 0.1 * noise.normal([count, 2])
            }
        }

        /// The entropy in nats; nil where it is not known.
        var entropy: Double? {
            switch self {
            // That of a Gaussian and of which it is: they hardly overlap.
            case .eightGaussians: log(8) + log(2 * Double.pi * M_E * 0.04)
            case .checkerboard: log(8)
            case .twoMoons: nil
            }
        }
    }

    enum Kind: String, CaseIterable {
        case realNVP, glow

        var flow: NormalizingFlow {
            switch self {
            case .realNVP: .realNVP(features: 2, couplings: 12, hidden: [64, 64], seed: 1)
            case .glow: .glow(features: 2, steps: 12, hidden: [64, 64], seed: 1)
            }
        }
    }

    /// One set stands for all, unless there is time: the others take minutes.
    private static let isExhaustive = ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"

    @Test("The mean of −ln p comes near to the entropy", arguments: Kind.allCases, Points.allCases)
    func entropies(kind: Kind, points: Points) throws {
        guard kind == .realNVP && points == .eightGaussians || Self.isExhaustive else { return }
        let flow = kind.flow
        let steps = Self.isExhaustive ? 8000 : 2500
        var noise = RandomStream(seed: 2)
        try flow.prepare(with: points.drawn(512, noise: &noise), on: .cpu)
        let optimizer = Adam(
            for: flow, learningRate: 2e-3,
            options: UpdateOptions(schedule: .cosine(over: steps), clipping: .norm(5)))
        func loss() -> Tensor {
            RandomStream.withCurrent { -flow.logDensity(points.drawn(512, noise: &$0)).mean() }
        }
        for _ in 0..<steps { try optimizer.update(minimizing: loss(), on: .cpu) }
        let densities = flow.logDensity(points.drawn(20_000, noise: &noise))
        let figure = -Double(try densities.mean().scalar(on: .cpu))
        print(
            "\(kind) on \(points): \(figure) nats, entropy \(points.entropy.map { "\($0)" } ?? "not known")")
        if let entropy = points.entropy {
            #expect(figure > entropy - 0.03 && figure < entropy + 0.1, "\(figure), entropy \(entropy)")
        }
        // What is drawn lies where the points do: their mean −ln p is the flow's own entropy, and that is near.
        let made = flow.samples(20_000, noise: &noise)
        let own = -Double(try flow.logDensity(made).mean().scalar(on: .cpu))
        #expect(abs(own - figure) < 0.25, "\(own), \(figure)")
        // All of the plane that points are in, cut in pixels, has the probability 1.
        let (values, cell) = try grid(of: flow)
        #expect(abs(values.reduce(0) { $0 + Double($1) } * cell - 1) < 0.05)
        if let folder = ProcessInfo.processInfo.environment["GANNET_TEST_OUTPUT"] {
            let brightest = values.max()!
            try Tensor(values.map { ($0 / brightest).squareRoot() }, shape: [1, Self.side, Self.side, 1])
                .grid(columns: 1, on: .cpu).write(to: "\(folder)/\(kind)-\(points).png")
        }
    }

    private static let side = 256

    /// p at the middles of the pixels of a picture of −4…4 both ways, and the area of one.
    private func grid(of flow: NormalizingFlow) throws -> (values: [Float], cell: Double) {
        let step = 8 / Float(Self.side)
        let middles = (0..<Self.side).map { (Float($0) + 0.5) * step - 4 }
        var points: [Float] = []
        for y in middles.reversed() {
            for x in middles { points += [x, y] }
        }
        let logDensity = flow.logDensity(Tensor(points, shape: [Self.side * Self.side, 2]))
        return (try logDensity.exp().array(of: Float.self, on: .cpu), Double(step) * Double(step))
    }
}
