import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a step of a diffusion process: `noise_schedule.cl` with the extents of one call.
struct NoiseStepPrinter {
    let noise: Kernel.NoiseStep
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    private var total: Int { noise.batch * noise.count }

    func plan() -> CallPlan {
        guard total > 0 else { return CallPlan() }
        let isCPU = target.style == .cpu
        let units = (total + 63) / 64
        let groups = target.groups(units: units, count: total)
        let local = target.groupSize
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: outputTypes, local: [local])
        let isWide = KernelSignature.needsWideIndex([], count: total)
        let operands = noise.operands
        let definitions = [
            ("TOTAL", "\(total)"), ("COUNT", "\(noise.count)"), ("COLUMNS", "\(noise.step.coefficientCount)"),
            ("HAS_PREDICTION", noise.step.hasPrediction ? "1" : "0"),
            ("IS_CLIPPED", noise.step.isClipped ? "1" : "0"), ("IS_NOISY", noise.step.isNoisy ? "1" : "0"),
            ("INDEX", isWide ? "long" : "int"), ("X", "in0"), ("M", "in\(operands.prediction ?? 0)"),
            ("C", "in\(operands.coefficients)"), ("KEY", "in\(operands.key ?? 0)"),
            ("UNITS", "\(units)"), ("GROUPS", "\(groups)"), ("GROUP", "\(local)"),
        ]
        let body = ["step", target.style.rawValue, "end"].map {
            KernelSection.text($0, of: KernelSources.noiseSchedule)
        }
        let text = KernelTemplate(body: body.joined()).text(definitions, signature: signature)
        let items = (units * 16 + local - 1) / local * local
        let functions = ["philox", "normalQuantile"].map { KernelFunction(section: $0, width: target.width) }
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [isCPU ? groups : items], local: [local])
            ], functions: noise.step.isNoisy ? Set(functions) : [])
    }
}

extension Kernel.NoiseStep {
    /// The kernel inputs that hold the prediction, the coefficients and the key.
    var operands: (prediction: Int?, coefficients: Int, key: Int?) {
        let coefficients = step.hasPrediction ? 2 : 1
        return (step.hasPrediction ? 1 : nil, coefficients, step.isNoisy ? coefficients + 1 : nil)
    }

    /// The step as an expression at each element, for kernels that are made of many calls.
    var map: Kernel.Map {
        let shape = [batch, count]
        var expression = Expression()
        func load(_ input: Int, _ view: View) -> Int {
            expression.append(.load(input: input, view: view), type: .float32)
        }
        func coefficient(_ column: Int) -> Int {
            let columns = step.coefficientCount
            let stage = View.Stage(shape: shape, strides: [columns, 0], offset: column)
            return load(operands.coefficients, View(stages: [stage]))
        }
        func binary(_ function: BinaryFunction, _ x: Int, _ y: Int) -> Int {
            expression.append(
                .binary(function, x, y), type: function == .less ? .bool : .float32)
        }
        func term(_ column: Int, _ x: Int) -> Int { binary(.multiply, coefficient(column), x) }
        let x = load(0, View(contiguous: shape))
        var noise = x
        if let key = operands.key {
            let word = expression.append(
                .randomBits(key: key, view: View(contiguous: shape)), type: .uint32)
            noise = expression.append(.unary(.normalQuantile, word), type: .float32)
        }
        var y: Int
        if let prediction = operands.prediction {
            let m = load(prediction, View(contiguous: shape))
            var h = binary(.add, term(0, x), term(1, m))
            if step.isClipped {
                let bound = coefficient(6)
                let low = expression.append(.unary(.negate, bound), type: .float32)
                h = expression.append(.select(binary(.less, h, low), low, h), type: .float32)
                h = expression.append(.select(binary(.less, bound, h), bound, h), type: .float32)
            }
            y = binary(.add, binary(.add, term(2, h), term(3, x)), term(4, m))
            if step.isNoisy { y = binary(.add, y, term(5, noise)) }
        } else {
            y = binary(.add, term(0, x), term(1, noise))
        }
        expression.stores = [.init(value: y, output: 0)]
        return Kernel.Map(shape: shape, expression: expression)
    }
}
