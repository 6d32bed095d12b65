import GannetGraph

/// Where in a buffer the elements of an index space are: what a chain of movements comes to.
///
/// A view is a list of stages. The last faces the consumer: an index (i₀, …, iᵣ) gives the number
/// offset + Σ iₖ · strideₖ. That number is the element of the buffer, or, when there are stages before, the
/// row-major position in the shape of the stage before, which is taken apart into an index there, and so on.
/// Most views have one stage; a reshape that strides cannot express adds one.
///
/// A stage may have bounds: an index outside them is not in the buffer at all, it lies in padding. A load there
/// gives 0 and does not touch memory.
public struct View: Hashable, Sendable {
    /// One affine map from an index space to a number.
    public struct Stage: Hashable, Sendable {
        /// The extents of the index space.
        public var shape: [Int]
        /// What one step along each axis adds; 0 for a broadcast axis, negative for a flipped one.
        public var strides: [Int]
        /// The number at index 0.
        public var offset: Int
        /// For each axis the indices that are not padding; nil when all are not.
        public var bounds: [Range<Int>]?

        /// Creates a stage.
        public init(shape: [Int], strides: [Int], offset: Int = 0, bounds: [Range<Int>]? = nil) {
            self.shape = shape
            self.strides = strides
            self.offset = offset
            self.bounds = bounds
        }
    }

    /// The stages, the one that reads the buffer first.
    public var stages: [Stage]

    /// Creates a view from its stages, at least one.
    public init(stages: [Stage]) { self.stages = stages }

    /// The view of a whole row-major tensor.
    public init(contiguous shape: [Int]) {
        stages = [Stage(shape: shape, strides: Shape(shape).contiguousStrides)]
    }

    /// The extents of the index space that the consumer walks over.
    public var shape: [Int] { stages[stages.count - 1].shape }

    /// The stage that faces the consumer.
    public var outer: Stage {
        get { stages[stages.count - 1] }
        set { stages[stages.count - 1] = newValue }
    }

    /// Whether any index may lie in padding.
    public var isBounded: Bool { stages.contains { $0.bounds != nil } }

    /// Whether the elements are those of the whole buffer in row-major order.
    public var isContiguous: Bool {
        stages.count == 1 && outer.offset == 0 && outer.bounds == nil
            && zip(outer.shape, zip(outer.strides, Shape(outer.shape).contiguousStrides))
                .allSatisfy { extent, strides in extent == 1 || strides.0 == strides.1 }
    }

    /// The element of the buffer at `index`, or nil in padding. The definition; backends have faster ways.
    public func position(of index: [Int]) -> Int? {
        var index = index
        for level in stages.indices.reversed() {
            let stage = stages[level]
            var number = stage.offset
            for axis in index.indices {
                if let bounds = stage.bounds, !bounds[axis].contains(index[axis]) { return nil }
                number += index[axis] * stage.strides[axis]
            }
            if level == 0 { return number }
            let inner = stages[level - 1].shape
            index = [Int](repeating: 0, count: inner.count)
            for axis in inner.indices.reversed() {
                index[axis] = number % inner[axis]
                number /= inner[axis]
            }
        }
        return nil
    }
}
