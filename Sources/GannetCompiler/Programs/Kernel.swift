import GannetGraph

/// The closed list of what a backend can be asked to run.
public enum Kernel: Hashable, Sendable {
    /// An expression at every index of an index space, with one or several outputs.
    case map(Map)
    /// A reduction with an element-wise prologue and epilogue.
    case reduce(Reduce)
    /// A batch of matrix products with an element-wise epilogue.
    case matrixProduct(MatrixProduct)
    /// A convolution, or the gradient of one toward its images, with an element-wise epilogue.
    case convolution(Convolution)
    /// The gradient of a convolution toward its filters, with an element-wise epilogue.
    case filterGradient(FilterGradient)
    /// A step of a diffusion process, with its noise.
    case noiseStep(NoiseStep)
    /// A program that is run again and again.
    case loop(Loop)
    /// Elements combined with all before them.
    case scan(Scan)
    /// The orders that sort lines.
    case sort(Sort)
    /// Rows added to the rows of a zero matrix that indices name.
    case scatterAdd(ScatterAdd)

    /// An expression at every index of an index space.
    public struct Map: Hashable, Sendable {
        /// The index space; axes that all views walk alike are merged, extents of 1 dropped.
        public var shape: [Int]
        /// What is computed at each index; its stores write outputs of this shape.
        public var expression: Expression

        /// Creates a map.
        public init(shape: [Int], expression: Expression) {
            self.shape = shape
            self.expression = expression
        }
    }

    /// A reduction of the values of an expression along some axes of its index space.
    public struct Reduce: Hashable, Sendable {
        /// How values are combined. The order and tree of a sum follow from the shape alone.
        public var function: ReductionFunction
        /// The type of the values.
        public var type: ScalarType
        /// The index space of the prologue; neighbouring axes that are walked alike are merged.
        public var shape: [Int]
        /// Whether each of those axes is reduced.
        public var isReduced: [Bool]
        /// The values to be reduced: the last value of this expression, which has no stores.
        public var prologue: Expression
        /// What is made of each result, in the index space ``keptShape``; it has an `accumulator` and stores.
        public var epilogue: Expression

        /// The extents that are not reduced, in order.
        public var keptShape: [Int] { zip(shape, isReduced).filter { !$0.1 }.map(\.0) }

        /// Creates a reduction.
        public init(
            function: ReductionFunction, type: ScalarType, shape: [Int], isReduced: [Bool],
            prologue: Expression, epilogue: Expression
        ) {
            self.function = function
            self.type = type
            self.shape = shape
            self.isReduced = isReduced
            self.prologue = prologue
            self.epilogue = epilogue
        }
    }

    /// `batch` products of an m × k and a k × n matrix of `float32`.
    public struct MatrixProduct: Hashable, Sendable {
        /// Where the elements of an operand are: at offset + batch · batchStride + row · rowStride + column ·
        /// columnStride. Strides may be 0 (broadcast) or negative.
        public struct Operand: Hashable, Sendable {
            /// The kernel input.
            public var input: Int
            /// The element at index 0.
            public var offset: Int
            /// What a step from one matrix to the next adds.
            public var batchStride: Int
            /// What a step from one row to the next adds.
            public var rowStride: Int
            /// What a step from one column to the next adds.
            public var columnStride: Int

            /// Creates an operand.
            public init(input: Int, offset: Int, batchStride: Int, rowStride: Int, columnStride: Int) {
                self.input = input
                self.offset = offset
                self.batchStride = batchStride
                self.rowStride = rowStride
                self.columnStride = columnStride
            }
        }

        /// The number of products.
        public var batch: Int
        /// The rows of the left operand and of the result.
        public var m: Int
        /// The columns of the right operand and of the result.
        public var n: Int
        /// The columns of the left operand, the rows of the right one; the sum over nothing is 0.
        public var k: Int
        /// The left operand, m × k.
        public var a: Operand
        /// The right operand, k × n.
        public var b: Operand
        /// What is made of each result, in the index space [batch, m, n]; it has an `accumulator` and stores.
        public var epilogue: Expression

        /// Creates a batch of products.
        public init(batch: Int, m: Int, n: Int, k: Int, a: Operand, b: Operand, epilogue: Expression) {
            self.batch = batch
            self.m = m
            self.n = n
            self.k = k
            self.a = a
            self.b = b
            self.epilogue = epilogue
        }
    }

    /// Kernel input 0 holds `count` indices (`int32`), input 1 `count` rows of `columns` elements. Output 0 has
    /// `rows` rows; each is the sum of the updates whose index names it, in order, from zero.
    public struct ScatterAdd: Hashable, Sendable {
        /// The rows of the output.
        public var rows: Int
        /// The elements of a row.
        public var columns: Int
        /// The number of indices and of updates.
        public var count: Int
        /// The type of the updates: `float32`, `int32` or `uint32`.
        public var type: ScalarType

        /// Creates a scatter.
        public init(rows: Int, columns: Int, count: Int, type: ScalarType) {
            self.rows = rows
            self.columns = columns
            self.count = count
            self.type = type
        }
    }
}
