import Gannet
import GannetTestSupport
import Testing

/// What PyTorch makes of the elements along an axis, from `Fixtures/torch_lines.json`, which `torch_lines.py` writes.
struct TorchLines: Decodable {
    let cases: [String: TorchGolden.Case]

    static let shared: TorchLines = readFixture("torch_lines.json")
}

/// Cumulative functions, orders and elements along an axis equal PyTorch's on every device.
@Suite struct TorchLinesTests {
    typealias Function = @Sendable ([String: Tensor]) -> Tensor

    private static let functions: [String: Function] = [
        "cumsum": { $0["x"]!.cumulativeSum(axis: 1) },
        "cumsumReversed": { $0["x"]!.cumulativeSum(axis: 0, isReversed: true) },
        "cumprod": { $0["x"]!.cumulativeProduct() },
        "cumprodWithZeros": { $0["x"]!.cumulativeProduct(axis: 0) },
        "cummax": { $0["x"]!.cumulativeMaximum() },
        "cummin": { $0["x"]!.cumulativeMinimum(axis: 0) },
        "takeAlong": { $0["x"]!.gathered(along: 1, at: $0["i"]!) },
        "takeAlongBroadcast": { $0["x"]!.gathered(along: 0, at: $0["i"]!) },
    ]

    @Test func everyCaseHasItsFunction() {
        #expect(Set(TorchLines.shared.cases.keys) == Set(Self.functions.keys))
    }

    @Test(arguments: TestDevices.everyStyle, functions.keys.sorted())
    func valuesAndGradientsAreTorchs(_ device: Device, _ name: String) throws {
        try TorchLines.shared.cases[name]!.expect(
            name, Self.functions[name]!, on: device, tolerance: 3e-6)
    }
}
