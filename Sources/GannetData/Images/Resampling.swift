import Gannet

/// How pictures are made larger or smaller.
public enum ResamplingFilter: Sendable, Hashable, CaseIterable {
    /// Each pixel is the mean of those it covers; enlarged pixels are squares.
    case box
    /// Neighbours are joined by straight lines; where a picture becomes smaller, the lines grow with it, so that
    /// nothing is left out.
    case bilinear

    /// How far the filter reaches to each side, in pixels.
    var support: Float { self == .box ? 0.5 : 1 }

    /// The weight of what lies at `distance` from the filter's middle.
    func weight(_ distance: Float) -> Float {
        switch self {
        case .box: distance > -0.5 && distance <= 0.5 ? 1 : 0
        case .bilinear: max(1 - abs(distance), 0)
        }
    }
}

/// The pixels of a line that each pixel of a longer or shorter line is made of, with their weights.
///
/// As in Pillow and in PyTorch's `interpolate(antialias=True)`: pixels' centres lie at halves, the filter is widened
/// where the line becomes shorter, and at the ends the weights within the line add up to 1.
struct ResamplingWeights {
    /// The first pixel that each is made of.
    private(set) var first: [Int] = []
    /// Where the weights of each begin in ``weights``, and at last their number.
    private(set) var starts: [Int] = [0]
    /// All weights.
    private(set) var weights: [Float] = []

    /// The weights to make a line of `count` pixels one of `newCount`.
    init(from count: Int, to newCount: Int, _ filter: ResamplingFilter) {
        let scale = Float(count) / Float(newCount)
        let width = max(scale, 1)
        let reach = filter.support * width
        for pixel in 0..<newCount {
            let center = (Float(pixel) + 0.5) * scale
            let low = min(max(Int(center - reach + 0.5), 0), count - 1)
            let high = max(min(Int(center + reach + 0.5), count), low + 1)
            var line = (low..<high).map { filter.weight((Float($0) - center + 0.5) / width) }
            let sum = line.reduce(0, +)
            // Rounding may leave a box between two pixels with neither.
            if sum > 0 { line = line.map { $0 / sum } } else { line[0] = 1 }
            first.append(low)
            weights += line
            starts.append(weights.count)
        }
    }
}

extension Bitmap {
    /// The values, 0…255, of the picture in another size: [`height`, `width`, channels] in row-major order, not
    /// rounded.
    func resampled(height newHeight: Int, width newWidth: Int, _ filter: ResamplingFilter) -> [Float] {
        if newHeight == height, newWidth == width { return pixels.map { Float($0) } }
        let across = ResamplingWeights(from: width, to: newWidth, filter)
        let down = ResamplingWeights(from: height, to: newHeight, filter)
        let rowCount = newWidth * channels
        var rows = [Float](repeating: 0, count: height * rowCount)
        var result = [Float](repeating: 0, count: newHeight * rowCount)
        pixels.withUnsafeBufferPointer { pixels in
            rows.withUnsafeMutableBufferPointer { rows in
                for row in 0..<height {
                    for column in 0..<newWidth {
                        let place = row * rowCount + column * channels
                        var source = (row * width + across.first[column]) * channels
                        for tap in across.starts[column]..<across.starts[column + 1] {
                            let weight = across.weights[tap]
                            for channel in 0..<channels {
                                rows[place + channel] += weight * Float(pixels[source + channel])
                            }
                            source += channels
                        }
                    }
                }
            }
        }
        rows.withUnsafeBufferPointer { rows in
            result.withUnsafeMutableBufferPointer { result in
                for row in 0..<newHeight {
                    for (number, tap) in (down.starts[row]..<down.starts[row + 1]).enumerated() {
                        let weight = down.weights[tap]
                        let source = (down.first[row] + number) * rowCount
                        for i in 0..<rowCount { result[row * rowCount + i] += weight * rows[source + i] }
                    }
                }
            }
        }
        return result
    }

    /// The picture in another size, each value rounded to the nearest.
    public func resized(height: Int, width: Int, filter: ResamplingFilter = .bilinear) -> Bitmap {
        if height < 1 || width < 1 {
            invalidUse("resized(height:width:)", "\(height) × \(width) pixels are asked for")
        }
        let values = resampled(height: height, width: width, filter)
        return Bitmap(
            width: width, height: height, channels: channels,
            pixels: values.map { UInt8(min(max($0 + 0.5, 0), 255)) })
    }

    /// The picture in grey (1 channel) or in red, green and blue (3); grey is 0.299 red + 0.587 green + 0.114 blue,
    /// as ITU-R BT.601 has it.
    public func converted(channels newChannels: Int) -> Bitmap {
        if newChannels != 1, newChannels != 3 {
            invalidUse("converted(channels:)", "\(newChannels) channels are asked for")
        }
        if newChannels == channels { return self }
        let values: [UInt8] =
            newChannels == 3
            ? pixels.flatMap { [$0, $0, $0] }
            : stride(from: 0, to: pixels.count, by: 3).map {
                // In 2⁻¹⁶, as Pillow computes it.
                let (red, green, blue) = (UInt32(pixels[$0]), UInt32(pixels[$0 + 1]), UInt32(pixels[$0 + 2]))
                return UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
            }
        return Bitmap(width: width, height: height, channels: newChannels, pixels: values)
    }
}
