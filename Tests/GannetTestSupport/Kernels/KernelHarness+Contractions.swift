import GannetCompiler
import GannetGraph

/// Matrix products of every layout, and scatters.
extension KernelHarness {
    /// An operand of `rows` × `columns` matrices in one of several layouts, and the elements it needs.
    package static func operand(_ input: Int, batch: Int, rows: Int, columns: Int, layout: Int) -> (
        Kernel.MatrixProduct.Operand, Int
    ) {
        let size = rows * columns
        let last = max(size - 1, 0)
        return switch layout {
        case 0:
            (
                .init(input: input, offset: 0, batchStride: size, rowStride: columns, columnStride: 1),
                batch * size
            )
        case 1:
            (
                .init(input: input, offset: 0, batchStride: size, rowStride: 1, columnStride: rows),
                batch * size
            )
        case 2: (.init(input: input, offset: 0, batchStride: 0, rowStride: columns, columnStride: 1), size)
        case 3:
            (.init(input: input, offset: last, batchStride: 0, rowStride: -columns, columnStride: -1), size)
        case 4:
            (
                .init(
                    input: input, offset: 3, batchStride: 2 * size, rowStride: 2 * columns, columnStride: 2),
                2 * batch * size + 3
            )
        case 5: (.init(input: input, offset: 0, batchStride: 0, rowStride: 0, columnStride: 1), columns)
        default: (.init(input: input, offset: 0, batchStride: 0, rowStride: 1, columnStride: 0), rows)
        }
    }

    package static func epilogue(_ shape: [Int], bias: Int?) -> Expression {
        var expression = Expression()
        var value = expression.append(.accumulator, type: .float32)
        if let bias {
            let b = expression.append(
                .load(input: bias, view: View(stages: [.init(shape: shape, strides: [0, 0, 1])])),
                type: .float32)
            value = expression.append(.binary(.add, value, b), type: .float32)
            let zero = expression.append(.literal(Float(0).literal), type: .float32)
            let positive = expression.append(.binary(.less, zero, value), type: .bool)
            let rectified = expression.append(.binary(.maximum, value, zero), type: .float32)
            expression.stores = [.init(value: rectified, output: 0), .init(value: positive, output: 1)]
        } else {
            expression.stores = [.init(value: value, output: 0)]
        }
        return expression
    }

    private func check(
        batch: Int, m: Int, n: Int, k: Int, layouts: (Int, Int), _ random: inout TestRandom
    ) throws {
        let (a, countA) = Self.operand(0, batch: batch, rows: m, columns: k, layout: layouts.0)
        let (b, countB) = Self.operand(1, batch: batch, rows: k, columns: n, layout: layouts.1)
        var product = Kernel.MatrixProduct(
            batch: batch, m: m, n: n, k: k, a: a, b: b, epilogue: Self.epilogue([batch, m, n], bias: nil))
        let inputs = [
            RandomViews.values(countA, .float32, &random), RandomViews.values(countB, .float32, &random),
            RandomViews.values(n, .float32, &random),
        ]
        let comment = "batch \(batch), m \(m), n \(n), k \(k), layouts \(layouts)"
        try check(
            .matrixProduct(product), inputs, outputTypes: [.float32], tolerance: 1e-6,
            scale: 3 * Double(max(k, 1)).squareRoot() * 3, comment)
        // With the oracle's own sums the mask could differ where the sum is next to −bias.
        product.epilogue = Self.epilogue([batch, m, n], bias: 2)
        product.epilogue.stores.removeLast()
        try check(
            .matrixProduct(product), inputs, outputTypes: [.float32], tolerance: 1e-6,
            scale: 3 * Double(max(k, 1)).squareRoot() * 3, comment)
    }

    /// Rows, columns and products: few of each and none, more than a tile has, sums so long that they are made in pieces.
    package static let productShapes = [
        (1, 1, 1), (6, 8, 4), (7, 9, 5), (1, 20, 300), (128, 20, 40), (20, 1, 17), (5, 400, 3),
        (64, 257, 33),
        (13, 600, 70), (3, 3, 1100), (0, 4, 3), (4, 0, 3), (4, 5, 0), (130, 70, 64), (1, 1, 0),
        (12, 30, 700), (9, 6, 1030), (13, 10, 520), (2, 50, 1040),
    ]

    package func productShapes(_ shapes: [(Int, Int, Int)] = productShapes) throws {
        var random = TestRandom(seed: 17)
        for (m, n, k) in shapes {
            try check(batch: 1, m: m, n: n, k: k, layouts: (0, 0), &random)
            try check(batch: 1, m: m, n: n, k: k, layouts: (1, 1), &random)
        }
    }

    /// Products of operands in every layout; unless all are asked for, each left one with two right ones.
    package func productLayouts(everyPair: Bool = true, m: Int = 11, n: Int = 19, k: Int = 14) throws {
        var random = TestRandom(seed: 18)
        for left in 0...6 {
            for right in 0...6 where everyPair || (left + 3 * right) % 4 == 0 {
                try check(batch: 3, m: m, n: n, k: k, layouts: (left, right), &random)
                try check(batch: 2, m: 5, n: 8, k: 9, layouts: (left, right), &random)
            }
        }
        try check(batch: 0, m: 5, n: 8, k: 9, layouts: (0, 0), &random)
    }

    /// A product of random extents and layouts: operands that are read in place, in rows and in columns, that are packed
    /// because there are many rows, and that are copied because rows a power of two apart meet in caches.
    package func randomProduct(seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed) &+ 5_000)
        func element(_ choices: [Int]) -> Int { choices.randomElement(using: &random)! }
        var (m, n, k) = (0, 0, 0)
        repeat {
            m = element([9, 24, 31, 130, 256, 330, 512])
            n = element([9, 16, 33, 64, 100, 140, 256])
            k = element([1, 3, 17, 64, 130, 256, 520, 1030])
        } while m * n * k > 3_000_000
        let batch = m * n * k < 300_000 ? element([1, 2, 5]) : 1
        try check(
            batch: batch, m: m, n: n, k: k, layouts: (element([0, 1, 2, 4]), element([0, 1, 2, 4])), &random)
    }

    package func masksOfAnEpilogue() throws {
        var random = TestRandom(seed: 19)
        let inputs = [
            (0..<90).map { _ in ScalarOracle.Value.float(Double(Int.random(in: -3...3, using: &random))) },
            (0..<150).map { _ in .float(Double(Int.random(in: -3...3, using: &random))) },
            (0..<15).map { _ in .float(Double(Int.random(in: -3...3, using: &random))) },
        ]
        let product = Kernel.MatrixProduct(
            batch: 1, m: 9, n: 15, k: 10, a: Self.operand(0, batch: 1, rows: 9, columns: 10, layout: 0).0,
            b: Self.operand(1, batch: 1, rows: 10, columns: 15, layout: 0).0,
            epilogue: Self.epilogue([1, 9, 15], bias: 2))
        try check(
            .matrixProduct(product), inputs, outputTypes: [.float32, .bool], tolerance: 0)
    }

    package func scatterAdd() throws {
        var random = TestRandom(seed: 20)
        for (rows, columns, count) in [
            (5, 3, 20), (1, 1, 0), (0, 3, 2), (4, 0, 2), (100, 64, 3000), (3, 1, 50),
        ] {
            for type in [ScalarType.float32, .int32, .uint32] {
                let indices = (0..<count).map { _ in
                    ScalarOracle.Value.int(.random(in: -2...Int32(rows + 1), using: &random))
                }
                let inputs = [
                    indices.isEmpty ? [.int(0)] : indices,
                    RandomViews.values(max(count * columns, 1), type, &random),
                ]
                try check(
                    .scatterAdd(.init(rows: rows, columns: columns, count: count, type: type)), inputs,
                    outputTypes: [type], tolerance: 1e-6, scale: 30)
            }
        }
    }
}
