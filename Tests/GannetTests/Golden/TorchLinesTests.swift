import Gannet
import GannetTestSupport
import Testing

/// What PyTorch makes of the elements along an axis, from `Fixtures/torch_lines.json`, which `torch_lines.py` writes.
struct TorchLines: Decodable {
    /// What sorts lines along the last axis.
    struct Order: Decodable {
        /// A number; what JSON cannot say is null, for NaN, or text.
        struct Element: Decodable {
            let value: Float

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if container.decodeNil() {
                    value = .nan
                } else if let number = try? container.decode(Double.self) {
                    value = Float(number)
                } else {
                    value = Float(try container.decode(String.self)) ?? 0
                }
            }
        }

        let shape: [Int]
        let values: [Element]
        let isDescending: Bool
        let order: [Int32]
    }

    let cases: [String: TorchGolden.Case]
    let orders: [Order]

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
        "sorted": { $0["x"]!.sorted().values },
        "sortedDescending": { $0["x"]!.sorted(axis: 0, isDescending: true).values },
        "topK": { $0["x"]!.topK(3, axis: 1).values },
        "topKSmallest": { $0["x"]!.topK(2, axis: 0, isSmallest: true).values },
        "takeAlong": { $0["x"]!.gathered(along: 1, at: $0["i"]!) },
        "takeAlongBroadcast": { $0["x"]!.gathered(along: 0, at: $0["i"]!) },
    ]

    @Test func everyCaseHasItsFunction() {
        #expect(Set(TorchLines.shared.cases.keys) == Set(Self.functions.keys))
    }

    @Test(arguments: TestDevices.everyStyle)
    func ordersAreTorchs(_ device: Device) throws {
        let orders = TorchLines.shared.orders
        let ours = try Tensor.evaluate(
            orders.map { order in
                Tensor(order.values.map(\.value), shape: Shape(order.shape)).argsort(
                    isDescending: order.isDescending)
            }, on: device)
        for (order, own) in zip(orders, ours) {
            #expect(try own.array(of: Int32.self) == order.order)
        }
    }

    @Test(arguments: TestDevices.everyStyle, functions.keys.sorted())
    func valuesAndGradientsAreTorchs(_ device: Device, _ name: String) throws {
        try TorchLines.shared.cases[name]!.expect(
            name, Self.functions[name]!, on: device, tolerance: 3e-6)
    }
}
