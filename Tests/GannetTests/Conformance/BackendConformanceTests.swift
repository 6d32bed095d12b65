import Gannet
import GannetTestSupport
import Testing

/// What every backend must pass; a new one is a new case of ``TestDevice``.
@Suite struct BackendConformanceTests {
    @Test(arguments: TestDevice.allCases, ConformanceCase.all)
    func computesAsTheReference(_ kind: TestDevice, _ test: ConformanceCase) throws {
        guard let device = kind.device else { return }
        #expect(try test.failures(on: device) == [])
    }

    @Test(arguments: TestDevice.allCases, GradientCase.all)
    func gradientsAreRight(_ kind: TestDevice, _ test: GradientCase) throws {
        guard let device = kind.device else { return }
        #expect(try test.failures(on: device) == [])
    }

    @Test(arguments: TestDevice.allCases)
    func randomGraphs(_ kind: TestDevice) throws {
        guard let device = kind.device else { return }
        var generator = SeededGenerator.announced(for: "random graphs on \(kind)")
        let failures = try RandomGraph.failures(
            count: kind.randomGraphCount, graphsPerProgram: kind.graphsPerProgram, &generator
        ) { try Tensor.evaluate($0, on: device) }
        #expect(failures == [])
    }

    @Test(arguments: TestDevice.allCases.filter { $0 != .cpu })
    func randomNumbersHaveTheSameBits(_ kind: TestDevice) throws {
        guard let device = kind.device else { return }
        let count = 10_000_000
        func draws() -> [Tensor] {
            var stream = RandomStream(seed: 2_026, position: 1 << 40)
            return [
                stream.integers(below: 1_000_003, [count]), stream.uniform([count]), stream.normal([count]),
            ]
        }
        let here = try Tensor.evaluate(draws(), on: .cpu).map { try $0.storage!.hostBuffer() }
        let there = try Tensor.evaluate(draws(), on: device).map { try $0.storage!.hostBuffer() }
        for (a, b) in zip(here, there) {
            #expect(a.byteCount == 4 * count && b.byteCount == 4 * count)
            #expect(a.bytes.elementsEqual(b.bytes))
        }
    }
}
