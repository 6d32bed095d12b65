import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The gated units of both stacks, with colours and with classes, against PyTorch; see `gated_networks.py`.
@Suite("Gated PixelCNNs beside PyTorch's") struct GatedNetworkTests {
    private struct Golden: Decodable {
        let colours: NetworkGolden
        let classes: NetworkGolden
        let maps: NetworkGolden
    }

    private static let golden: Golden = readFixture("gated_networks.json")

    @Test(arguments: TestDevices.all)
    func colours(device: Device) throws {
        let golden = Self.golden.colours
        let model = GatedPixelCNN(imageShape: [4, 3, 3], features: 6, blocks: 1)
        try golden.expect(of: model, on: device) { model.network(Tensor(golden.input, shape: [2, 4, 3, 3])) }
    }

    @Test("Classes, without maps and with them", arguments: [0, 2])
    func classes(mapFeatures: Int) throws {
        let golden = mapFeatures == 0 ? Self.golden.classes : Self.golden.maps
        let labels = try #require(golden.labels)
        let model = ConditionalGatedPixelCNN(
            imageShape: [4, 3, 1], classes: 3, features: 4, blocks: 1, mapFeatures: mapFeatures)
        try golden.expect(of: model, on: .cpu) {
            model.negativeLogLikelihood(
                Tensor(golden.input, shape: [3, 4, 3, 1]), labels: Tensor(labels))
        }
    }

    @Test("A map without classes is that of a model of one class", arguments: TestDevices.all)
    func mapWithoutClasses(device: Device) throws {
        let shape: Shape = [4, 3, 1]
        let plain = GatedPixelCNN(imageShape: shape, features: 4, blocks: 1, mapFeatures: 2, seed: 1)
        let told = ConditionalGatedPixelCNN(
            imageShape: shape, classes: 1, features: 4, blocks: 1, mapFeatures: 2, seed: 1)
        var random = RandomStream(seed: 3)
        for (path, parameter) in plain.parameters {
            let value = try random.normal(parameter.shape).evaluated(on: .cpu)
            parameter.assign(value)
            try #require(told.parameters.first { $0.path == path }).parameter.assign(value)
        }
        let images = try random.uniform([3, 4, 3, 1]).rounded().evaluated(on: .cpu)
        let likelihoods = [
            plain.logLikelihood(images),
            -told.negativeLogLikelihood(images, labels: Tensor([0, 0, 0] as [Int32])),
        ]
        let values = try likelihoods.map { try $0.array(of: Float.self, on: device) }
        for (a, b) in zip(values[0], values[1]) { #expect(abs(a - b) < 1e-4) }
        let drawn = try [plain.samples(8, seed: 2), told.samples(8, seed: 2)]
            .map { try $0.array(of: Float.self, on: device) }
        #expect(drawn[0] == drawn[1] && Set(drawn[0]).count == 2)
        let naive = plain.samples(8, seed: 2, options: DrawingOptions(isNaive: true))
        #expect(try naive.array(of: Float.self, on: device) == drawn[0])
    }

    @Test("Completions are of the classes that are asked for") func completionsOfClasses() throws {
        let model = ConditionalGatedPixelCNN(imageShape: [4, 3, 1], classes: 3, features: 4, blocks: 1)
        var random = RandomStream(seed: 5)
        for (_, parameter) in model.parameters {
            parameter.assign(try random.normal(parameter.shape).evaluated(on: .cpu))
        }
        func completed(_ labels: [Int]?) throws -> [Float] {
            let given = GivenPixels(.zeros([6, 4, 3, 1]), rows: 1, labels: labels)
            return try model.completions(of: given, seed: 1).array(of: Float.self, on: .cpu)
        }
        #expect(try completed(nil) == completed([0, 1, 2, 0, 1, 2]))
        #expect(try completed([1, 1, 1, 1, 1, 1]) != completed([2, 2, 2, 2, 2, 2]))
    }
}
