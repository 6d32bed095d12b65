import GannetCompiler
import GannetGraph

/// A section of `mathematics.cl` or `random.cl`, at a width.
struct KernelFunction: Hashable {
    var section: String
    var width: Int
}

/// One kernel function and how it is launched.
struct KernelPlan {
    /// A buffer of the call that the kernel serves.
    enum Buffer: Hashable {
        case input(Int)
        case output(Int)
        /// Memory between the kernels of one call, at a byte offset.
        case scratch(Int)
        /// The numbers from 0 on, `int32`, as many as any loop has iterations.
        case numbers
    }

    /// What stands for the kernel's name in its text.
    static let name = "KERNEL_NAME"

    /// The function's source.
    var text: String
    /// Its arguments, each a buffer and the element at which the data begin.
    var buffers: [Buffer]
    /// The types of the buffers' elements.
    var types: [ScalarType]
    /// The number of work-items along each axis.
    var global: [Int]
    /// The number of work-items in a group.
    var local: [Int]
}

/// The kernels that run one call of a program, one after another.
struct CallPlan {
    var kernels: [KernelPlan] = []
    /// Memory that the kernels need between them.
    var scratchByteCount = 0
    /// The library functions that the kernels call.
    var functions: Set<KernelFunction> = []
}

/// What a kernel is printed for.
struct KernelTarget: Hashable {
    var style: KernelStyle
    /// The number of compute units.
    var computeUnits: Int
    /// The most work-items in a group.
    var largestGroup: Int
    /// Whether a loop whose body is small becomes one kernel.
    var makesLoopsOneKernel = true
    /// When a convolution is made by Winograd's minimal filtering.
    var winograd = WinogradUse.whereFaster
    /// What multiplies in the GPU style where operands are rounded to fewer bits than `float32` has.
    var tensorUnit: TensorUnit?
    /// Whose device it is.
    var family = DeviceFamily.other
    /// The bytes of local memory that a group may have.
    var localMemoryByteCount = 32_768
    /// Which tiles kernels are made with.
    var tiles = TileTable.builtIn

    /// The number of lanes that a work-item computes at once.
    var width: Int { style == .cpu ? 16 : 1 }

    /// The work-items of a group where each works alone.
    var groupSize: Int { style == .cpu ? 1 : min(128, largestGroup) }

    /// How work-items that work alone share the items of lines, of which each has `length`: the number of work-items, those
    /// of a group, and what one takes. That is an item in the GPU style and `each` lines, or fewer at the end, in the CPU
    /// style; by default so many that each compute unit has several to choose from.
    func share(lines: Int, of length: Int = 1, each: Int? = nil) -> (global: Int, local: Int, each: Int) {
        let local = groupSize
        if style == .gpu { return ((lines * length + local - 1) / local * local, local, 1) }
        let each = each ?? max(1, min(32, lines / (16 * computeUnits)))
        return ((lines + each - 1) / each, local, each)
    }

    /// How many groups to cut work of `count` elements in `units` units into, for the CPU style.
    func groups(units: Int, count: Int) -> Int {
        max(1, min(units, computeUnits * 4, count / 2048))
    }
}

/// What all kernels have in common: the signature and the pointers.
struct KernelSignature {
    var inputTypes: [ScalarType]
    var outputTypes: [ScalarType]
    var local: [Int]

    /// The function's head, up to the pointers `in0`, … and `out0`, ….
    func head() -> [String] {
        var parameters: [String] = []
        var pointers: [String] = []
        for (number, type) in inputTypes.enumerated() {
            let type = InstructionTable.memoryType(type)
            parameters.append("__global const \(type) *a\(number), const ulong i\(number)")
            pointers.append("__global const \(type) *in\(number) = a\(number) + i\(number);")
        }
        for (number, type) in outputTypes.enumerated() {
            let type = InstructionTable.memoryType(type)
            parameters.append("__global \(type) *b\(number), const ulong o\(number)")
            pointers.append("__global \(type) *out\(number) = b\(number) + o\(number);")
        }
        let sizes = (local + [1, 1, 1]).prefix(3).map(String.init).joined(separator: ", ")
        return [
            "__kernel __attribute__((reqd_work_group_size(\(sizes))))",
            "void \(KernelPlan.name)(\(parameters.joined(separator: ", ")))", "{",
        ] + pointers
    }

    /// The buffers of a kernel that takes a call's own, in order.
    var buffers: [KernelPlan.Buffer] {
        inputTypes.indices.map { .input($0) } + outputTypes.indices.map { .output($0) }
    }
}

extension KernelSignature {
    /// Whether indices into these views and index space need 64 bits.
    static func needsWideIndex(_ expressions: [Expression], count: Int, others: [Int] = []) -> Bool {
        var largest = count
        for value in others { largest = max(largest, value) }
        for expression in expressions {
            for instruction in expression.instructions {
                guard let view = instruction.view else { continue }
                for stage in view.stages {
                    var reach = abs(stage.offset)
                    for (extent, stride) in zip(stage.shape, stage.strides) {
                        reach += abs(stride) * max(0, extent - 1)
                    }
                    largest = max(largest, reach)
                }
                if case .gather(_, _, let rows, let stride, _) = instruction {
                    largest = max(largest, rows * abs(stride))
                }
            }
        }
        // A vector past the end must not overflow either.
        return largest > Int(Int32.max) - 4096
    }
}

extension ExpressionPrinter {
    /// The statements that write an expression's stores at the element `place` of each output, from which
    /// `lanes` elements follow; nil lanes stand for all.
    func stores(
        _ expression: Expression, _ values: [Value], outputTypes: [ScalarType], at place: String,
        lanes: String?
    )
        -> [String]
    {
        expression.stores.map { store in
            let value = values[store.value]
            return Self.store(
                widened(value), outputTypes[store.output], to: "out\(store.output)", at: place, lanes: lanes,
                width: width)
        }
    }

    /// The statement that writes one value, `lanes` elements of it where it is a vector.
    static func store(
        _ value: String, _ type: ScalarType, to pointer: String, at place: String, lanes: String?, width: Int
    ) -> String {
        let text = InstructionTable.toMemory(value, type, width: width)
        if width == 1 { return "\(pointer)[\(place)] = \(text);" }
        let memory = InstructionTable.memoryType(type)
        if let lanes { return "store_\(memory)(\(text), \(pointer) + \(place), \(lanes));" }
        return "vstore\(width)(\(text), 0, \(pointer) + \(place));"
    }
}
