import Gannet
import GannetOpenCL

/// Something that a device may be able to do, with the values that show whether it does.
///
/// The source holds a kernel `probe` of `__global const uint* input` and `__global uint* output`, which is run by one
/// group of 32 work-items.
struct InstructionProbe {
    /// What came of it.
    enum Outcome: CustomStringConvertible, Equatable {
        case works
        case wrongValues(first: Int, count: Int)
        case doesNotCompile(String)
        case fails(String)

        var description: String {
            switch self {
            case .works: "works"
            case .wrongValues(let first, let count): "\(count) wrong values from number \(first) on"
            case .doesNotCompile: "does not compile"
            case .fails(let message): "fails: \(message)"
            }
        }

        /// The fields as they are printed.
        var json: JSON {
            var fields: [String: JSON] = ["outcome": .string(description)]
            if case .doesNotCompile(let log) = self, !log.isEmpty { fields["log"] = .string(log) }
            return .object(fields)
        }
    }

    /// What it is about.
    let name: String
    /// OpenCL C.
    let source: String
    /// The words that go in.
    let input: [UInt32]
    /// The words that must come out.
    let expected: [UInt32]

    /// Compiles and runs it.
    func outcome(on backend: OpenCLBackend) -> Outcome {
        do throws(DeviceError) {
            let kernel = try backend.kernel("probe", source: source)
            let source = try Storage(input).buffer(on: backend)
            let target = try Storage([UInt32](repeating: 0xDEAD_BEEF, count: expected.count))
                .buffer(on: backend)
            try kernel.launch([.buffer(source), .buffer(target)], global: [32], local: [32])
            let actual = try Tensor(
                Storage(target, on: backend), shape: [expected.count], scalarType: .uint32
            ).array(of: UInt32.self, on: .cpu)
            let wrong = expected.indices.filter { actual[$0] != expected[$0] }
            return wrong.isEmpty ? .works : .wrongValues(first: wrong[0], count: wrong.count)
        } catch {
            if error.kind == .compilation { return .doesNotCompile(error.details) }
            return .fails(error.message)
        }
    }
}

extension InstructionProbe {
    /// A probe in which each work-item makes one word, `output[i]`, of `x` and `y`, its two words of input.
    init(
        _ name: String, prologue: String = "", _ statement: String, _ x: (Int) -> UInt32,
        _ y: (Int) -> UInt32, _ expected: (UInt32, UInt32) -> UInt32
    ) {
        self.init(
            name: name,
            source: """
                \(prologue)
                __kernel void probe(__global const uint* input, __global uint* output) {
                    const int i = get_local_id(0);
                    const uint x = input[2 * i], y = input[2 * i + 1];
                    \(statement)
                }
                """,
            input: (0..<32).flatMap { [x($0), y($0)] }, expected: (0..<32).map { expected(x($0), y($0)) })
    }
}
