import GannetCompiler
import GannetGraph

/// A backend that runs programs one element at a time, in double precision: what a kernel means, so that the
/// compiler can be tested apart from any real backend.
public final class InterpreterBackend: Backend {
    public let name = "interpreter"
    public let summary = "plain Swift, for tests"
    public let limits: BackendLimits
    public let worksInHostMemory = true

    /// Creates a backend with the given limits.
    public init(limits: BackendLimits = BackendLimits()) { self.limits = limits }

    public func compile(_ program: Program) throws(DeviceError) -> any Executable { Interpreter(program) }
    public func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
        HostBuffer(byteCount: byteCount)
    }
    public func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer { bytes }
    public func synchronize() throws(DeviceError) {}
}

private final class Interpreter: Executable {
    let program: Program

    init(_ program: Program) { self.program = program }

    func run(
        inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
    ) throws(DeviceError) {
        let arena = HostBuffer(byteCount: program.arenaByteCount)
        for (number, call) in program.calls.enumerated() {
            func memory(_ reference: Program.BufferReference, _ type: ScalarType) -> Memory {
                switch reference {
                case .input(let index): Memory((inputs[index] as! HostBuffer).bytes, type)
                case .output(let index): Memory((outputs[index] as! HostBuffer).bytes, type)
                case .arena(let offset, let byteCount):
                    Memory(
                        UnsafeMutableRawBufferPointer(rebasing: arena.bytes[offset..<offset + byteCount]),
                        type)
                }
            }
            let sources = zip(call.inputs, call.inputTypes).map(memory)
            let targets = zip(call.outputs, call.outputTypes).map(memory)
            run(call.kernel, sources, targets)
            if let observer {
                try observer(
                    number,
                    targets.map { target in
                        let copy = HostBuffer(byteCount: target.bytes.count)
                        copy.bytes.copyMemory(from: UnsafeRawBufferPointer(target.bytes))
                        return copy
                    })
            }
        }
    }

    private func run(_ kernel: Kernel, _ inputs: [Memory], _ outputs: [Memory]) {
        switch kernel {
        case .map(let map):
            forEachIndex(map.shape) { position, index in
                evaluate(map.expression, at: index, position, accumulator: 0, inputs, outputs)
            }
        case .reduce(let reduce):
            let axes = reduce.shape.indices.filter { !reduce.isReduced[$0] }
            let identity = reduce.function.identity(reduce.type).doubleValue
            var totals = [Double](repeating: identity, count: reduce.keptShape.reduce(1, *))
            forEachIndex(reduce.shape) { position, index in
                let kept = axes.reduce(0) { $0 * reduce.shape[$1] + index[$1] }
                let value = evaluate(reduce.prologue, at: index, position, accumulator: 0, inputs, [])
                let function: BinaryFunction =
                    switch reduce.function {
                    case .sum: .add
                    case .maximum: .maximum
                    case .minimum: .minimum
                    }
                totals[kept] = Scalars.binary(function, totals[kept], value, reduce.type)
            }
            forEachIndex(reduce.keptShape) { position, index in
                evaluate(reduce.epilogue, at: index, position, accumulator: totals[position], inputs, outputs)
            }
        case .matrixProduct(let product):
            forEachIndex([product.batch, product.m, product.n]) { position, index in
                func element(_ operand: Kernel.MatrixProduct.Operand, _ row: Int, _ column: Int) -> Double {
                    inputs[operand.input][
                        operand.offset + index[0] * operand.batchStride + row * operand.rowStride
                            + column * operand.columnStride]
                }
                let sum = (0..<product.k).reduce(0.0) {
                    $0 + element(product.a, index[1], $1) * element(product.b, $1, index[2])
                }
                evaluate(product.epilogue, at: index, position, accumulator: sum, inputs, outputs)
            }
        case .convolution, .filterGradient, .noiseStep, .loop: fatalError("Gannet: \(kernel)")
        case .scatterAdd(let scatter):
            for position in 0..<scatter.rows * scatter.columns { outputs[0][position] = 0 }
            for update in 0..<scatter.count {
                let row = Int(inputs[0][update])
                guard row >= 0, row < scatter.rows else { continue }
                for column in 0..<scatter.columns {
                    let target = row * scatter.columns + column
                    outputs[0][target] = Scalars.binary(
                        .add, outputs[0][target], inputs[1][update * scatter.columns + column], scatter.type)
                }
            }
        }
    }

    private func forEachIndex(_ shape: [Int], _ body: (Int, [Int]) -> Void) {
        var index = [Int](repeating: 0, count: shape.count)
        for position in 0..<shape.reduce(1, *) {
            body(position, index)
            for axis in index.indices.reversed() {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
            }
        }
    }

    /// Computes an expression at one index, stores what it stores, and returns its last value.
    @discardableResult
    private func evaluate(
        _ expression: Expression, at index: [Int], _ position: Int, accumulator: Double, _ inputs: [Memory],
        _ outputs: [Memory]
    ) -> Double {
        var values: [Double] = []
        for (instruction, type) in zip(expression.instructions, expression.types) {
            let value: Double
            switch instruction {
            case .load(let input, let view): value = view.position(of: index).map { inputs[input][$0] } ?? 0
            case .gather(let input, let row, let rows, let rowStride, let view):
                let isInside = values[row] >= 0 && values[row] < Double(rows)
                value =
                    isInside
                    ? inputs[input][Int(values[row]) * rowStride + (view.position(of: index) ?? 0)]
                    : type == .float32 ? .nan : 0
            case .literal(let literal): value = literal.doubleValue
            case .position(let view): value = Double(view.position(of: index) ?? 0)
            case .isInBounds(let view): value = view.position(of: index) == nil ? 0 : 1
            case .randomBits(let key, let view):
                let words = (0..<4).map { UInt32(inputs[key][$0]) }
                value = Double(
                    Philox.word(
                        UInt64(view.position(of: index) ?? 0),
                        key: SIMD4(words[0], words[1], words[2], words[3])))
            case .accumulator: value = accumulator
            case .unary(let function, let x):
                value = Scalars.unary(function, values[x], expression.types[x])
            case .binary(let function, let x, let y):
                value = Scalars.binary(function, values[x], values[y], expression.types[x])
            case .select(let condition, let x, let y): value = values[condition] != 0 ? values[x] : values[y]
            case .cast(let x, let target):
                value = Scalars.cast(values[x], from: expression.types[x], to: target)
            }
            values.append(value)
        }
        for store in expression.stores { outputs[store.output][position] = values[store.value] }
        return values.last ?? 0
    }
}

/// The primitives on single numbers, as the reference evaluator defines them.
private enum Scalars {
    static func unary(_ function: UnaryFunction, _ x: Double, _ type: ScalarType) -> Double {
        value(.unary(function), [x], type, result: function.resultType(for: type)!)
    }

    static func binary(_ function: BinaryFunction, _ x: Double, _ y: Double, _ type: ScalarType) -> Double {
        if function == .add, type == .float32 { return x + y }
        return value(.binary(function), [x, y], type, result: function.resultType(for: type)!)
    }

    static func cast(_ x: Double, from source: ScalarType, to type: ScalarType) -> Double {
        value(.cast(type), [x], source, result: type)
    }

    private static func value(_ operation: Operation, _ x: [Double], _ type: ScalarType, result: ScalarType)
        -> Double
    {
        var evaluator = ReferenceEvaluator()
        let operands = x.map { value in
            let tensor = Tensor(
                Storage([UInt8](repeating: 0, count: type.byteCount).map { $0 != 0 }), shape: [],
                scalarType: type)
            evaluator.bind(tensor, to: ReferenceValue(shape: [], scalarType: type, elements: [value]))
            return tensor
        }
        let node = Node(operation, operands, shape: [], scalarType: result)
        return (try? evaluator.values(of: [Tensor(node)])[0].elements[0]) ?? .nan
    }
}

/// A buffer whose elements are read and written as `Double`.
private struct Memory {
    let bytes: UnsafeMutableRawBufferPointer
    private let type: ScalarType

    init(_ bytes: UnsafeMutableRawBufferPointer, _ type: ScalarType) {
        self.bytes = bytes
        self.type = type
    }

    subscript(position: Int) -> Double {
        get {
            switch type {
            case .float32: Double(bytes.load(fromByteOffset: 4 * position, as: Float.self))
            case .int32: Double(bytes.load(fromByteOffset: 4 * position, as: Int32.self))
            case .uint32: Double(bytes.load(fromByteOffset: 4 * position, as: UInt32.self))
            case .bool: Double(bytes.load(fromByteOffset: position, as: UInt8.self))
            }
        }
        nonmutating set {
            let literal = Literal(newValue, type: type)
            if type == .bool {
                bytes.storeBytes(of: UInt8(literal.bits), toByteOffset: position, as: UInt8.self)
            } else {
                bytes.storeBytes(of: literal.bits, toByteOffset: 4 * position, as: UInt32.self)
            }
        }
    }
}
