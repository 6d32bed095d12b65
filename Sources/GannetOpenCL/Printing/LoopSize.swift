import GannetCompiler
import GannetGraph

/// How much work an iteration of a loop is for one work-group, against what launching its kernels would cost.
///
/// Work is counted in steps: operations one after another. The work-items of the GPU style share the results of a
/// call evenly, a step takes them some 10 ns, and a launch about 5 µs. The one work-item of the CPU style makes an
/// element-wise operation, or sixteen of a contraction, in half a nanosecond; a launch takes some 20 µs.
struct LoopSize {
    /// The steps that cost as much as a launch.
    static func stepsPerLaunch(_ style: KernelStyle) -> Int { style == .cpu ? 40_000 : 512 }
    /// The steps of all iterations, so that no kernel keeps a device for longer than a second or two.
    static func mostSteps(_ style: KernelStyle) -> Int { style == .cpu ? 1 << 32 : 1 << 28 }
    /// The most inputs and outputs: a kernel's arguments may take 1024 bytes on the least of devices.
    static let mostBuffers = 60

    /// The steps of one iteration.
    private(set) var steps = 0
    /// The inputs and outputs, with the numbers that the index is read from and the scratch memory.
    let bufferCount: Int
    /// Whether one kernel is faster than launches.
    private(set) var isSmall = false

    init(_ loop: Kernel.Loop, target: KernelTarget, groupSize: Int) {
        for call in loop.body.calls { steps += Self.steps(call.kernel, target.style, groupSize: groupSize) }
        let outputs = loop.states.count { $0.final != nil } + loop.states.count { $0.history != nil }
        bufferCount = loop.body.inputs.count + outputs + loop.collected.count + 1
        // Captured inputs can be packed into one buffer.
        isSmall =
            bufferCount - (loop.body.inputs.count - 1 - loop.firstCaptured) <= Self.mostBuffers
            && steps <= Self.stepsPerLaunch(target.style) * max(1, loop.body.calls.count)
            && steps <= Self.mostSteps(target.style) / max(1, loop.count)
    }

    private static func steps(_ kernel: Kernel, _ style: KernelStyle, groupSize: Int) -> Int {
        guard style == .gpu else {
            switch kernel {
            case .matrixProduct, .convolution, .filterGradient: return kernel.operationCount / 16 + 1
            case .loop(let loop):
                return loop.count * loop.body.calls.reduce(0) { $0 + steps($1.kernel, style, groupSize: 1) }
            default: return kernel.operationCount + 1
            }
        }
        let results: Int
        switch kernel {
        case .map(let map): results = map.shape.reduce(1, *)
        case .reduce(let reduce): results = reduce.keptShape.reduce(1, *)
        case .matrixProduct(let product): results = product.batch * product.m * product.n
        case .noiseStep(let noise): results = noise.batch * noise.count
        case .scatterAdd(let scatter):
            let elements = scatter.rows * scatter.columns
            return (elements + groupSize - 1) / groupSize * scatter.count + 1
        // A group does not make these.
        case .convolution, .filterGradient, .scan, .sort, .loop: return Int.max >> 8
        }
        let rounds = (results + groupSize - 1) / groupSize
        return rounds * (kernel.operationCount / max(1, results)) + 1
    }
}
