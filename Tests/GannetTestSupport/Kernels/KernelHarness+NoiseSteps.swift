import GannetCompiler
import GannetGraph

/// Steps of diffusion processes.
extension KernelHarness {
    private static let steps: [NoiseStep] =
        [.forward]
        + [false, true].flatMap { isClipped in
            [false, true].map { NoiseStep.reverse(isClipped: isClipped, isNoisy: $0) }
        }

    /// A step for images of `count` elements, written apart, or over the images or the prediction.
    private func check(
        _ step: NoiseStep, batch: Int, count: Int, coefficients: [Double]? = nil, over: Int? = nil,
        tolerance: Double = 2e-6, _ random: inout TestRandom
    ) throws {
        var x = RandomViews.values(max(batch * count, 1), .float32, &random)
        if step.isClipped, x.count > 8 {
            x.replaceSubrange(2..<5, with: [.float(.nan), .float(.infinity), .float(-.infinity)])
        }
        var inputs = [x]
        if step.hasPrediction { inputs.append(RandomViews.values(x.count, .float32, &random)) }
        let columns = step.coefficientCount
        var table = RandomViews.values(max(batch * columns, 1), .float32, &random)
        for place in 0..<batch * columns {
            if let coefficients { table[place] = .float(coefficients[place % columns]) }
            // The bound of clipping.
            if place % columns == 6 { table[place] = .float(abs(table[place].float)) }
        }
        inputs.append(table)
        if step.isNoisy {
            inputs.append((0..<4).map { _ in .word(.random(in: 0 ... .max, using: &random)) })
        }
        try check(
            .noiseStep(.init(step: step, batch: batch, count: count)), inputs, outputTypes: [.float32],
            tolerance: tolerance, scale: 30, inPlace: over.map { [0: $0] } ?? [:],
            "batch \(batch), count \(count), over \(over.map(String.init) ?? "nothing")")
    }

    /// Every kind of step, for images of many sizes, in place and not.
    package func noiseSteps() throws {
        var random = TestRandom(seed: 41)
        for step in Self.steps {
            for (batch, count) in [
                (1, 1), (3, 5), (1, 64), (2, 63), (3, 65), (2, 130), (5, 16), (1, 3001), (4, 1000), (0, 3),
                (3, 0),
            ] {
                try check(step, batch: batch, count: count, &random)
            }
            try check(step, batch: 3, count: 77, over: 0, &random)
            if step.hasPrediction { try check(step, batch: 3, count: 77, over: 1, &random) }
        }
    }

    /// The noise itself has the same bits everywhere.
    package func noiseHasItsBits() throws {
        var random = TestRandom(seed: 42)
        for (batch, count) in [(3, 333), (1, 20_000)] {
            try check(
                .forward, batch: batch, count: count, coefficients: [0, 1], tolerance: 0, &random)
            try check(
                .reverse(isClipped: false, isNoisy: true), batch: batch, count: count,
                coefficients: [0, 0, 0, 0, 0, 1, 0], tolerance: 0, &random)
        }
    }
}
