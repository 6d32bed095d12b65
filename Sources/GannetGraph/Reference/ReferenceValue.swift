/// The elements of a tensor as the ``ReferenceEvaluator`` computes them.
///
/// Every element is kept as a `Double`: floating-point numbers in double precision, integers exactly, truth
/// values as 0 and 1.
public struct ReferenceValue: Sendable, Equatable {
    /// The shape.
    public let shape: Shape
    /// The type that the elements have in a tensor.
    public let scalarType: ScalarType
    /// The elements in row-major order.
    public var elements: [Double]

    /// Creates a value from its elements in row-major order.
    public init(shape: Shape, scalarType: ScalarType, elements: [Double]) {
        if elements.count != shape.count {
            invalidUse("ReferenceValue", "\(elements.count) elements do not fill the shape \(shape)")
        }
        self.shape = shape
        self.scalarType = scalarType
        self.elements = elements
    }

    /// The values of a tensor whose bytes are `storage`.
    init(_ storage: Storage, shape: Shape, scalarType: ScalarType) throws(DeviceError) {
        let buffer = try storage.hostBuffer()
        let bytes = UnsafeRawBufferPointer(buffer.bytes)
        func read<Scalar: BitwiseCopyable>(_: Scalar.Type, _ convert: (Scalar) -> Double) -> [Double] {
            (0..<shape.count).map {
                convert(
                    bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Scalar>.stride, as: Scalar.self))
            }
        }
        let elements =
            switch scalarType {
            case .float32: read(Float.self, Double.init)
            case .int32: read(Int32.self, Double.init)
            case .uint32: read(UInt32.self, Double.init)
            case .bool: read(UInt8.self) { $0 == 0 ? 0 : 1 }
            case .float16: read(UInt16.self) { Double(HalfBits.float(float16: $0)) }
            case .bfloat16: read(UInt16.self) { Double(HalfBits.float(bfloat16: $0)) }
            }
        self.init(shape: shape, scalarType: scalarType, elements: elements)
    }

    /// Calls `body` with the index of each element of a tensor of shape `shape`, in row-major order.
    static func forEachIndex(of shape: Shape, _ body: ([Int]) -> Void) {
        var index = [Int](repeating: 0, count: shape.rank)
        for _ in 0..<shape.count {
            body(index)
            for axis in index.indices.reversed() {
                index[axis] += 1
                if index[axis] < shape.extents[axis] { break }
                index[axis] = 0
            }
        }
    }

    /// The place in row-major order of the element at `index`.
    func offset(of index: [Int]) -> Int {
        zip(index, shape.extents).reduce(0) { $0 * $1.1 + $1.0 }
    }
}
