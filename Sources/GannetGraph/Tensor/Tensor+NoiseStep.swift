extension Tensor {
    /// One step of a diffusion process on these images [B, …], in one pass; see ``NoiseStep`` for the equations.
    ///
    /// - Parameters:
    ///   - step: What is computed.
    ///   - prediction: A model's prediction, of the images' shape, where the step has one.
    ///   - coefficients: [B, 2] without a prediction and [B, 7] with one; or without the first axis, for all images.
    ///   - key: The key of the noise, `uint32` [4], such as `RandomStream.nextKey()` gives, where the step adds noise.
    /// - Returns: The next images. In the backward pass the noise is made again, not kept.
    public func noiseStep(
        _ step: NoiseStep, prediction: Tensor? = nil, coefficients: Tensor, key: Tensor? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let name = "noiseStep(_:prediction:coefficients:key:)"
        if rank < 1 || step.hasPrediction != (prediction != nil) || step.isNoisy != (key != nil) {
            invalidUse(
                name,
                "\(step) for images of shape \(shape) takes "
                    + "\(step.hasPrediction ? "a" : "no") prediction and \(step.isNoisy ? "a" : "no") key",
                file: file, line: line)
        }
        let needed: Shape = [shape[0], step.coefficientCount]
        if Shape.broadcast(coefficients.shape, needed) != needed {
            invalidUse(
                name, "coefficients of shape \(coefficients.shape) where \(needed) is needed", file: file,
                line: line)
        }
        let table = coefficients.widened.broadcast(
            to: needed, file: file, line: line)
        return Node.make(
            .noiseStep(step),
            [widened] + (prediction.map { [$0.widened] } ?? []) + [table] + (key.map { [$0] } ?? []),
            name: name, file: file, line: line)
    }
}

extension NoiseStep {
    /// Why a step cannot be made of these operands; nil if it can.
    func objection(_ inputs: [Tensor]) -> String? {
        let images = inputs[0]
        var expected: [(Shape, ScalarType)] = [(images.shape, .float32)]
        if hasPrediction { expected.append((images.shape, .float32)) }
        expected.append(([images.shape[0], coefficientCount], .float32))
        if isNoisy { expected.append(([4], .uint32)) }
        for (input, (shape, type)) in zip(inputs, expected)
        where input.shape != shape || input.scalarType != type {
            return "an operand is \(input.scalarType) \(input.shape) where \(type) \(shape) is needed"
        }
        return nil
    }

    /// The step composed of other primitives: its definition, and what its gradient is taken of.
    func composed(of inputs: [Tensor]) -> Tensor {
        let x = inputs[0]
        let table = inputs[hasPrediction ? 2 : 1]
        func coefficient(_ number: Int) -> Tensor {
            table.element(number, axis: 1).reshape(
                Shape([x.shape[0]] + x.shape.extents.dropFirst().map { _ in 1 }))
        }
        let noise = isNoisy ? RandomStream.normal(x.shape, key: inputs[inputs.count - 1]) : nil
        guard hasPrediction else { return coefficient(0) * x + coefficient(1) * noise! }
        let m = inputs[1]
        var h = coefficient(0) * x + coefficient(1) * m
        if isClipped {
            let bound = coefficient(6)
            h = minimum(maximum(h, -bound), bound)
        }
        let y = coefficient(2) * h + coefficient(3) * x + coefficient(4) * m
        return noise.map { y + coefficient(5) * $0 } ?? y
    }
}
