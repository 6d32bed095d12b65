import GannetCompiler
import GannetGraph
import GannetKernels

/// The OpenCL C text of a whole program, and the kernels in it.
struct ProgramSource {
    /// What a call of a program is run by.
    indirect enum Call {
        /// Kernels that are launched one after another, with the names that they have in the text.
        case kernels(CallPlan, names: [String])
        /// The calls of a loop's body, again and again.
        case loop(Kernel.Loop, body: [Call])
    }

    /// What each call of the program is run by.
    private(set) var calls: [Call] = []

    private let target: KernelTarget
    private var names: [String: String] = [:]
    private var kernels = ""
    private var functions = Set<KernelFunction>()

    /// Prints all kernels of `program`; those that are alike stand in the text once.
    init(_ program: Program, target: KernelTarget) {
        self.target = target
        calls = program.calls.map { add($0) }
    }

    /// Whether there is any kernel.
    var isEmpty: Bool { names.isEmpty }

    /// The text.
    var text: String { Self.library(functions, target: target) + kernels }

    private mutating func add(_ call: Program.Call) -> Call {
        guard let plan = Self.plan(call, target: target) else {
            guard case .loop(let loop) = call.kernel else { preconditionFailure("only loops have no plan") }
            return .loop(loop, body: loop.count == 0 ? [] : loop.body.calls.map { add($0) })
        }
        functions.formUnion(plan.functions)
        let used = plan.kernels.map { kernel in
            if let known = names[kernel.text] { return known }
            let name = "gannet\(names.count)"
            names[kernel.text] = name
            kernels += kernel.text.replacing(KernelPlan.name, with: name) + "\n"
            return name
        }
        return .kernels(plan, names: used)
    }

    /// The kernels that run a call; nil for a loop whose body's calls are launched again and again.
    static func plan(_ call: Program.Call, target: KernelTarget) -> CallPlan? {
        switch call.kernel {
        case .map(let map):
            MapPrinter(map: map, inputTypes: call.inputTypes, outputTypes: call.outputTypes, target: target)
                .plan()
        case .reduce(let reduce):
            ReducePrinter(reduce, inputTypes: call.inputTypes, outputTypes: call.outputTypes, target: target)
                .plan()
        case .matrixProduct(let product):
            MatrixProductPrinter(
                product: product, inputTypes: call.inputTypes, outputTypes: call.outputTypes, target: target
            ).plan()
        case .noiseStep(let noise):
            NoiseStepPrinter(
                noise: noise, inputTypes: call.inputTypes, outputTypes: call.outputTypes, target: target
            ).plan()
        case .scatterAdd(let scatter):
            ScatterPrinter(scatter: scatter, outputTypes: call.outputTypes, target: target).plan()
        case .scan(let scan): ScanPrinter(scan: scan, target: target).plan()
        case .sort(let sort): SortPrinter(sort: sort, target: target).plan()
        case .convolution(let convolution):
            ConvolutionPrinter(
                convolution: convolution, inputTypes: call.inputTypes, outputTypes: call.outputTypes,
                target: target
            ).plan()
        case .filterGradient(let gradient):
            FilterGradientPrinter(
                gradient: gradient, inputTypes: call.inputTypes, outputTypes: call.outputTypes, target: target
            ).plan()
        case .loop(let loop):
            LoopPrinter(
                loop, inputTypes: call.inputTypes, outputTypes: call.outputTypes, target: target
            ).plan()
        }
    }

    /// The functions that the kernels call, at the widths at which they call them.
    private static func library(_ functions: Set<KernelFunction>, target: KernelTarget) -> String {
        var text = target.style == .cpu ? KernelSources.access : ""
        if functions.contains(where: { $0.section == "normalQuantile" }) {
            text += normalTables(withColumns: target.style == .cpu)
        }
        for width in Set(functions.map(\.width)).sorted() {
            text += definitions(width: width)
            for section in KernelSection.library
            where functions.contains(KernelFunction(section: section.name, width: width)) {
                // Where every device must give the same bits, or an error is known exactly, contraction would round once less.
                text += "#pragma OPENCL FP_CONTRACT \(contracted.contains(section.name) ? "ON" : "OFF")\n"
                text += section.text
            }
            text += macros.map { "#undef \($0)\n" }.joined()
        }
        return text + "#pragma OPENCL FP_CONTRACT ON\n"
    }

    /// The cubics of normal numbers, one behind the other; and those that almost all words have, column by column, where
    /// vectors are looked up.
    private static func normalTables(withColumns: Bool) -> String {
        func table(_ name: String, _ values: [Float]) -> String {
            // Swift prints as many digits as it takes to read the same number back.
            let lines = stride(from: 0, to: values.count, by: 4).map { start in
                values[start..<min(start + 4, values.count)].map { "\($0)f" }.joined(separator: ", ")
            }
            return "__constant float \(name)[\(values.count)] = {\n\(lines.joined(separator: ",\n"))\n};\n"
        }
        let coefficients = NormalTransform.coefficients
        let cubicCount = coefficients.count / 4
        let text = "#define NORMAL_CUBICS \(cubicCount)\n" + table("normalTable", coefficients)
        if !withColumns { return text }
        let columns = (0..<4).flatMap { degree in
            (cubicCount - 64..<cubicCount).map { coefficients[4 * $0 + degree] }
        }
        return text + table("normalColumns", columns)
    }

    /// The sections whose functions only gain from contraction.
    private static let contracted: Set = [
        "exponential", "logarithm", "hyperbolicTangent", "errorFunction",
    ]

    private static let macros = [
        "LANES", "F", "I", "U", "UL", "FN", "AS_F", "AS_I", "AS_U", "TO_F", "TO_I", "TO_U", "TO_UL", "ANY",
        "EACH",
        "ALL",
    ]

    /// What `mathematics.cl` says must be defined before its functions.
    private static func definitions(width: Int) -> String {
        let w = width == 1 ? "" : "\(width)"
        var lines = ["LANES \(width)", "F float\(w)", "I int\(w)", "U uint\(w)", "UL ulong\(w)"]
        lines += [width == 1 ? "FN(name) name" : "FN(name) name##\(width)"]
        for (name, type) in [("F", "float"), ("I", "int"), ("U", "uint")] {
            lines += ["AS_\(name)(x) as_\(type)\(w)(x)", "TO_\(name)(x) convert_\(type)\(w)(x)"]
        }
        lines += ["TO_UL(x) convert_ulong\(w)(x)", width == 1 ? "ANY(c) (c)" : "ANY(c) any(c)"]
        lines +=
            width == 1
            ? ["EACH(p, v) (p)[0] = (v)", "ALL(p) (p)[0]"]
            : ["EACH(p, v) vstore\(width)(v, 0, p)", "ALL(p) vload\(width)(0, p)"]
        return lines.map { "#define \($0)\n" }.joined()
    }
}
