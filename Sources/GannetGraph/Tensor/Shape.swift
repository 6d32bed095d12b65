/// The extents of a tensor, outermost first. `[]` is the shape of a scalar; an extent may be 0.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extents, outermost first.
    public let extents: [Int]

    /// Creates a shape from its extents, none of them negative.
    public init(_ extents: [Int]) {
        if extents.contains(where: { $0 < 0 }) {
            invalidUse("Shape", "an extent is negative in \(extents)")
        }
        self.extents = extents
    }

    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// The number of axes.
    public var rank: Int { extents.count }

    /// The number of elements: the product of the extents, 1 for a scalar.
    public var count: Int { extents.reduce(1, *) }

    /// The extent of an axis; a negative axis counts from the end.
    public subscript(axis: Int) -> Int { extents[axis < 0 ? axis + rank : axis] }

    /// The strides, in elements, of a tensor of this shape whose last axis is contiguous.
    public var contiguousStrides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return strides
    }

    /// The shape two operands broadcast to by NumPy's rule, or nil when they do not.
    ///
    /// Shapes are aligned at their last axis; an extent of 1 stretches to the other's.
    public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
        if a == b { return a }
        let rank = max(a.rank, b.rank)
        var result = [Int](repeating: 1, count: rank)
        for axis in 0..<rank {
            let x = axis < rank - a.rank ? 1 : a.extents[axis - (rank - a.rank)]
            let y = axis < rank - b.rank ? 1 : b.extents[axis - (rank - b.rank)]
            guard x == y || x == 1 || y == 1 else { return nil }
            result[axis] = x == 1 ? y : x
        }
        return Shape(result)
    }

    public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
