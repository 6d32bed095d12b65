extension ReferenceEvaluator {
    /// A step of a diffusion process, element by element.
    static func noiseStep(
        _ step: NoiseStep, _ operands: [ReferenceValue], rounding: Float32Rounding
    ) -> [Double] {
        let partial = { rounding.partial($0, adding: $1, times: $2) }
        let x = operands[0]
        let table = operands[step.hasPrediction ? 2 : 1].elements
        let imageCount = x.shape.extents.dropFirst().reduce(1, *)
        var noise: [Double] = []
        if step.isNoisy {
            noise = randomBits(key: operands[operands.count - 1].elements, count: x.shape.count)
                .map { Double(NormalTransform.normal(UInt32($0))) }
        }
        return x.elements.indices.map { index in
            let c = { table[index / imageCount * step.coefficientCount + $0] }
            let x = x.elements[index]
            guard step.hasPrediction else { return partial(partial(0, c(0), x), c(1), noise[index]) }
            let m = operands[1].elements[index]
            var h = partial(partial(0, c(0), x), c(1), m)
            if step.isClipped { h = min(max(h, -c(6)), c(6)) }
            let y = partial(partial(partial(0, c(2), h), c(3), x), c(4), m)
            return step.isNoisy ? partial(y, c(5), noise[index]) : y
        }
    }
}
