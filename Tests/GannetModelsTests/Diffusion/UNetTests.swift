import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The network beside diffusers'; see `unet.py`.
@Suite("U-Net") struct UNetTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let shape: [Int]
            let images: [Float]
            let timesteps: [Int32]
            let labels: [Int32]?
            let output: [Float]
        }

        let cases: [String: Case]
        let losses: [Double]
    }

    private static let golden: Golden = readFixture("unet.json")

    @Test(
        "A network of diffusers' gives here what it gives there",
        arguments: ["unet_classes", "unet_padded"], TestDevices.all)
    func diffusers(name: String, device: Device) throws {
        let network = try UNet(diffusers: fixturePath(name))
        let golden = Self.golden.cases[name]!
        let output = network(
            Tensor(golden.images, shape: Shape(golden.shape)), Tensor(golden.timesteps),
            labels: golden.labels.map { Tensor($0) })
        let values = try output.array(of: Float.self, on: device)
        #expect(values.count == golden.output.count)
        let worst = zip(values, golden.output).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(worst < 1e-4, "\(worst)")
    }

    @Test("Networks of another kind are refused, by what is other")
    func otherNetworks() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/config.json"
            let text = try String(contentsOfFile: fixturePath("unet_padded/config.json"), encoding: .utf8)
            for (old, new, word) in [
                ("\"UNet2DModel\"", "\"UNet2DConditionModel\"", "_class_name"),
                ("\"silu\"", "\"gelu\"", "act_fn"),
                ("\"downsample_padding\": 0", "\"downsample_padding\": 2", "downsample_padding"),
                ("\"AttnUpBlock2D\"", "\"UpBlock2D\"", "up_block_types"),
                ("\"norm_num_groups\": 2", "\"norm_num_groups\": 3", "groups"),
                ("\"out_channels\": 1", "\"out_channels\": \"one\"", "out_channels"), ("{", "", "JSON"),
            ] {
                let altered = text.replacingOccurrences(of: old, with: new)
                #expect(altered != text)
                try altered.write(toFile: path, atomically: true, encoding: .utf8)
                let error = #expect(throws: CheckpointError.self) { _ = try UNet(diffusers: folder) }
                #expect(error?.description.contains(word) == true, "\(error?.description ?? "none")")
            }
            // The right configuration, and no weights.
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: CheckpointError.self) { _ = try UNet(diffusers: folder) }
        }
    }

    @Test(
        "A hundred losses are PyTorch's, from the same weights, pictures, time steps and noise",
        arguments: TestDevices.all)
    func losses(device: Device) throws {
        let network = try UNet(diffusers: fixturePath("unet_padded"))
        let optimizer = Adam(for: network, learningRate: 1e-3)
        let schedule = NoiseSchedule.linear()
        var random = MersenneTwister(seed: 7)
        let shape: Shape = [4, 8, 8, 1]
        // On OpenCL a part, for the sake of time.
        let count = device == .cpu ? 100 : 20
        var worst = 0.0
        for (step, right) in Self.golden.losses.prefix(count).enumerated() {
            let images = Tensor(random.normals(256).map { tanh($0) }, shape: shape)
            let noise = Tensor(random.normals(256), shape: shape)
            let timesteps = (0..<4).map { (37 * step + 251 * $0) % 1000 }
            let remaining = timesteps.map { schedule.cumulativeAlphas[$0] }
            func share(_ values: [Double]) -> Tensor {
                Tensor(values.map { Float($0.squareRoot()) }, shape: [4, 1, 1, 1])
            }
            let noised = share(remaining) * images + share(remaining.map { 1 - $0 }) * noise
            let loss = try optimizer.update(
                minimizing: (network(noised, Tensor(timesteps.map(Int32.init))) - noise).squared().mean(),
                on: device)
            let value = Double(try loss.scalar(on: device) as Float)
            worst = max(worst, abs(value / right - 1))
        }
        print("U-Net on \(device.name): the losses differ by at most \(worst) of them")
        #expect(worst < 1e-3)
    }

    @Test("Levels, blocks and attention are those asked for", arguments: [1, 2])
    func sizes(blocks: Int) throws {
        var configuration = UNet.Configuration(channels: 3, outputs: 6, features: [8, 16, 24])
        configuration.blocks = blocks
        configuration.attentionLevels = [1]
        configuration.classes = 4
        var random = RandomStream(seed: 1)
        let network = UNet(configuration, random: &random)
        let y = network(.zeros([2, 8, 4, 3]), Tensor([0, 9] as [Int32]), labels: Tensor([3, 0] as [Int32]))
        #expect(y.shape == [2, 8, 4, 6])
        let paths = network.parameters.map(\.path)
        func count(_ word: String) -> Int { Set(paths.filter { $0.hasSuffix(word) }).count }
        // Three levels down, the middle, three levels up.
        #expect(count("firstConvolution.weight") == 3 * blocks + 2 + 3 * (blocks + 1))
        #expect(count("queries.weight") == blocks + 1 + blocks + 1)
        #expect(UNet.Configuration(channels: 1, features: [12]).objection(to: [8, 8, 1]) != nil)
        var three = UNet.Configuration(channels: 1, features: [8, 8, 8])
        #expect(three.objection(to: [8, 6, 1]) == nil)
        #expect(three.objection(to: [8, 3, 1]) != nil)
        three.padsEvenly = false
        #expect(three.objection(to: [8, 6, 1]) != nil)
        three.patch = 2
        #expect(three.objection(to: [8, 16, 1]) == nil)
        #expect(three.objection(to: [8, 15, 1]) != nil)
    }

    /// A network whose layers that start at 0 are drawn as well.
    private func drawn(_ configuration: UNet.Configuration) throws -> UNet {
        var random = RandomStream(seed: 5)
        let network = UNet(configuration, random: &random)
        for (_, parameter) in network.parameters {
            parameter.assign(try (random.normal(parameter.shape) * 0.2).evaluated(on: .cpu))
        }
        return network
    }

    @Test("Sides need not be halved evenly, and every weight then learns, too", arguments: TestDevices.all)
    func oddSides(device: Device) throws {
        let network = try drawn(UNet.Configuration(channels: 2, features: [8, 8, 16]))
        var random = RandomStream(seed: 6)
        let x = random.normal([2, 7, 10, 2])
        let y = network(x, Tensor([3, 900] as [Int32]))
        #expect(y.shape == x.shape)
        let slopes = gradients(
            of: y.squared().mean(), withRespectTo: network.parameters.map(\.parameter.value))
        let sizes = try Tensor.concatenate(slopes.map { $0.abs().max().reshape([1]) }, axis: 0)
            .array(of: Float.self, on: .cpu)
        #expect(sizes.allSatisfy { $0.isFinite && $0 > 0 })
        let (values, right) = (try y.array(of: Float.self, on: device), try y.array(of: Float.self, on: .cpu))
        #expect(zip(values, right).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) })
    }

    @Test("A network of patches is one of their pixels as channels", arguments: TestDevices.all)
    func patches(device: Device) throws {
        var configuration = UNet.Configuration(channels: 3, outputs: 6, features: [8, 16])
        configuration.patch = 2
        let ofPatches = try drawn(configuration)
        let ofPixels = try drawn(UNet.Configuration(channels: 12, outputs: 24, features: [8, 16]))
        var random = RandomStream(seed: 7)
        let x = random.normal([2, 8, 12, 3])
        let t = Tensor([1, 500] as [Int32])
        let y = ofPatches(x, t)
        #expect(y.shape == [2, 8, 12, 6])
        let right = ofPixels(x.pixelUnshuffled(by: 2), t).pixelShuffled(by: 2)
        #expect(try y.array(of: Float.self, on: device) == right.array(of: Float.self, on: device))
    }

    @Test("What is dropped in training is not in evaluation")
    func dropout() throws {
        var configuration = UNet.Configuration(channels: 1, features: [8])
        configuration.dropout = 0.5
        var random = RandomStream(seed: 1)
        let network = UNet(configuration, random: &random)
        for (_, parameter) in network.parameters {
            parameter.assign(try (random.normal(parameter.shape) * 0.2).evaluated(on: .cpu))
        }
        let x = try random.normal([1, 4, 4, 1]).evaluated(on: .cpu)
        func values(seed: UInt64, _ mode: ModelMode) throws -> [Float] {
            try ModelMode.with(mode) {
                var stream = RandomStream(seed: seed)
                return try RandomStream.with(&stream) { network(x, Tensor([3] as [Int32])) }
                    .array(of: Float.self, on: .cpu)
            }
        }
        #expect(try values(seed: 1, .training) != values(seed: 2, .training))
        #expect(try values(seed: 1, .evaluation) == values(seed: 2, .evaluation))
    }
}

/// The embedding of time steps beside that of diffusers' tests.
@Suite struct TimeWaveTests {
    @Test("Time steps have diffusers' sines and cosines", arguments: TestDevices.all)
    func waves(device: Device) throws {
        let waves = SinusoidalEmbedding(features: 64)(Tensor([23, 24, 25] as [Int32]))
        let values = try waves.array(of: Float.self, on: device)
        let right: [Float] = [0.9646, 0.9804, 0.9892, 0.9615, 0.9787, 0.9882, 0.9582, 0.9769, 0.9872]
        for row in 0..<3 {
            for column in 0..<3 {
                #expect(abs(values[row * 64 + 47 + column] - right[row * 3 + column]) < 1e-4)
            }
        }
    }
}
