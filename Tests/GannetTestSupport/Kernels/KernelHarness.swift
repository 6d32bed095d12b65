import GannetCompiler
import GannetGraph

/// Random numbers from a seed that a failing test prints.
package struct TestRandom: RandomNumberGenerator {
    private var state: UInt64
    package init(seed: UInt64) { state = seed }
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A kernel that did not do what it must.
package struct KernelMismatch: Error, CustomStringConvertible {
    package let description: String
}

/// Runs single kernels on backends and compares them with ``ScalarOracle``.
package struct KernelHarness {
    /// The backends to run on.
    package let backends: [any Backend]
    /// Whether all of them must give the same bits.
    package let sameBits: Bool
    /// What is made of every `float32` input before it is used.
    private let rounding: @Sendable (Double) -> Double

    private static let guardBytes = 48

    /// Creates a harness.
    package init(
        _ backends: [any Backend], sameBits: Bool = false,
        rounding: @escaping @Sendable (Double) -> Double = { $0 }
    ) {
        self.backends = backends
        self.sameBits = sameBits
        self.rounding = rounding
    }

    package static func buffer(_ values: [ScalarOracle.Value]) -> HostBuffer {
        let buffer = HostBuffer(byteCount: values.count * type(values).byteCount)
        ScalarOracle.write(values, to: buffer.bytes)
        return buffer
    }

    package static func values(_ buffer: HostBuffer, _ type: ScalarType, _ count: Int) -> [ScalarOracle.Value]
    {
        ScalarOracle.values(UnsafeRawBufferPointer(buffer.bytes), type, count)
    }

    package static func type(_ values: [ScalarOracle.Value]) -> ScalarType {
        switch values.first {
        case .int: .int32
        case .word: .uint32
        case .bool: .bool
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .float, nil: .float32
        }
    }

    /// One kernel with its inputs and what is expected of it.
    package struct Case {
        package var kernel: Kernel
        package var inputs: [[ScalarOracle.Value]]
        package var outputTypes: [ScalarType]
        package var tolerance = 0.0
        package var scale = 0.0
        package var comment = ""
        /// The outputs that are written into the buffer of an input, with its number.
        package var inPlace: [Int: Int] = [:]
        fileprivate var expected: [[ScalarOracle.Value]] = []
    }

    /// Cases that wait to be run as one program.
    private final class Batch {
        var cases: [Case] = []
    }
    private var batch: Batch?

    /// Runs the checks in `body` as one program, which takes some compilers far less time than one each.
    package func together(_ body: (KernelHarness) throws -> Void) throws {
        let batch = Batch()
        var harness = self
        harness.batch = batch
        try body(harness)
        try run(batch.cases)
    }

    /// The program that runs one kernel after another, each with inputs and outputs of its own.
    private static func program(_ cases: [Case]) -> Program {
        var program = Program(inputs: [], outputs: [], arenaByteCount: 0, calls: [], donations: [])
        for item in cases {
            let types = item.inputs.map(type)
            program.calls.append(
                Program.Call(
                    kernel: item.kernel, inputs: types.indices.map { .input(program.inputs.count + $0) },
                    inputTypes: types,
                    outputs: item.outputTypes.indices.map { .output(program.outputs.count + $0) },
                    outputTypes: item.outputTypes, label: item.comment))
            program.inputs += zip(types, item.inputs).map { .init(shape: [$1.count], scalarType: $0) }
            let firstInput = program.inputs.count - types.count
            program.donations += item.outputTypes.indices.map { output in
                item.inPlace[output].map { firstInput + $0 }
            }
            program.outputs += zip(item.outputTypes, item.expected).map {
                .init(shape: [$1.count], scalarType: $0)
            }
        }
        return program
    }

    /// The outputs of kernels on a backend; checks that nothing was written behind them.
    private static func outputs(_ cases: [Case], on backend: any Backend) throws -> [[HostBuffer]] {
        let executable = try backend.compile(program(cases))
        let sources = try cases.map { try $0.inputs.map { try backend.upload(buffer($0)) } }
        let targets = try zip(cases, sources).map { item, sources in
            try item.outputTypes.enumerated().map { output, type in
                if let input = item.inPlace[output] { return sources[input] }
                let filled = HostBuffer(
                    byteCount: item.expected[output].count * type.byteCount + guardBytes)
                filled.bytes.initializeMemory(as: UInt8.self, repeating: 0xA5)
                return try backend.upload(filled)
            }
        }
        try executable.run(
            inputs: sources.flatMap { $0 }, outputs: targets.flatMap { $0 }, observer: nil)
        return try zip(cases, targets).map { item, targets in
            try zip(targets, zip(item.outputTypes, item.expected)).map { target, output in
                let host = HostBuffer(byteCount: target.byteCount)
                try target.read(into: host.bytes)
                let byteCount = output.1.count * output.0.byteCount
                guard host.bytes[byteCount...].allSatisfy({ $0 == 0xA5 }) else {
                    throw KernelMismatch(
                        description: "bytes behind an output were written by \(item.kernel)")
                }
                return host
            }
        }
    }

    /// The outputs of one kernel on a backend.
    package static func run(
        _ kernel: Kernel, _ inputs: [[ScalarOracle.Value]], outputTypes: [ScalarType], outputCount: Int,
        on backend: any Backend
    ) throws -> [HostBuffer] {
        let elements = [ScalarOracle.Value](repeating: .bool(false), count: outputCount)
        let item = Case(
            kernel: kernel, inputs: inputs, outputTypes: outputTypes,
            expected: outputTypes.map { _ in elements })
        return try outputs([item], on: backend)[0]
    }

    /// Checks a kernel on each backend against the oracle, and that their bits agree where they must.
    package func check(
        _ kernel: Kernel, _ inputs: [[ScalarOracle.Value]], outputTypes: [ScalarType],
        tolerance: Double = 2e-6, scale: Double = 0, inPlace: [Int: Int] = [:], _ comment: String = ""
    ) throws {
        let inputs = inputs.map { values in
            values.map { value in
                if case .float(let x) = value { ScalarOracle.Value.float(rounding(x)) } else { value }
            }
        }
        let item = Case(
            kernel: kernel, inputs: inputs, outputTypes: outputTypes, tolerance: tolerance, scale: scale,
            comment: comment, inPlace: inPlace,
            expected: ScalarOracle(inputs: inputs).run(kernel, outputTypes: outputTypes))
        if let batch {
            batch.cases.append(item)
        } else {
            try run([item])
        }
    }

    private func run(_ cases: [Case]) throws {
        var first: [[HostBuffer]] = []
        for backend in backends {
            let results = try Self.outputs(cases, on: backend)
            if first.isEmpty { first = results }
            for (number, item) in cases.enumerated() {
                for (output, type) in item.outputTypes.enumerated() {
                    let result = results[number][output]
                    if sameBits, !result.bytes.elementsEqual(first[number][output].bytes) {
                        throw KernelMismatch(
                            description:
                                "bits differ from one backend to another; \(item.comment) \(item.kernel)")
                    }
                    try Self.compare(
                        Self.values(result, type, item.expected[output].count), item.expected[output],
                        tolerance: item.tolerance, scale: item.scale,
                        "output \(output) on \(backend.summary); \(item.comment) \(item.kernel)")
                }
            }
        }
    }

    private static func compare(
        _ got: [ScalarOracle.Value], _ expected: [ScalarOracle.Value], tolerance: Double, scale: Double,
        _ comment: String
    ) throws {
        for (index, (x, y)) in zip(got, expected).enumerated() where x != y {
            if let x = x.number, let y = y.number {
                if x.isNaN && y.isNaN || x == y { continue }
                if abs(x - y) <= tolerance * max(abs(y), scale) { continue }
            }
            throw KernelMismatch(description: "\(x) at \(index), not \(y): \(comment)")
        }
    }
}
