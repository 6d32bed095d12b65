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
}
