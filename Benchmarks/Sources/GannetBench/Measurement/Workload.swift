import Gannet

/// Something to be measured.
struct Workload {
    /// What is done: "matmul".
    var operation: String
    /// On how much: "1024×1024×1024".
    var shape: String
    /// What it has to do at least.
    var work: Work
    /// Does it once, and may leave the device at work.
    var run: (Device) throws -> Void

    /// Work of any kind.
    init(_ operation: String, shape: String, work: Work, run: @escaping (Device) throws -> Void) {
        self.operation = operation
        self.shape = shape
        self.work = work
        self.run = run
    }

    /// The evaluation of tensors.
    init(_ operation: String, shape: String, work: Work, evaluating tensors: [Tensor]) {
        self.init(operation, shape: shape, work: work) { device in
            _ = try Tensor.evaluate(tensors, on: device)
        }
    }
}

extension Shape {
    /// The extents with a cross between them.
    var text: String { extents.map(String.init).joined(separator: "×") }
}

/// Makes tensors of numbers from −1 to 1 that are on a device before anything is timed.
struct Operands {
    /// Where they are.
    let device: Device
    private var random = RandomStream(seed: 1)

    init(on device: Device) { self.device = device }

    /// The next tensor.
    mutating func next(_ shape: Shape) throws -> Tensor {
        try (2 * random.uniform(shape) - 1).evaluated(on: device)
    }
}
