import GannetGraph

/// What one kernel computes at each index of its index space: a list of scalar instructions in SSA form.
///
/// Instruction *i* defines value *i* and refers to earlier values only. This is the one representation that all
/// backends print: as OpenCL C, as machine code, or by interpreting it a block at a time.
///
/// A value of type `float16` or `bfloat16` is in a register the `float32` number that it stands for: loads and gathers
/// widen elements of these types, a cast from `float32` rounds, a cast to it does nothing, and stores write the two
/// bytes. No other instruction but `select` has operands of these types.
public struct Expression: Hashable, Sendable {
    /// One scalar instruction.
    public enum Instruction: Hashable, Sendable {
        /// The element of kernel input `input` that `view` names; 0 in the view's padding.
        case load(input: Int, view: View)
        /// The element (row · rowStride + the position `view` names) of kernel input `input`, where `row` is the
        /// `int32` value `index`; NaN for floats and 0 for other types where not 0 ≤ row < `rows`.
        case gather(input: Int, index: Int, rows: Int, rowStride: Int, view: View)
        /// A constant.
        case literal(Literal)
        /// The position `view` names, as `int32`; 0 in padding.
        case position(view: View)
        /// Whether the index is not in the view's padding, as `bool`.
        case isInBounds(view: View)
        /// Word number (position `view` names) of the random stream whose key, four `uint32`, is kernel input
        /// `key`; any value in padding.
        case randomBits(key: Int, view: View)
        /// What the reduction or contraction that this expression follows gives at this index.
        case accumulator
        /// A function of an earlier value.
        case unary(UnaryFunction, Int)
        /// A function of two earlier values.
        case binary(BinaryFunction, Int, Int)
        /// The second value where the first holds, else the third.
        case select(Int, Int, Int)
        /// An earlier value converted to another type.
        case cast(Int, ScalarType)
    }

    /// A value to be written, in row-major order of the index space.
    public struct Store: Hashable, Sendable {
        /// The value.
        public var value: Int
        /// The kernel output that takes it.
        public var output: Int

        /// Creates a store.
        public init(value: Int, output: Int) {
            self.value = value
            self.output = output
        }
    }

    /// The instructions, each after those it refers to.
    public var instructions: [Instruction]
    /// The type of each instruction's value.
    public var types: [ScalarType]
    /// The values to be written; empty in the prologue of a reduction, whose result is its last value.
    public var stores: [Store]

    /// Creates an expression.
    public init(instructions: [Instruction] = [], types: [ScalarType] = [], stores: [Store] = []) {
        self.instructions = instructions
        self.types = types
        self.stores = stores
    }

    /// What stores the reduction's or contraction's own values, and nothing else.
    package static func storingAccumulator(_ type: ScalarType) -> Expression {
        Expression(
            instructions: [.accumulator], types: [type], stores: [.init(value: 0, output: 0)])
    }

    /// Appends an instruction and returns the number of its value.
    public mutating func append(_ instruction: Instruction, type: ScalarType) -> Int {
        instructions.append(instruction)
        types.append(type)
        return instructions.count - 1
    }
}

extension Expression.Instruction {
    /// The earlier values that the instruction refers to.
    public var operands: [Int] {
        switch self {
        case .load, .literal, .position, .isInBounds, .randomBits, .accumulator: []
        case .gather(_, let index, _, _, _): [index]
        case .unary(_, let x): [x]
        case .binary(_, let x, let y): [x, y]
        case .select(let condition, let x, let y): [condition, x, y]
        case .cast(let x, _): [x]
        }
    }

    /// The view through which the instruction looks at its input or its index space, if it has one.
    public var view: View? {
        get {
            switch self {
            case .load(_, let view), .gather(_, _, _, _, let view), .position(let view),
                .isInBounds(let view),
                .randomBits(_, let view):
                view
            default: nil
            }
        }
        set {
            guard let view = newValue else { return }
            switch self {
            case .load(let input, _): self = .load(input: input, view: view)
            case .gather(let input, let index, let rows, let rowStride, _):
                self = .gather(input: input, index: index, rows: rows, rowStride: rowStride, view: view)
            case .position: self = .position(view: view)
            case .isInBounds: self = .isInBounds(view: view)
            case .randomBits(let key, _): self = .randomBits(key: key, view: view)
            default: break
            }
        }
    }
}
