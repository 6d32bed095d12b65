import GannetGraph

/// Looks at what each kernel call of a run wrote: for NaN, and for values that part from the reference evaluator.
final class CallChecker {
    private let lowered: LoweredProgram
    private let options: DebugOptions
    private let device: String
    private var expected: [[ReferenceValue]] = []
    /// For each output of each call how far rounding to `float32` alone, or to halves, takes the graph's values off.
    private var amplifiedRounding: [[Double]] = []
    /// Whether an input holds a NaN already; then a NaN is no kernel's fault.
    private var inputsHaveNaN = false
    /// The first call that parted, told only once the program's output that it spoilt is known.
    private var firstDeviation: String?
    private var outputDeviation: String?

    init(
        _ lowered: LoweredProgram, leaves: [Node], inputs: [Storage], options: DebugOptions, device: String
    ) throws(DeviceError) {
        self.lowered = lowered
        self.options = options
        self.device = device
        var evaluator = ReferenceEvaluator()
        for (leaf, storage) in zip(leaves, inputs) {
            let tensor = Tensor(storage, shape: leaf.shape, scalarType: leaf.scalarType)
            let value = try ReferenceEvaluator().values(of: [tensor])[0]
            if value.elements.contains(where: \.isNaN) { inputsHaveNaN = true }
            evaluator.bind(Tensor(leaf), to: value)
        }
        guard options.validates else { return }
        let traced = lowered.trace.flatMap { $0 }
        let exact = try evaluator.values(of: traced)
        evaluator.float32Rounding = .nearest
        let rounded = try evaluator.values(of: traced)
        // On another side of the middle between two halves, a value is off by twice as much as it is rounded.
        var unrounded = exact
        if Node.topologicalOrder(of: traced).contains(where: \.scalarType.isStorageOnly) {
            evaluator.float32Rounding = .none
            evaluator.keepsHalvesExact = true
            unrounded = try evaluator.values(of: traced)
        }
        var position = 0
        for written in lowered.trace {
            let range = position..<position + written.count
            expected.append(Array(exact[range]))
            amplifiedRounding.append(
                range.map {
                    Swift.max(
                        Self.largestDifference(exact[$0], rounded[$0]),
                        0.04 * Self.largestDifference(exact[$0], unrounded[$0]))
                })
            position = range.upperBound
        }
    }

    /// Looks at the outputs of call number `call`.
    func check(_ call: Int, _ outputs: [HostBuffer]) throws(DeviceError) {
        let label = lowered.program.calls[call].label
        for (number, output) in outputs.enumerated() {
            let tensor = lowered.trace[call][number]
            let storage = Tensor(Storage(output), shape: tensor.shape, scalarType: tensor.scalarType)
            let actual = try ReferenceEvaluator().values(of: [storage])[0]
            if options.checksForNaN, !inputsHaveNaN, let index = actual.elements.firstIndex(where: \.isNaN) {
                throw DeviceError(
                    .check,
                    "Kernel call \(call) (\(label)) on \(device) made the first NaN, in output \(number) of shape "
                        + "\(tensor.shape) at element \(index).")
            }
            if options.validates { compare(actual, expected[call][number], call: call, number: number) }
        }
    }

    /// The largest finite difference of corresponding elements.
    private static func largestDifference(_ a: ReferenceValue, _ b: ReferenceValue) -> Double {
        zip(a.elements, b.elements).reduce(0) { largest, pair in
            let difference = abs(pair.0 - pair.1)
            return difference.isFinite ? Swift.max(largest, difference) : largest
        }
    }

    private func compare(_ actual: ReferenceValue, _ expected: ReferenceValue, call: Int, number: Int) {
        let operation = lowered.program.calls[call]
        var worst: (index: Int, excess: Double) = (0, 0)
        // A sum of n terms of size s may be off by √n · s · 2⁻²⁴ and more after it is passed on; where terms cancel,
        // what rounding does to the graph tells how much more.
        let scale = expected.elements.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
        let slack = 2e-4 * scale + 100 * amplifiedRounding[call][number] + 1e-30
        for (index, (a, e)) in zip(actual.elements, expected.elements).enumerated() {
            // What is finite in double precision may overflow in single.
            if a == e || (a.isNaN && e.isNaN) || (a.isInfinite && a == Double(Float(e))) { continue }
            let difference = abs(a - e)
            let excess = difference.isFinite ? difference / (2e-3 * abs(e) + slack) : .infinity
            if excess > worst.excess || excess.isNaN { worst = (index, excess.isNaN ? .infinity : excess) }
        }
        guard worst.excess > 1 else { return }
        let (a, e) = (actual.elements[worst.index], expected.elements[worst.index])
        let place = "element \(worst.index) of shape \(actual.shape) is \(a) where the reference has \(e)"
        if firstDeviation == nil {
            firstDeviation = "kernel call \(call) (\(operation.label)) parts first: \(place)"
        }
        if case .output(let output) = operation.outputs[number], outputDeviation == nil {
            outputDeviation = "output \(output) (\(operation.label)): \(place)"
        }
    }

    /// Reports a deviation once the run is over.
    func finish() throws(DeviceError) {
        guard let firstDeviation else { return }
        throw DeviceError(
            .check,
            "The program's results on \(device) part from the reference: "
                + "\(outputDeviation.map { $0 + "; " } ?? "")\(firstDeviation).")
    }
}
