import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("WaveNet") struct WaveNetTests {
    private let model = WaveNet(stacks: 2, layers: 3, features: 4, skipFeatures: 8, seed: 3)

    @Test("The receptive field is what it is computed to be", arguments: TestDevices.all)
    func receptiveField(device: Device) throws {
        #expect(model.receptiveField == 15)
        #expect(WaveNet(features: 2, skipFeatures: 2).receptiveField == 4093)
        var random = RandomStream(seed: 2)
        let levels = try random.integers(below: 256, [1, 24]).evaluated(on: device)
        func logits(_ levels: Tensor) throws -> [Float] {
            try model.logits(of: levels).element(23, axis: 1).array(of: Float.self, on: device)
        }
        let before = try logits(levels)
        for place in 0..<24 {
            let changed = select(
                Tensor.index(along: 1, of: [1, 24]) .== .literal(Int32(place)), (levels + 77) % 256, levels)
            #expect((try logits(changed) != before) == (8...22).contains(place), "sample \(place)")
        }
    }

    @Test("Likelihoods and gradients are PyTorch's; see wavenet.py", arguments: TestDevices.all)
    func golden(device: Device) throws {
        let golden: NetworkGolden = readFixture("wavenet.json")
        let model = WaveNet(stacks: 2, layers: 3, features: 3, skipFeatures: 4, classes: 2)
        let levels = Tensor(golden.input, shape: [2, 20]).cast(to: .int32)
        let labels = Tensor(try #require(golden.labels))
        try golden.expect(of: model, on: device) { model.negativeLogLikelihood(levels, labels: labels) }
    }

    /// A model all of whose weights are random, those of the classes too.
    private func example(classes: Int?, seed: UInt64, isSmall: Bool = false) throws -> WaveNet {
        let model = WaveNet(
            stacks: isSmall ? 1 : 2, layers: isSmall ? 2 : 3, features: 4, skipFeatures: 32, classes: classes)
        var random = RandomStream(seed: seed)
        for parameter in model.parameters.map(\.parameter) {
            // Not so large that units saturate.
            parameter.assign(try (0.5 * random.normal(parameter.shape)).evaluated(on: .cpu))
        }
        return model
    }

    @Test("Cached and naive generation give the same sound", arguments: TestDevices.all)
    func cachedIsNaive(device: Device) throws {
        for classes in device == .cpu ? [nil, 3] : [3] {
            // Nested loops take OpenCL long to compile.
            let model = try example(classes: classes, seed: 9, isSmall: device != .cpu)
            for (temperature, length) in device == .cpu ? [(1, 19), (0.7, 8)] : [(0.7, 7)] as [(Float, Int)] {
                func levels(isNaive: Bool, labels: [Int]? = nil, on device: Device) throws -> [Int32] {
                    let options = SoundOptions(
                        length: length, labels: labels, temperature: temperature, isNaive: isNaive)
                    return try model.levels(4, seed: 5, options: options).array(of: Int32.self, on: device)
                }
                let cached = try levels(isNaive: false, on: device)
                #expect(try levels(isNaive: true, on: .cpu) == cached, "\(classes ?? 0) classes")
                #expect(Set(cached).count > 4)
                guard classes != nil else { continue }
                // Unless others are asked for, the classes come in turn.
                #expect(try levels(isNaive: false, labels: [0, 1, 2, 0], on: device) == cached)
                let others = try levels(isNaive: false, labels: [0, 2, 2, 0], on: .cpu)
                #expect(others[..<length] == cached[..<length] && others != cached)
            }
        }
    }

    @Test("The likelihood in one pass is that of the samples in the order in which they are drawn")
    func likelihoodOfSamples() throws {
        let seed = SeededGenerator.announced(for: "WaveNet's likelihood").seed
        for classes in [nil, 3] {
            let model = try example(classes: classes, seed: seed)
            let levels = try model.levels(3, seed: 2, options: SoundOptions(length: 21)).evaluated(on: .cpu)
            let labels = classes.map { _ in Tensor([0, 1, 2] as [Int32]) }
            let whole = try crossEntropy(logits: model.logits(of: levels, labels: labels), labels: levels)
                .array(of: Float.self, on: .cpu)
            let inOrder = try crossEntropy(
                logits: model.logitsInOrder(of: levels, labels: labels), labels: levels
            ).array(of: Float.self, on: .cpu)
            for (a, b) in zip(whole, inOrder) { #expect(abs(a - b) < 1e-4) }
            let sums = try model.negativeLogLikelihood(levels, labels: labels)
                .array(of: Float.self, on: .cpu)
            for (sound, sum) in sums.enumerated() {
                #expect(abs(sum - whole[sound * 21..<(sound + 1) * 21].reduce(0, +)) < 1e-3)
            }
        }
    }

    @Test("No distribution depends on the sample itself or on later ones, by the gradient")
    func causality() throws {
        let seed = SeededGenerator.announced(for: "WaveNet's causality").seed
        for classes in [nil, 2] {
            let model = try example(classes: classes, seed: seed)
            let table = model.parameters.first { $0.path.contains("embedding") }!.parameter.value
            // Each sample has a level of its own, so that a row of the table is a sample.
            let levels = (0..<24).map { Int32($0 * 7 + 11) }
            let logits = model.logits(
                of: Tensor(levels, shape: [1, 24]), labels: classes.map { _ in Tensor([1] as [Int32]) })
            for place in [0, 1, 9, 23] {
                let own = logits.element(place, axis: 1)
                let slope = try gradients(of: (own * own).sum(), withRespectTo: [table])[0]
                    .array(of: Float.self, on: .cpu)
                for sample in 0..<24 {
                    let row = Int(levels[sample]) * model.features
                    let isOut = sample >= place || sample < place - model.receptiveField
                    if isOut {
                        #expect(
                            slope[row..<row + model.features].allSatisfy { $0 == 0 },
                            "sample \(sample) of the logits of \(place)")
                    }
                }
                #expect(slope.contains { $0 != 0 } == (place > 0))
            }
        }
    }

    @Test("Classes mean nothing at first, and shift every layer's gates once they are learned")
    func classes() throws {
        let model = WaveNet(stacks: 1, layers: 3, features: 4, skipFeatures: 8, classes: 3, seed: 3)
        let plain = WaveNet(stacks: 1, layers: 3, features: 4, skipFeatures: 8, seed: 3)
        let levels = Tensor((0..<30).map { Int32($0 % 10 * 20) }, shape: [3, 10])
        let labels = Tensor([0, 1, 2] as [Int32])
        func costs() throws -> [Float] {
            try model.negativeLogLikelihood(levels, labels: labels).array(of: Float.self, on: .cpu)
        }
        #expect(try costs() == plain.negativeLogLikelihood(levels).array(of: Float.self, on: .cpu))
        let table = model.parameters.first { $0.path.contains("classes") }!.parameter
        #expect(table.shape == [3, 3 * 8])
        let slope = gradients(
            of: model.negativeLogLikelihood(levels, labels: labels).sum(), withRespectTo: [table.value])[0]
        #expect(try slope.array(of: Float.self, on: .cpu).allSatisfy { $0 != 0 })
        var random = RandomStream(seed: 1)
        table.assign(try random.normal(table.shape).evaluated(on: .cpu))
        #expect(Set(try costs()).count == 3)
    }

    @Test("μ-law levels stand for what they are nearest to", arguments: TestDevices.all)
    func muLaw(device: Device) throws {
        let levels = Tensor.range(256)
        let samples = MuLaw.decoded(levels)
        #expect(
            try MuLaw.encoded(samples).array(of: Int32.self, on: device) == (0..<256).map { Int32($0) })
        let values = try samples.array(of: Float.self, on: device)
        #expect(abs(values[0] + 1) < 1e-6 && abs(values[255] - 1) < 1e-6)
        // G.711's law at a half.
        let expected = (log(1 + 255 * 0.5) / log(256.0) + 1) * 127.5
        #expect(
            try MuLaw.encoded(Tensor([0.5, 2] as [Float])).array(of: Int32.self, on: device)
                == [Int32(expected.rounded()), 255])
    }
}
