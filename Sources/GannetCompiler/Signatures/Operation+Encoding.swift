import GannetGraph

extension Operation {
    /// Appends what distinguishes this operation from others in a graph's structure. Stored values, and gradients
    /// given by users, are not part of it.
    func encode(into words: inout [Int]) {
        func append(_ code: Int, _ payload: [Int] = []) {
            // With its length, so that no two graphs are the same words cut in other places.
            words.append(code)
            words.append(payload.count)
            words.append(contentsOf: payload)
        }
        switch self {
        case .leaf: append(0)
        case .literal(let value): append(1, [Int(value.type.rawValue), Int(value.bits)])
        case .index(let axis): append(2, [axis])
        case .randomBits: append(3)
        case .unary(let function): append(4, [Int(function.rawValue)])
        case .binary(let function): append(5, [Int(function.rawValue)])
        case .select: append(6)
        case .cast(let type): append(7, [Int(type.rawValue)])
        case .reshape: append(8)
        case .permute(let order): append(9, order)
        case .broadcast: append(10)
        case .slice(let starts, let strides): append(11, starts + strides)
        case .pad(let low, let high, let value): append(12, low + high + [Int(value.bits)])
        case .concatenate(let axis): append(13, [axis])
        case .reduce(let function, let axes): append(14, [Int(function.rawValue)] + axes)
        case .matrixProduct(let transposeA, let transposeB):
            append(15, [transposeA ? 1 : 0, transposeB ? 1 : 0])
        case .gather: append(16)
        case .scatterAdd(let rows): append(17, [rows])
        case .stopGradient: append(18)
        case .customGradient(let custom): append(19, custom.structure.map { [1] + $0 } ?? [])
        case .placeholder(let number): append(20, [number])
        case .convolution(let geometry): append(21, geometry.words)
        case .convolutionInputGradient(let geometry, let height, let width):
            append(22, [height, width] + geometry.words)
        case .convolutionFilterGradient(let geometry, let height, let width):
            append(23, [height, width] + geometry.words)
        case .noiseStep(let step):
            append(24, [step.hasPrediction, step.isClipped, step.isNoisy].map { $0 ? 1 : 0 })
        case .loop(let loop):
            append(
                25,
                [loop.count, loop.isReversed ? 1 : 0, loop.stateCount, loop.scannedCount]
                    + GraphSignature.of(loop.results).signature.words)
        case .loopResult(.final(let number)): append(26, [0, number])
        case .loopResult(.history(let number)): append(26, [1, number])
        case .loopResult(.collected(let number)): append(26, [2, number])
        }
    }
}

extension ConvolutionGeometry {
    /// What distinguishes this geometry from others.
    fileprivate var words: [Int] {
        var words = [height, width].flatMap { [$0.stride, $0.dilation, $0.padLow, $0.padHigh] } + [groups]
        if let mask {
            words += [mask.height, mask.width, mask.inputGroups, mask.outputGroups]
            words += mask.keeps.map { $0 ? 1 : 0 }
        }
        return words
    }
}

extension Node {
    /// Appends the operation, the type, the shape and the numbers of the operands: what makes two nodes compute
    /// the same.
    func encode(into words: inout [Int], numberOf: (Node) -> Int) {
        operation.encode(into: &words)
        words.append(Int(scalarType.rawValue))
        words.append(shape.rank)
        words.append(contentsOf: shape.extents)
        let inputs = inputs
        words.append(inputs.count)
        for input in inputs { words.append(numberOf(input.node)) }
    }
}
