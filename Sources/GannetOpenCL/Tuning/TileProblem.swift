import GannetCompiler
import GannetGraph

/// A product, a convolution or the gradient of one toward its filters, as far as it matters for the choice of a tile:
/// without the epilogue, and on operands of its own.
public struct TileProblem: Hashable, Sendable, CustomStringConvertible {
    /// The name by which a ``TileTable`` knows the problem: the kind, and the extents.
    public let description: String
    /// How many products are summed.
    public let multiplyAdds: Int

    let kernel: Kernel
    /// The number of elements of the two operands and of the result.
    let counts: (left: Int, right: Int, result: Int)
    /// The most columns of a part, which vectors lie along in the CPU style.
    let columns: Int

    /// The problem that a kernel solves; nil for kernels that have no tile, and for those without work.
    public init?(_ kernel: Kernel) {
        guard let name = Self.name(of: kernel) else { return nil }
        description = name
        let bare = Expression.storingAccumulator(.float32)
        switch kernel {
        case .matrixProduct(var product):
            let left = product.a.rebase(input: 0, batch: product.batch, rows: product.m, columns: product.k)
            let right = product.b.rebase(input: 1, batch: product.batch, rows: product.k, columns: product.n)
            let results = product.batch * product.m * product.n
            (counts, columns, multiplyAdds) = ((left, right, results), product.n, results * product.k)
            product.epilogue = bare
            self.kernel = .matrixProduct(product)
        case .convolution(var convolution):
            let filters = convolution.parts.map {
                $0.filterReach(convolution.filterChannelStride, convolution.filterResultStride)
            }
            counts = (
                convolution.batch * convolution.height * convolution.width * convolution.channels,
                (filters.max() ?? 0) + 1,
                convolution.batch * convolution.resultHeight * convolution.resultWidth
                    * convolution.resultChannels
            )
            (columns, multiplyAdds) = convolution.parts.extents(batch: convolution.batch)
            (convolution.images, convolution.filters, convolution.epilogue) = (0, 1, bare)
            self.kernel = .convolution(convolution)
        case .filterGradient(var gradient):
            counts = (
                gradient.batch * gradient.height * gradient.width * gradient.channels,
                gradient.batch * gradient.resultHeight * gradient.resultWidth * gradient.resultChannels,
                gradient.filterShape.reduce(1, *)
            )
            (columns, multiplyAdds) = gradient.parts.extents(batch: gradient.batch)
            (gradient.images, gradient.results, gradient.epilogue) = (0, 1, bare)
            self.kernel = .filterGradient(gradient)
        default: return nil
        }
        if multiplyAdds == 0 { return nil }
    }

    public static func == (a: Self, b: Self) -> Bool { a.kernel == b.kernel }

    public func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// The problems in a program, one of each name, the largest first.
    public static func problems(in programs: [Program]) -> [TileProblem] {
        var known: [String: TileProblem] = [:]
        func add(_ calls: [Program.Call]) {
            for call in calls {
                if case .loop(let loop) = call.kernel {
                    add(loop.body.calls)
                } else if let problem = TileProblem(call.kernel), known[problem.description] == nil {
                    known[problem.description] = problem
                }
            }
        }
        for program in programs { add(program.calls) }
        return known.values.sorted {
            ($1.multiplyAdds, $0.description) < ($0.multiplyAdds, $1.description)
        }
    }

    /// The program that does nothing else.
    var program: Program {
        func slot(_ count: Int) -> Program.Slot { .init(shape: [count], scalarType: .float32) }
        return Program(
            kernel, inputs: [slot(counts.left), slot(counts.right)], outputs: [slot(counts.result)],
            label: description)
    }
}

// MARK: - Names

extension TileProblem {
    /// The name of the problem that a kernel solves; nil for kernels that have no tile.
    static func name(of kernel: Kernel) -> String? {
        switch kernel {
        case .matrixProduct(let product):
            let batch = product.batch == 1 ? "" : "\(product.batch) of "
            let (a, b) = (product.a.walk, product.b.walk)
            return "product \(batch)\(product.m)×\(product.k)\(a) by \(product.k)×\(product.n)\(b)"
        case .convolution(let c):
            let filters = c.filterResultStride == 1 ? "" : ", filters ᵀ"
            return "convolution \(c.batch)×\(c.height)×\(c.width)×\(c.channels) to "
                + "\(c.resultHeight)×\(c.resultWidth)×\(c.resultChannels)\(filters): \(c.parts.summary)"
        case .filterGradient(let g):
            return "filter gradient \(g.batch)×\(g.height)×\(g.width)×\(g.channels) and "
                + "\(g.resultHeight)×\(g.resultWidth)×\(g.resultChannels): \(g.parts.summary)"
        default: return nil
        }
    }
}

extension Kernel.MatrixProduct.Operand {
    /// Which way elements lie side by side: nothing along rows, ᵀ along columns, * neither.
    fileprivate var walk: String { columnStride == 1 ? "" : rowStride == 1 ? "ᵀ" : "*" }

    /// Puts the operand at the start of a buffer of its own, and returns how many elements that has.
    fileprivate mutating func rebase(input: Int, batch: Int, rows: Int, columns: Int) -> Int {
        self.input = input
        offset = 0
        var last = 0
        for (stride, count) in [(batchStride, batch), (rowStride, rows), (columnStride, columns)] {
            let reach = stride * max(0, count - 1)
            offset -= min(0, reach)
            last += max(0, reach)
        }
        return offset + last + 1
    }
}

extension ConvolutionPart {
    /// The last element of the filters that the part reads.
    fileprivate func filterReach(_ channelStride: Int, _ resultStride: Int) -> Int {
        (taps.map(\.filter).max() ?? 0) + max(0, tapChannels - 1) * channelStride
            + max(0, channels.count - 1) * resultStride
    }
}

extension [ConvolutionPart] {
    /// The most channels of a part, and the number of products in all.
    fileprivate func extents(batch: Int) -> (columns: Int, multiplyAdds: Int) {
        (
            map(\.channels.count).max() ?? 0,
            reduce(0) { $0 + batch * $1.positionCount * $1.channels.count * $1.depth }
        )
    }

    /// What each part has, parts that are alike counted.
    fileprivate var summary: String {
        var counts: [(text: String, count: Int)] = []
        for part in self {
            let step = part.rows.stride == 1 && part.columns.stride == 1 ? "" : "/\(part.columns.stride)"
            let text =
                "\(part.rows.count)×\(part.columns.count)\(step)×\(part.channels.count) of "
                + "\(part.taps.count)×\(part.tapChannels)"
            if let index = counts.firstIndex(where: { $0.text == text }) {
                counts[index].count += 1
            } else {
                counts.append((text, 1))
            }
        }
        return counts.map { $0.count == 1 ? $0.text : "\($0.count)·(\($0.text))" }.joined(separator: " + ")
    }
}
