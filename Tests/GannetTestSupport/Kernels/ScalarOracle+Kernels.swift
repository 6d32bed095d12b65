import GannetCompiler
import GannetGraph

/// Whole kernels.
extension ScalarOracle {
    /// The outputs of a kernel.
    package func run(_ kernel: Kernel, outputTypes: [ScalarType]) -> [[Value]] {
        switch kernel {
        case .map(let map):
            return store(map.expression, outputTypes.count, Self.indices(map.shape).map { ($0, nil) })
        case .reduce(let reduce):
            var totals: [[Int]: Value] = [:]
            let keptIndices = Self.indices(reduce.keptShape)
            for index in keptIndices { totals[index] = Value(reduce.function.identity(reduce.type)) }
            for index in Self.indices(reduce.shape) {
                let kept = zip(index, reduce.isReduced).filter { !$0.1 }.map(\.0)
                let value = values(reduce.prologue, at: index).last!
                let function: BinaryFunction =
                    switch reduce.function {
                    case .sum: .add
                    case .maximum: .maximum
                    case .minimum: .minimum
                    }
                totals[kept] = Self.binary(function, totals[kept]!, value)
            }
            return store(reduce.epilogue, outputTypes.count, keptIndices.map { ($0, totals[$0]!) })
        case .matrixProduct(let product):
            var elements: [([Int], Value?)] = []
            for index in Self.indices([product.batch, product.m, product.n]) {
                var sum = 0.0
                for k in 0..<product.k {
                    let a =
                        product.a.offset + index[0] * product.a.batchStride + index[1] * product.a.rowStride
                    let b = product.b.offset + index[0] * product.b.batchStride + k * product.b.rowStride
                    sum +=
                        inputs[product.a.input][a + k * product.a.columnStride].float
                        * inputs[product.b.input][b + index[2] * product.b.columnStride].float
                }
                elements.append((index, .float(sum)))
            }
            return store(product.epilogue, outputTypes.count, elements)
        case .convolution(let convolution):
            let sums = sums(convolution)
            let shape = [
                convolution.batch, convolution.resultHeight, convolution.resultWidth,
                convolution.resultChannels,
            ]
            return store(
                convolution.epilogue, outputTypes.count,
                zip(Self.indices(shape), sums).map { ($0, .float($1)) })
        case .filterGradient(let gradient):
            return store(
                gradient.epilogue, outputTypes.count,
                zip(Self.indices(gradient.filterShape), sums(gradient)).map { ($0, .float($1)) })
        case .noiseStep(let noise): return [self.noise(noise)]
        case .loop(let loop): return run(loop, outputTypes: outputTypes)
        case .scan(let scan): return [self.scan(scan)]
        case .sort(let sort): return [order(sort)]
        case .scatterAdd(let scatter):
            var result = [Value](repeating: Self.zero(scatter.type), count: scatter.rows * scatter.columns)
            for k in 0..<scatter.count {
                let row = Int(inputs[0][k].int)
                if row < 0 || row >= scatter.rows { continue }
                for column in 0..<scatter.columns {
                    let at = row * scatter.columns + column
                    result[at] = Self.binary(.add, result[at], inputs[1][k * scatter.columns + column])
                }
            }
            return [result]
        }
    }

    private func store(_ expression: GannetCompiler.Expression, _ outputs: Int, _ elements: [([Int], Value?)])
        -> [[Value]]
    {
        var result = [[Value]](repeating: [], count: outputs)
        for (index, accumulator) in elements {
            let values = values(expression, at: index, accumulator: accumulator)
            for store in expression.stores { result[store.output].append(values[store.value]) }
        }
        return result
    }
}
