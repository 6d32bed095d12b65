import Gannet

/// A density that is a standard normal one, bent by invertible layers:
///
///     ln p(x) = ln N(f(x); 0, 1) + ln |det ∂f/∂x|
///
/// Behind each level but the last, half of the channels are taken as they are (Dinh, Sohl-Dickstein and Bengio, arXiv:1605.08803, equations 13 to
/// 16). In Glow their mean and deviation follow from the other half.
public struct NormalizingFlow: Module {
    /// The shape of one example: [features], or [height, width, channels].
    public let shape: Shape
    /// The layers of each level.
    let levels: [InvertibleSequence]
    /// What tells the mean and the deviation of the half that leaves behind a level; none where it is N(0, 1).
    private let splits: [Conv2D]

    /// Creates a flow.
    ///
    /// - Parameters:
    ///   - shape: The shape of one example.
    ///   - levels: The layers of each level; behind each but the last half of the channels leave.
    ///   - splits: What tells the mean and the deviation of these, for each level but the last; empty for N(0, 1).
    init(shape: Shape, levels: [InvertibleSequence], splits: [Conv2D] = []) {
        self.shape = shape
        self.levels = levels
        self.splits = splits
    }

    /// What becomes of examples: f(x) as a list, [batch, elements], and ln |det ∂f/∂x|, [batch]. Where a half that leaves has a mean and a deviation
    /// of its own, it is normalised by them.
    public func transformed(_ x: Tensor) -> (z: Tensor, logDeterminant: Tensor) {
        var (h, sum) = (x.reshape(Shape([x.shape[0]] + shape.extents)), Tensor.zeros([x.shape[0]]))
        var parts: [Tensor] = []
        for (number, level) in levels.enumerated() {
            let (y, logDeterminant) = level.transformed(h)
            (h, sum) = (y, sum + logDeterminant)
            guard number + 1 < levels.count else { break }
            let channels = h.shape[-1]
            var leaving = h[.ellipsis, channels / 2..<channels]
            h = h[.ellipsis, 0..<channels / 2]
            if !splits.isEmpty {
                let (mean, logDeviation) = halves(splits[number](h))
                leaving = (leaving - mean) * (-logDeviation).exp()
                sum = sum - logDeviation.sum(axes: [1, 2, 3])
            }
            parts.append(leaving)
        }
        let lists = (parts + [h]).map { $0.reshape(x.shape[0], -1) }
        return (lists.count == 1 ? lists[0] : .concatenate(lists, axis: 1), sum)
    }

    /// The examples [batch, …shape] that lists [batch, elements] come from.
    public func inverse(_ z: Tensor) -> Tensor {
        let batch = z.shape[0]
        // The shapes of what each level ends with.
        var ends: [Shape] = []
        var current = shape
        for (number, level) in levels.enumerated() {
            for layer in level.layers where layer is Squeeze {
                current = [current[0] / 2, current[1] / 2, 4 * current[2]]
            }
            ends.append(current)
            if number + 1 < levels.count { current = Shape(current.extents.dropLast() + [current[-1] / 2]) }
        }
        var starts: [Int] = []
        var place = 0
        for number in levels.indices {
            starts.append(place)
            place += number + 1 < levels.count ? ends[number].count / 2 : ends[number].count
        }
        func part(_ number: Int, _ shape: Shape) -> Tensor {
            z.slice(starts[number]..<starts[number] + shape.count, axis: 1)
                .reshape(Shape([batch] + shape.extents))
        }
        var h = part(levels.count - 1, ends[levels.count - 1])
        for number in levels.indices.reversed() {
            if number + 1 < levels.count {
                let half = Shape(ends[number].extents.dropLast() + [ends[number][-1] / 2])
                var leaving = part(number, half)
                if !splits.isEmpty {
                    let (mean, logDeviation) = halves(splits[number](h))
                    leaving = mean + logDeviation.exp() * leaving
                }
                h = .concatenate([h, leaving], axis: -1)
            }
            h = levels[number].inverse(h)
        }
        return h
    }

    private func halves(_ x: Tensor) -> (Tensor, Tensor) {
        let channels = x.shape[-1] / 2
        return (x[.ellipsis, 0..<channels], x[.ellipsis, channels...])
    }

    /// ln p(x) of examples [batch, …shape], a density: [batch].
    public func logDensity(_ x: Tensor) -> Tensor {
        let (z, logDeterminant) = transformed(x)
        let constant = 0.9189385 * Float(shape.count)
        return -0.5 * z.squared().sum(axes: [1]) - .literal(constant) + logDeterminant
    }

    /// Examples drawn from p, [count, …shape].
    ///
    /// - Parameter temperature: What the deviation of the normal distribution is multiplied by: below 1 examples are likelier (Glow, section 4).
    public func samples(_ count: Int, temperature: Float = 1, noise: inout RandomStream) -> Tensor {
        inverse(.literal(temperature) * noise.normal([count, shape.count]))
    }

    /// Lets layers whose first values follow from data take these from examples [batch, …shape].
    public func prepare(with x: Tensor, on device: Device) throws {
        var h = try x.reshape(Shape([x.shape[0]] + shape.extents)).evaluated(on: device)
        for (number, level) in levels.enumerated() {
            for layer in level.layers {
                try (layer as? ActNorm)?.prepare(with: h, on: device)
                h = try layer.transformed(h).y.evaluated(on: device)
            }
            if number + 1 < levels.count { h = h[.ellipsis, 0..<h.shape[-1] / 2] }
        }
    }
}

extension NormalizingFlow {
    /// Why pictures of a shape cannot go through so many levels, which halve their sides so often; nil if they can.
    static func objection(to imageShape: Shape, levels: Int, squeezings: Int) -> String? {
        if imageShape.rank != 3 || levels < 1 || levels > 16 {
            return "\(levels) levels for pictures of shape \(imageShape)"
        }
        let factor = 1 << squeezings
        if imageShape[0].isMultiple(of: factor), imageShape[1].isMultiple(of: factor) { return nil }
        return
            "\(levels) levels are for pictures with sides that are multiples of \(factor), and these are of shape \(imageShape)"
    }
}
