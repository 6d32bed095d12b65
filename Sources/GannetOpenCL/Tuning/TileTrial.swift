import GannetCompiler
import GannetGraph

/// One problem on one device: operands, the right values, and the clock.
struct TileTrial {
    let program: Program

    private let backend: OpenCLBackend
    private let inputs: [any DeviceBuffer]
    private let output: any DeviceBuffer
    /// Whole numbers.
    private let expected: [Float]

    /// How long one measurement should take, in seconds, if a few runs do not take longer.
    private static let patience = 0.02
    /// The least time between two looks at the clock, in seconds.
    private static let leastInterval = 0.002

    init(
        _ problem: TileProblem, on backend: OpenCLBackend, reference: any Backend
    ) throws(DeviceError) {
        program = problem.program
        self.backend = backend
        let operands = [problem.counts.left, problem.counts.right].enumerated().map { number, count in
            Storage(Self.integers(count: count, key: UInt32(number)))
        }
        var inputs: [any DeviceBuffer] = []
        var known: [any DeviceBuffer] = []
        for operand in operands {
            inputs.append(try operand.buffer(on: backend))
            known.append(try operand.buffer(on: reference))
        }
        self.inputs = inputs
        let byteCount = program.outputs[0].byteCount
        output = try backend.allocate(byteCount: byteCount)
        let right = try reference.allocate(byteCount: byteCount)
        try reference.compile(program).run(inputs: known, outputs: [right], observer: nil)
        // The reference may transform products, and is off by less than a half then.
        expected = try Self.values(right).map { $0.rounded() }
    }

    /// Integers from −3 to 3: a sum of a million products of two is still exact.
    private static func integers(count: Int, key: UInt32) -> [Float] {
        let key = SIMD4<UInt32>(0x7419_2D01, key, 0, 0)
        return (0..<count).map { Float(Int(Philox.word(UInt64($0), key: key) % 7) - 3) }
    }

    private static func values(_ buffer: any DeviceBuffer) throws(DeviceError) -> [Float] {
        let host = HostBuffer(byteCount: buffer.byteCount)
        try buffer.read(into: host.bytes)
        return withExtendedLifetime(host) { Array(host.bytes.bindMemory(to: Float.self)) }
    }

    /// Runs the program, and says what is wrong with its values; nil where they are right.
    func fault(of executable: any Executable) throws(DeviceError) -> String? {
        // What the last candidate left must not be taken for this one's.
        let output = try Storage([Float](repeating: .nan, count: expected.count)).buffer(on: backend)
        try executable.run(inputs: inputs, outputs: [output], observer: nil)
        let values = try Self.values(output)
        // A wrong sum of integers is wrong by one at least.
        guard let index = values.indices.first(where: { !(abs(values[$0] - expected[$0]) <= 0.25) }) else {
            return nil
        }
        return "gives wrong values: element \(index) is \(values[index]), and should be \(expected[index])"
    }

    /// The shortest time of one run of an executable that has run before, in seconds.
    ///
    /// - Parameter limit: Where the first run takes longer, its time is returned at once.
    func seconds(
        _ executable: any Executable, givingUpAbove limit: Double = .infinity
    ) throws(DeviceError) -> Double {
        var shortest = try time(1, executable)
        if shortest > limit { return shortest }
        let runs = max(1, min(200, Int(Self.leastInterval / max(shortest, 1e-6))))
        var spent = 0.0
        var rounds = 0
        while rounds < 3 || (spent < Self.patience && rounds < 20) {
            let seconds = try time(runs, executable)
            shortest = min(shortest, seconds)
            spent += seconds * Double(runs)
            rounds += 1
        }
        return shortest
    }

    /// The mean time of so many runs.
    private func time(_ runs: Int, _ executable: any Executable) throws(DeviceError) -> Double {
        try backend.synchronize()
        let start = ContinuousClock.now
        for _ in 0..<runs { try executable.run(inputs: inputs, outputs: [output], observer: nil) }
        try backend.synchronize()
        return (ContinuousClock.now - start) / .seconds(runs)
    }
}
