import Foundation
import Gannet
import GannetTestSupport
import Testing

/// What every backend must pass.
@Suite struct BackendConformanceTests {
    /// Primitives, composites, gradients and layers.
    @Test(arguments: TestDevices.everyStyle, ConformanceBatch.suite)
    func computesAsTheReference(_ device: Device, _ batch: ConformanceBatch) throws {
        let failures = try batch.failures(on: device)
        #expect(failures == [])
    }

    /// Random convolutions, on devices that compile them fast, or everywhere with `GANNET_EXHAUSTIVE=1`.
    @Test(arguments: patientDevices, ConformanceBatch.further)
    func computesRandomConvolutions(_ device: Device, _ batch: ConformanceBatch) throws {
        let failures = try batch.failures(on: device)
        #expect(failures == [])
    }

    private static let patientDevices =
        ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"
        ? TestDevices.everyStyle : [.cpu]

    @Test(arguments: TestDevices.everyStyle)
    func randomGraphs(_ device: Device) throws {
        let failures = try RandomGraph.failures(on: device)
        #expect(failures == [])
    }

    @Test(arguments: TestDevices.everyStyle)
    func randomNumbersHaveTheSameBits(_ device: Device) throws {
        func draws(_ count: Int) -> [Tensor] {
            var stream = RandomStream(seed: 2_026, position: 1 << 40)
            return [
                stream.integers(below: 1_000_003, [count]), stream.uniform([count]), stream.normal([count]),
            ]
        }
        let count = 10_000_000
        // One thread is the device that the others are held against.
        let expected = try Tensor.evaluate(draws(count), on: .cpu(threads: 1)).map {
            try $0.storage!.hostBuffer()
        }
        let actual = try Tensor.evaluate(draws(count), on: device).map { try $0.storage!.hostBuffer() }
        for (a, b) in zip(actual, expected) {
            #expect(a.byteCount == 4 * count && b.byteCount == 4 * count)
            #expect(memcmp(a.address, b.address, 4 * count) == 0)
        }
        // The first numbers of a stream do not depend on how many are drawn.
        for (draw, buffer) in zip(draws(1000), expected) {
            let head = Tensor(Storage(buffer), shape: [count], scalarType: draw.scalarType)
                .slice(0..<1000, axis: 0)
            let values = try ReferenceEvaluator().values(of: [draw, head])
            #expect(values[0] == values[1])
        }
    }

    /// The normal numbers of all 2³² words, in a minute or two: `GANNET_EXHAUSTIVE=1`.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"),
        arguments: TestDevices.everyStyle)
    func everyNormalHasTheSameBits(_ device: Device) throws {
        let count = 1 << 24
        for block in 0..<(1 << 8) {
            let first = UInt32(block) << 24
            let words = Tensor.range(count).cast(to: .uint32) + Tensor(first)
            let normals = Tensor.unary(.normalQuantile, words, name: "normalQuantile")
            let buffer = try normals.evaluated(on: device).storage!.hostBuffer()
            let different = buffer.bytes.withMemoryRebound(to: UInt32.self) { bits in
                (0..<count).count { bits[$0] != NormalTransform.normal(first + UInt32($0)).bitPattern }
            }
            #expect(different == 0, "words from \(first) on")
        }
    }
}
