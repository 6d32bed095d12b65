extension Tensor {
    /// A tensor of stored values.
    public init(_ storage: Storage, shape: Shape, scalarType: ScalarType) {
        if storage.byteCount != shape.count * scalarType.byteCount {
            invalidUse(
                "Tensor(_:shape:)",
                "\(storage.byteCount) bytes are not the values of a \(scalarType) tensor of shape \(shape)")
        }
        self.init(Node(.leaf(storage), [], shape: shape, scalarType: scalarType))
    }

    /// A tensor of shape `shape` that holds `elements` in row-major order.
    public init<Scalar: TensorScalar>(_ elements: [Scalar], shape: Shape) {
        if elements.count != shape.count {
            invalidUse("Tensor(_:shape:)", "\(elements.count) elements do not fill the shape \(shape)")
        }
        self.init(Storage(elements), shape: shape, scalarType: Scalar.scalarType)
    }

    /// A tensor that holds a copy of `bytes`: elements of `scalarType` in row-major order, in the machine's byte
    /// order, one byte each for `bool`.
    public init(
        copying bytes: UnsafeRawBufferPointer, shape: Shape, scalarType: ScalarType,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        if bytes.count != shape.count * scalarType.byteCount {
            invalidUse(
                "Tensor(copying:shape:scalarType:)",
                "\(bytes.count) bytes are not the values of a \(scalarType) tensor of shape \(shape)",
                file: file,
                line: line)
        }
        self.init(Storage(HostBuffer(copying: bytes)), shape: shape, scalarType: scalarType)
    }

    /// A vector of `elements`.
    public init<Scalar: TensorScalar>(_ elements: [Scalar]) {
        self.init(elements, shape: [elements.count])
    }

    /// A scalar, shape [], as a run-time input: programs are not compiled anew when it changes.
    public init<Scalar: TensorScalar>(_ value: Scalar) {
        self.init([value], shape: [])
    }

    /// A scalar, shape [], that is part of the graph's structure: another value is another program.
    public static func literal<Scalar: TensorScalar>(_ value: Scalar) -> Tensor {
        literal(value.literal)
    }

    package static func literal(_ value: Literal) -> Tensor {
        Tensor(Node(.literal(value), [], shape: [], scalarType: value.type))
    }

    /// A tensor whose elements all are `value`, a part of the graph's structure.
    public static func full<Scalar: TensorScalar>(_ value: Scalar, shape: Shape) -> Tensor {
        literal(value).broadcast(to: shape)
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: Shape, type: ScalarType = .float32) -> Tensor {
        literal(Literal(0, type: type)).broadcast(to: shape)
    }

    /// A tensor of ones.
    public static func ones(_ shape: Shape, type: ScalarType = .float32) -> Tensor {
        literal(Literal(1, type: type)).broadcast(to: shape)
    }

    /// A tensor of shape `shape` that holds at each place its index along `axis`, as `int32`.
    public static func index(along axis: Int, of shape: Shape) -> Tensor {
        let axis = resolvedAxis(axis, rank: shape.rank, operation: "index(along:of:)")
        return Tensor(Node(.index(axis: axis), [], shape: shape, scalarType: .int32))
    }

    /// The vector 0, 1, …, count − 1, as `int32`.
    public static func range(_ count: Int) -> Tensor { index(along: 0, of: [count]) }
}

/// `axis` counted from the front; a negative one counts from the end.
package func resolvedAxis(
    _ axis: Int, rank: Int, operation: String, file: StaticString = #fileID, line: UInt = #line
) -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    if resolved < 0 || resolved >= rank {
        invalidUse(operation, "there is no axis \(axis) in a tensor of rank \(rank)", file: file, line: line)
    }
    return resolved
}
