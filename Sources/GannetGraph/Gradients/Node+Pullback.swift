extension Node {
    /// The products of a gradient of this node's result with its Jacobians, one for each operand.
    ///
    /// - Parameters:
    ///   - g: The gradient of the result, of its shape.
    ///   - needed: For which operands a gradient is wanted; others may be nil.
    func pullback(of g: Tensor, needed: [Bool]) -> [Tensor?] {
        let y = Tensor(self)
        switch operation {
        case .leaf, .placeholder, .literal, .index, .randomBits, .sortingOrder, .stopGradient:
            return inputs.map { _ in nil }
        case .unary(let function): return [unaryPullback(function, inputs[0], y, g)]
        case .binary(let function): return binaryPullback(function, inputs[0], inputs[1], y, g, needed)
        case .select: return [nil, choose(inputs[0], g, 0), choose(inputs[0], 0, g)]
        case .cast(let type): return [type.isFloatingPoint && inputs[0].scalarType.isFloatingPoint ? g : nil]
        case .reshape: return [g.reshape(inputs[0].shape)]
        case .permute(let order):
            var inverse = order
            for (axis, source) in order.enumerated() { inverse[source] = axis }
            return [g.permute(order: inverse)]
        case .broadcast:
            let axes = shape.extents.indices.filter { inputs[0].shape[$0] != shape[$0] }
            return [g.sum(axes: axes, keepsAxes: true)]
        case .slice(let starts, let strides):
            return [g.spread(into: inputs[0].shape, starts: starts, strides: strides)]
        case .pad(let low, _, _): return [g.window(at: low, shape: inputs[0].shape)]
        case .concatenate(let axis):
            var start = 0
            return inputs.map { input in
                defer { start += input.shape[axis] }
                return g.slice(start..<start + input.shape[axis], axis: axis)
            }
        case .reduce(.sum, let axes): return [g.restoring(axes, of: inputs[0].shape)]
        case .reduce(_, let axes):
            let isExtreme = inputs[0] .== y.restoring(axes, of: inputs[0].shape)
            let ties = isExtreme.cast(to: .float32).sum(axes: axes)
            return [choose(isExtreme, (g / ties).restoring(axes, of: inputs[0].shape), 0)]
        case .cumulative(let function, let axis, let isReversed):
            return [cumulativePullback(function, axis: axis, isReversed: isReversed, y, g)]
        case .matrixProduct(let transposeA, let transposeB):
            return matrixProductPullback(g, transposeA, transposeB, needed)
        case .convolution, .convolutionInputGradient, .convolutionFilterGradient:
            return convolutionPullback(g, needed)
        case .noiseStep(let step):
            return noiseStepPullback(step, g)
        case .loop, .loopResult:
            invalidUse("gradients(of:withRespectTo:)", "the gradients of a loop's results are taken together")
        case .gather: return [.scatterAdd(g, at: inputs[1], rows: inputs[0].shape[0]), nil]
        case .scatterAdd(let rows):
            // Updates that were dropped have no part in the result.
            let isInside = (0 .<= inputs[0]) .& (inputs[0] .< .literal(Int32(clamping: rows)))
            let mask = isInside.reshape(
                Shape([isInside.count] + inputs[1].shape.extents.dropFirst().map { _ in 1 }))
            return [nil, choose(mask, g.gathered(at: inputs[0]), 0)]
        case .customGradient(let custom): return [nil] + custom.pullback(g)
        }
    }

    private func unaryPullback(_ function: UnaryFunction, _ x: Tensor, _ y: Tensor, _ g: Tensor) -> Tensor? {
        switch function {
        case .negate: -g
        case .absolute: g * x.sign()
        case .squareRoot: 0.5 * g / y
        case .exponential: g * y
        case .logarithm: g / x
        case .sine: g * x.cos()
        case .cosine: -g * x.sin()
        case .hyperbolicTangent: g * (1 - y * y)
        case .errorFunction: g * (1.1283791670955126 * (-x * x).exp())
        case .sign, .floor, .ceiling, .round, .not, .normalQuantile: nil
        }
    }

    private func binaryPullback(
        _ function: BinaryFunction, _ a: Tensor, _ b: Tensor, _ y: Tensor, _ g: Tensor, _ needed: [Bool]
    ) -> [Tensor?] {
        switch function {
        case .add: return [g, g]
        case .subtract: return [g, needed[1] ? -g : nil]
        case .multiply: return [needed[0] ? g * b : nil, needed[1] ? g * a : nil]
        case .divide:
            let quotient = g / b
            return [quotient, needed[1] ? -quotient * y : nil]
        case .maximum, .minimum:
            let half = choose(a .== b, 0.5 * g, 0)
            let aWins = function == .maximum ? b .< a : a .< b
            let bWins = function == .maximum ? a .< b : b .< a
            return [choose(aWins, g, half), choose(bWins, g, half)]
        case .remainder, .multiplyHigh, .equal, .less, .lessOrEqual, .and, .or, .exclusiveOr, .shiftLeft,
            .shiftRight:
            return [nil, nil]
        }
    }

    /// The gradients of the step's equations. The noise in them is made again from its key.
    private func noiseStepPullback(_ step: NoiseStep, _ g: Tensor) -> [Tensor?] {
        // Written in stand-ins, since one operand may be computed of another.
        let operands = inputs.enumerated().map {
            Tensor.placeholder($0.offset, $0.element.shape, $0.element.scalarType)
        }
        let gradients = gradients(
            of: [step.composed(of: operands)], weightedBy: [g],
            withRespectTo: operands.filter { $0.scalarType.isFloatingPoint })
        return GraphSubstitution(operands, by: inputs).apply(to: gradients) + (step.isNoisy ? [nil] : [])
    }

    /// A convolution y = x ∗ w and its two gradients are linear in each operand; the gradient of each is another.
    private func convolutionPullback(_ g: Tensor, _ needed: [Bool]) -> [Tensor?] {
        let (a, b) = (inputs[0], inputs[1])
        func images(_ geometry: ConvolutionGeometry, _ results: Tensor, _ filters: Tensor, like shape: Shape)
            -> Tensor
        {
            Node.make(
                .convolutionInputGradient(geometry, height: shape[1], width: shape[2]), [results, filters],
                name: "gradient of convolved(with:)", file: #fileID, line: #line)
        }
        func filters(_ geometry: ConvolutionGeometry, _ images: Tensor, _ results: Tensor, like shape: Shape)
            -> Tensor
        {
            Node.make(
                .convolutionFilterGradient(geometry, height: shape[0], width: shape[1]), [images, results],
                name: "gradient of convolved(with:)", file: #fileID, line: #line)
        }
        switch operation {
        case .convolution(let geometry):
            return [
                needed[0] ? images(geometry, g, b, like: a.shape) : nil,
                needed[1] ? filters(geometry, a, g, like: b.shape) : nil,
            ]
        case .convolutionInputGradient(let geometry, _, _):
            return [
                needed[0] ? g.convolved(with: b, geometry) : nil,
                needed[1] ? filters(geometry, g, a, like: b.shape) : nil,
            ]
        case .convolutionFilterGradient(let geometry, _, _):
            return [
                needed[0] ? images(geometry, b, g, like: a.shape) : nil,
                needed[1] ? a.convolved(with: g, geometry) : nil,
            ]
        default: return [nil, nil]
        }
    }

    /// With C = op(A) op(B): op(A)' = G op(B)ᵀ and op(B)' = op(A)ᵀ G, written so that no operand is moved.
    private func matrixProductPullback(
        _ g: Tensor, _ transposeA: Bool, _ transposeB: Bool, _ needed: [Bool]
    ) -> [Tensor?] {
        let (a, b) = (inputs[0], inputs[1])
        func forA() -> Tensor {
            transposeA
                ? b.matmul(g, transposeA: transposeB, transposeB: true) : g.matmul(b, transposeB: !transposeB)
        }
        func forB() -> Tensor {
            transposeB
                ? g.matmul(a, transposeA: true, transposeB: transposeA) : a.matmul(g, transposeA: !transposeA)
        }
        return [needed[0] ? forA() : nil, needed[1] ? forB() : nil]
    }
}

/// ``select(_:_:_:file:line:)`` under a name that does not meet ``Operation/select``.
private func choose(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor { select(condition, x, y) }

extension Tensor {
    /// A reduction's result stretched back over the axes that were reduced.
    fileprivate func restoring(_ axes: [Int], of shape: Shape) -> Tensor {
        let extents = shape.extents.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        return reshape(Shape(extents)).broadcast(to: shape)
    }

    /// The box of the given shape whose first element is at `starts`.
    fileprivate func window(at starts: [Int], shape: Shape) -> Tensor {
        if shape == self.shape { return self }
        return Node.make(
            .slice(starts: starts, strides: [Int](repeating: 1, count: rank)), [self], shape: shape,
            name: "slice", file: #fileID, line: #line)
    }

    /// Zeros but for element *i* along each axis at `starts + i · strides`: what undoes a slice.
    fileprivate func spread(into target: Shape, starts: [Int], strides: [Int]) -> Tensor {
        if count == 0 { return .zeros(target) }
        var result = flipped(axes: strides.indices.filter { strides[$0] < 0 })
        var low = starts
        for axis in strides.indices {
            if strides[axis] < 0 { low[axis] += (shape[axis] - 1) * strides[axis] }
            let step = Swift.abs(strides[axis])
            if step > 1 { result = result.dilated(by: step, axis: axis) }
        }
        let high = target.extents.indices.map { target[$0] - low[$0] - result.shape[$0] }
        return result.padded(low: low, high: high)
    }

    /// `step` − 1 zeros between neighbours along `axis`.
    private func dilated(by step: Int, axis: Int) -> Tensor {
        let count = shape[axis]
        var split = shape.extents
        split.insert(1, at: axis + 1)
        var zeros = [Int](repeating: 0, count: split.count)
        zeros[axis + 1] = step - 1
        var merged = shape.extents
        merged[axis] = count * step
        return reshape(Shape(split)).padded(low: [Int](repeating: 0, count: split.count), high: zeros)
            .reshape(Shape(merged)).slice(0..<(count - 1) * step + 1, axis: axis)
    }
}
