import GannetGraph

/// A computation as a list of kernel calls on buffers, neutral to any backend.
public struct Program: Hashable, Sendable {
    /// A buffer that the program is given or that it fills.
    public struct Slot: Hashable, Sendable {
        /// The shape of the tensor that the buffer holds, row-major.
        public var shape: Shape
        /// The type of its elements.
        public var scalarType: ScalarType

        /// Creates a slot.
        public init(shape: Shape, scalarType: ScalarType) {
            self.shape = shape
            self.scalarType = scalarType
        }

        /// The size of the buffer.
        public var byteCount: Int { shape.count * scalarType.byteCount }
    }

    /// A buffer as a kernel call names it.
    public enum BufferReference: Hashable, Sendable {
        /// An input of the program.
        case input(Int)
        /// An output of the program.
        case output(Int)
        /// A piece of the arena, the memory that the program needs for itself while it runs; `offset` is a
        /// multiple of 256. Different pieces of one call never overlap.
        case arena(offset: Int, byteCount: Int)
    }

    /// One kernel with the buffers it reads and writes.
    public struct Call: Hashable, Sendable {
        /// What is run.
        public var kernel: Kernel
        /// The kernel's inputs.
        public var inputs: [BufferReference]
        /// The type of each input's elements.
        public var inputTypes: [ScalarType]
        /// The kernel's outputs.
        public var outputs: [BufferReference]
        /// The type of each output's elements.
        public var outputTypes: [ScalarType]
        /// What the call computes, for people: "matrixProduct + add + select [128, 400]".
        public var label: String

        /// Creates a call.
        public init(
            kernel: Kernel, inputs: [BufferReference], inputTypes: [ScalarType], outputs: [BufferReference],
            outputTypes: [ScalarType], label: String
        ) {
            self.kernel = kernel
            self.inputs = inputs
            self.inputTypes = inputTypes
            self.outputs = outputs
            self.outputTypes = outputTypes
            self.label = label
        }
    }

    /// The buffers that the program is given.
    public var inputs: [Slot]
    /// The buffers that it fills.
    public var outputs: [Slot]
    /// The size of the arena in bytes.
    public var arenaByteCount: Int
    /// The calls, in an order in which they may run one after another.
    public var calls: [Call]
    /// For each output the input whose buffer it may be written into, when the caller gives that buffer away;
    /// nil where a later call still reads the input.
    public var donations: [Int?]

    /// Creates a program.
    public init(
        inputs: [Slot], outputs: [Slot], arenaByteCount: Int, calls: [Call], donations: [Int?]
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.arenaByteCount = arenaByteCount
        self.calls = calls
        self.donations = donations
    }

    /// Creates a program of one call, whose inputs and outputs are the program's.
    package init(_ kernel: Kernel, inputs: [Slot], outputs: [Slot], label: String) {
        self.init(
            inputs: inputs, outputs: outputs, arenaByteCount: 0,
            calls: [
                Call(
                    kernel: kernel, inputs: inputs.indices.map { .input($0) },
                    inputTypes: inputs.map(\.scalarType), outputs: outputs.indices.map { .output($0) },
                    outputTypes: outputs.map(\.scalarType), label: label)
            ], donations: outputs.map { _ in nil })
    }
}
