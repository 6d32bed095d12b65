import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// What every flow must be: invertible, and right about volumes.
@Suite("Normalising flows")
struct FlowTests {
    enum Example: String, CaseIterable {
        case realNVP, glow, maf, iaf, realNVPOfPictures, glowOfPictures

        var flow: NormalizingFlow {
            switch self {
            case .realNVP: .realNVP(features: 5, couplings: 3, hidden: [8], seed: 2)
            case .glow: .glow(features: 5, steps: 2, hidden: [8], seed: 2)
            case .maf: .maskedAutoregressive(features: 5, layers: 2, hidden: [12, 12], seed: 2)
            case .iaf:
                .maskedAutoregressive(features: 5, layers: 2, hidden: [12, 12], isInverse: true, seed: 2)
            case .realNVPOfPictures:
                RealNVP(imageShape: [4, 2, 1], levels: 2, features: 4, blocks: 1, seed: 2).flow
            case .glowOfPictures: Glow(imageShape: [4, 4, 1], levels: 2, steps: 2, features: 4, seed: 2).flow
            }
        }

        /// A flow whose weights are none that it starts from.
        func prepared() throws -> NormalizingFlow {
            let flow = flow
            var random = RandomStream(seed: 5)
            for (_, parameter) in flow.parameters {
                let noise = 0.25 * random.normal(parameter.shape)
                parameter.assign(try (parameter.value + noise).evaluated(on: .cpu))
            }
            return flow
        }
    }

    @Test("Backwards is forwards undone", arguments: Example.allCases)
    func inverse(example: Example) throws {
        let flow = try example.prepared()
        var random = RandomStream(seed: 7)
        let x = random.normal(Shape([6] + flow.shape.extents))
        for device in TestDevices.all {
            let error = (flow.inverse(flow.transformed(x).z) - x).abs().max()
            let z = random.normal([6, flow.shape.count])
            let other = (flow.transformed(flow.inverse(z)).z - z).abs().max()
            #expect(try error.scalar(on: device) < 1e-4, "\(device)")
            #expect(try other.scalar(on: device) < 1e-4, "\(device)")
        }
    }

    @Test("The determinant is that of the Jacobian", arguments: Example.allCases)
    func determinant(example: Example) throws {
        let flow = try example.prepared()
        let size = flow.shape.count
        var random = RandomStream(seed: 8)
        let x = try random.normal(Shape([1] + flow.shape.extents)).evaluated(on: .cpu)
        let (z, logDeterminant) = flow.transformed(x)
        let rows = (0..<size).map {
            gradients(of: z.slice($0..<$0 + 1, axis: 1).sum(), withRespectTo: [x])[0]
        }
        let jacobian = try Tensor.evaluate(rows, on: .cpu).map {
            try $0.array(of: Float.self, on: .cpu).map(Double.init)
        }
        #expect(abs(Double(try logDeterminant.sum().scalar(on: .cpu)) - Self.logDeterminant(jacobian)) < 1e-4)
        for device in TestDevices.all.dropFirst() {
            let pair = try [Device.cpu, device].map { try logDeterminant.sum().scalar(on: $0) as Float }
            #expect(abs(pair[0] - pair[1]) < 1e-4)
        }
    }

    /// ln |det| by elimination with pivots.
    private static func logDeterminant(_ matrix: [[Double]]) -> Double {
        var (rows, result) = (matrix, 0.0)
        for column in rows.indices {
            let pivot = (column..<rows.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
            rows.swapAt(column, pivot)
            result += log(abs(rows[column][column]))
            for row in rows.indices.dropFirst(column + 1) {
                let factor = rows[row][column] / rows[column][column]
                for place in column..<rows.count { rows[row][place] -= factor * rows[column][place] }
            }
        }
        return result
    }

    @Test("Glow's 1×1 convolution starts as a rotation, and its factors are the matrix")
    func convolution() throws {
        var random = RandomStream(seed: 3)
        let layer = InvertibleConvolution(channels: 6, random: &random)
        let identity = layer.matrix.matmul(layer.matrix.transposed())
        let error = (identity - .identity(6)).abs().max()
        #expect(try error.scalar(on: .cpu) < 1e-5)
        #expect(try abs(layer.transformed(.zeros([1, 6])).logDeterminant.sum().scalar(on: .cpu)) < 1e-5)
        for (_, parameter) in layer.parameters {
            let noise = 0.3 * random.normal(parameter.shape)
            parameter.assign(try (parameter.value + noise).evaluated(on: .cpu))
        }
        let numbers = try layer.matrix.array(of: Float.self, on: .cpu).map(Double.init)
        let rows = (0..<6).map { Array(numbers[$0 * 6..<$0 * 6 + 6]) }
        // For each of six pixels.
        let seen = try layer.transformed(.zeros([1, 3, 2, 6])).logDeterminant.sum().scalar(on: .cpu) as Float
        #expect(abs(Double(seen) - 6 * Self.logDeterminant(rows)) < 1e-4)
    }

    @Test("What ActNorm makes of the first batch has mean 0 and variance 1", arguments: TestDevices.all)
    func preparation(device: Device) throws {
        let flow = NormalizingFlow.glow(features: 3, steps: 1, hidden: [4])
        var random = RandomStream(seed: 4)
        let x = 5 + 3 * random.normal([500, 3])
        try flow.prepare(with: x, on: device)
        // What is behind it is a rotation, and a coupling that starts as the identity.
        let z = flow.transformed(x).z
        let means = try z.mean(axes: [0]).array(of: Float.self, on: device)
        let variance = try z.variance().scalar(on: device) as Float
        #expect(means.allSatisfy { abs($0) < 1e-3 } && abs(variance - 1) < 1e-2)
    }

    @Test("Features depend on those before alone", arguments: [false, true])
    func autoregression(isReversed: Bool) throws {
        var random = RandomStream(seed: 6)
        let layer = MaskedAutoregressiveLayer(
            features: 5, hidden: [64, 64], isReversed: isReversed, random: &random)
        for (_, parameter) in layer.parameters {
            parameter.assign(try random.normal(parameter.shape).evaluated(on: .cpu))
        }
        let x = try random.normal([1, 5]).evaluated(on: .cpu)
        let y = layer.transformed(x).y
        for feature in 0..<5 {
            let row = try gradients(of: y.slice(feature..<feature + 1, axis: 1).sum(), withRespectTo: [x])[0]
                .array(of: Float.self, on: .cpu)
            for other in 0..<5 where other != feature {
                let isBefore = isReversed ? other > feature : other < feature
                #expect(isBefore ? row[other] != 0 : row[other] == 0, "\(feature) of \(other)")
            }
        }
    }

    @Test("Pixels as any numbers, and back", arguments: TestDevices.all)
    func logit(device: Device) throws {
        let pixels = LogitPixels()
        let images = Tensor((0..<256).map { Float($0) / 255 }, shape: [1, 16, 16, 1])
        var random = RandomStream(seed: 1)
        let uniform = random.uniform(images.shape)
        let (y, _) = pixels.transformed(images, uniform: uniform)
        let levels = try (pixels.inverse(y) * 256 - uniform).array(of: Float.self, on: device)
        for (place, level) in levels.enumerated() { #expect(abs(level - Float(place)) < 0.02) }
        // Of one pixel the logarithm of the derivative.
        let x = try Tensor([0.25] as [Float], shape: [1, 1, 1, 1]).evaluated(on: .cpu)
        let (_, logDeterminant) = pixels.transformed(x, uniform: .full(Float(0.5), shape: [1, 1, 1, 1]))
        let p = 1e-6 + (1 - 2e-6) * (64 + 0.5) / 256
        let right = log((1 - 2e-6) / (p * (1 - p)))
        #expect(abs(Double(try logDeterminant.sum().scalar(on: device)) - right) < 1e-4)
    }
}
