import Gannet
import GannetCompiler
import GannetTestSupport
import Testing

/// Updates: their arithmetic, and what becomes of versions.
@Suite struct OptimizerTests {
    private struct Line: Module {
        let slope = Parameter(Tensor([1, 2] as [Float]))
        let offset = Parameter(Tensor(0.5 as Float))
        let unused = Parameter(Tensor([7] as [Float]))

        func loss(_ x: Tensor) -> Tensor { ((slope.value * x).sum() + offset.value).squared() }
    }

    private let device = Device(InterpreterBackend(), options: DebugOptions())
    private let x = Tensor([3, -1] as [Float])

    @Test func gradientDescentFollowsTheFormula() throws {
        let line = Line()
        let optimizer = SGD(for: line, learningRate: 0.1)
        let loss = try optimizer.update(minimizing: line.loss(x), on: device)
        // y = 3 − 2 + 0.5 = 1.5; the gradient is 2 y x for the slope, 2 y for the offset.
        #expect(try loss.scalar(on: device) == 2.25)
        let slope = try line.slope.value.array(of: Float.self, on: device)
        #expect(abs(slope[0] - 0.1) < 1e-6 && abs(slope[1] - 2.3) < 1e-6)
        #expect(abs(try line.offset.value.scalar(on: device) - 0.2) < 1e-6)
        #expect(try line.unused.value.array(on: device) == [7 as Float])
        #expect(optimizer.step == 1)
    }

    @Test func momentumAccumulates() throws {
        let line = Line()
        let optimizer = SGD(for: line, learningRate: 0.5, momentum: 0.9)
        // The gradient of Σ slope is 1: steps of 0.5 · 1 and 0.5 · 1.9.
        try optimizer.update(minimizing: line.slope.value.sum(), on: device)
        try optimizer.update(minimizing: line.slope.value.sum(), on: device)
        let slope = try line.slope.value.array(of: Float.self, on: device)
        #expect(abs(slope[0] - (1 - 0.5 - 0.95)) < 1e-6)
    }

    @Test func aTensorKeepsTheVersionItWasBuiltOn() throws {
        let line = Line()
        let before = line.slope.value * 1.5
        let optimizer = Adam(for: line, learningRate: 0.1)
        for _ in 0..<3 { try optimizer.update(minimizing: line.loss(x), on: device) }
        #expect(try before.array(on: device) == [1.5, 3 as Float])
        #expect(try line.slope.value.array(of: Float.self, on: device) != [1, 2])
    }

    @Test func versionsNobodyHoldsAreWrittenOver() throws {
        let line = Line()
        let optimizer = Adam(for: line, learningRate: 0.1)
        try optimizer.update(minimizing: line.loss(x), on: device)
        func address() throws -> UnsafeMutableRawPointer {
            try line.slope.value.storage!.hostBuffer().address
        }
        let first = try address()
        try optimizer.update(minimizing: line.loss(x), on: device)
        #expect(try address() == first)
        let held = line.slope.value
        try optimizer.update(minimizing: line.loss(x), on: device)
        #expect(try address() != first)
        #expect(try held.storage!.hostBuffer().address == first)
    }

    @Test func everyStepAfterTheFirstFindsItsProgram() throws {
        let line = Line()
        let optimizer = Adam(for: line, learningRate: 0.1)
        for step in 0..<20 {
            optimizer.learningRate = 0.1 / Float(step + 1)
            var stream = RandomStream(seed: UInt64(step))
            try optimizer.update(
                minimizing: line.loss(x + stream.normal([2]) * Float(step)), on: device)
        }
        #expect(try device.evaluator().compilationCount == 1)
    }

    @Test func aFailingLossChangesNothing() throws {
        struct Refusal: Error {}
        let line = Line()
        let optimizer = Adam(for: line, learningRate: 0.1)
        func refuse() throws -> Tensor {
            _ = RandomStream.withCurrent { $0.normal([2]) }
            throw Refusal()
        }
        #expect(throws: Refusal.self) { try optimizer.update(minimizing: try refuse(), on: device) }
        #expect(optimizer.step == 0)
        #expect(optimizer.noise.position == 0)
    }

    @Test func stateRestores() throws {
        let (line, other) = (Line(), Line())
        let optimizer = Adam(for: line, learningRate: 0.1)
        for _ in 0..<3 { try optimizer.update(minimizing: line.loss(x), on: device) }
        let resumed = Adam(for: other, learningRate: 0.1)
        for (a, b) in zip(line.parameters, other.parameters) { b.parameter.assign(a.parameter.value) }
        let state = Dictionary(uniqueKeysWithValues: optimizer.state.map { ($0.name, $0.tensor) })
        try resumed.restore(state, step: optimizer.step, noise: optimizer.noise)
        try optimizer.update(minimizing: line.loss(x), on: device)
        try resumed.update(minimizing: other.loss(x), on: device)
        #expect(
            try line.slope.value.array(of: Float.self, on: device)
                == other.slope.value.array(of: Float.self, on: device))
        #expect(throws: OptimizerStateError.missing("adam.v.offset")) {
            try resumed.restore(state.filter { $0.key != "adam.v.offset" }, step: 1, noise: resumed.noise)
        }
    }

    @Test func customGradientsAreAskedForAtEveryStep() throws {
        let line = Line()
        let optimizer = SGD(for: line, learningRate: 1)
        for factor in [1, 3] as [Float] {
            let slope = line.slope.value
            let loss = Tensor.withGradient(of: [slope], value: slope.sum()) {
                [$0 * factor * Tensor.ones([2])]
            }
            try optimizer.update(minimizing: loss, on: device)
        }
        #expect(try line.slope.value.array(of: Float.self, on: device) == [-3, -2])
    }
}
