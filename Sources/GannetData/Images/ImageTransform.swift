import Gannet

/// What is done to a picture before a model sees it: it is made grey or coloured, resized, cropped, flipped and
/// normalised, in this order.
///
/// ```swift
/// var transform = ImageTransform(square: 64)
/// transform.crop = .random(height: 56, width: 56)
/// transform.flips = true
/// ```
public struct ImageTransform: Sendable, Hashable {
    /// The size that a picture is brought to first.
    public enum Size: Sendable, Hashable {
        /// The one it has.
        case asItIs
        /// Its shorter side becomes so many pixels, its longer side follows.
        case shorterSide(Int)
        /// Both sides are given.
        case exactly(height: Int, width: Int)
    }

    /// The part of the picture that is kept. What lies beyond its borders is black.
    public enum Crop: Sendable, Hashable {
        /// All of it.
        case none
        /// The middle.
        case center(height: Int, width: Int)
        /// A place drawn anew for each picture and epoch, from a picture with a black frame of `padding` pixels.
        case random(height: Int, width: Int, padding: Int = 0)
    }

    /// 1 for grey, 3 for red, green and blue, nil for what the picture has.
    public var channels: Int?
    /// The size that a picture is brought to.
    public var size: Size
    /// How it is resized.
    public var filter: ResamplingFilter
    /// The part that is kept.
    public var crop: Crop
    /// Whether every other picture, drawn anew for each epoch, is mirrored left to right.
    public var flips: Bool
    /// What is subtracted from values in 0…1, one number or one a channel.
    public var mean: [Float]
    /// What they are divided by then, one number or one a channel, none of them 0.
    public var deviation: [Float]

    /// Creates a transform; by default one that changes nothing.
    public init(
        channels: Int? = nil, size: Size = .asItIs, filter: ResamplingFilter = .bilinear, crop: Crop = .none,
        flips: Bool = false, mean: [Float] = [0], deviation: [Float] = [1]
    ) {
        self.channels = channels
        self.size = size
        self.filter = filter
        self.crop = crop
        self.flips = flips
        self.mean = mean
        self.deviation = deviation
    }

    /// A transform to squares: the shorter side becomes `side` pixels, and the middle is kept.
    public init(square side: Int, channels: Int? = nil) {
        self.init(channels: channels, size: .shorterSide(side), crop: .center(height: side, width: side))
    }

    /// The transform without what is drawn at random: the middle is kept, and nothing is mirrored. For pictures to
    /// judge by.
    public var withoutChance: ImageTransform {
        var transform = self
        if case .random(let height, let width, _) = crop {
            transform.crop = .center(height: height, width: width)
        }
        transform.flips = false
        return transform
    }

    /// The shape, [height, width, channels], of what becomes of a picture.
    public func shape(of bitmap: Bitmap) -> Shape {
        let size = resized(bitmap)
        let channels = channels ?? bitmap.channels
        switch crop {
        case .none: return [size.height, size.width, channels]
        case .center(let height, let width), .random(let height, let width, _):
            return [height, width, channels]
        }
    }

    /// What becomes of a picture: `float32` values, 0…1 before normalisation, of ``shape(of:)``.
    ///
    /// - Parameter chance: What is drawn at random follows from these words.
    public func apply(to bitmap: Bitmap, chance: SIMD4<UInt32> = .zero) -> [Float] {
        let shape = shape(of: bitmap)
        return [Float](unsafeUninitializedCapacity: shape.count) { values, filled in
            write(bitmap, shape, chance: chance, to: values)
            filled = shape.count
        }
    }

    /// Writes what becomes of a picture; `shape` is that of ``shape(of:)``.
    func write(
        _ bitmap: Bitmap, _ shape: Shape, chance: SIMD4<UInt32>, to values: UnsafeMutableBufferPointer<Float>
    ) {
        validate(channels: shape[2])
        let (height, width, channels) = (shape[0], shape[1], shape[2])
        let (sourceHeight, sourceWidth) = resized(bitmap)
        let source = bitmap.converted(channels: channels)
            .resampled(height: sourceHeight, width: sourceWidth, filter)
        let (top, left) = corner(sourceHeight, sourceWidth, height, width, chance)
        let isMirrored = flips && chance[2] & 1 == 1
        let means = (0..<channels).map { mean[mean.count == 1 ? 0 : $0] }
        let scales = (0..<channels).map { 1 / deviation[deviation.count == 1 ? 0 : $0] }
        source.withUnsafeBufferPointer { source in
            for row in 0..<height {
                for column in 0..<width {
                    let (y, x) = (row + top, (isMirrored ? width - 1 - column : column) + left)
                    let isInside = y >= 0 && y < sourceHeight && x >= 0 && x < sourceWidth
                    for channel in 0..<channels {
                        let value = isInside ? source[(y * sourceWidth + x) * channels + channel] / 255 : 0
                        values[(row * width + column) * channels + channel] =
                            (value - means[channel]) * scales[channel]
                    }
                }
            }
        }
    }

    /// The size of a picture before it is cropped.
    private func resized(_ bitmap: Bitmap) -> (height: Int, width: Int) {
        switch size {
        case .asItIs: return (bitmap.height, bitmap.width)
        case .exactly(let height, let width): return (height, width)
        case .shorterSide(let side):
            let shorter = min(bitmap.height, bitmap.width)
            // As torchvision: the longer side is rounded down.
            return (side * bitmap.height / shorter, side * bitmap.width / shorter)
        }
    }

    /// Where in the resized picture the kept part begins.
    private func corner(
        _ sourceHeight: Int, _ sourceWidth: Int, _ height: Int, _ width: Int, _ chance: SIMD4<UInt32>
    ) -> (top: Int, left: Int) {
        switch crop {
        case .none: return (0, 0)
        case .center:
            return ((sourceHeight - height) >> 1, (sourceWidth - width) >> 1)
        case .random(_, _, let padding):
            func place(_ source: Int, _ kept: Int, _ word: UInt32) -> Int {
                let room = source + 2 * padding - kept
                // A picture that is smaller than the part has it around its middle.
                if room < 0 { return (source - kept) >> 1 }
                return Int((UInt64(word) * UInt64(room + 1)) >> 32) - padding
            }
            return (place(sourceHeight, height, chance[0]), place(sourceWidth, width, chance[1]))
        }
    }

    /// Stops where the numbers make no picture.
    private func validate(channels: Int) {
        func isSide(_ sides: Int...) -> Bool { sides.allSatisfy { $0 >= 1 && $0 <= 1 << 20 } }
        let isSizeSound =
            switch size {
            case .asItIs: true
            case .shorterSide(let side): isSide(side)
            case .exactly(let height, let width): isSide(height, width)
            }
        let isCropSound =
            switch crop {
            case .none: true
            case .center(let height, let width): isSide(height, width)
            case .random(let height, let width, let padding): isSide(height, width, padding + 1)
            }
        if !isSizeSound || !isCropSound {
            invalidUse("ImageTransform", "there are no pictures of \(size) cropped to \(crop)")
        }
        if ![1, channels].contains(mean.count) || ![1, channels].contains(deviation.count)
            || deviation.contains(0)
        {
            invalidUse(
                "ImageTransform",
                "means \(mean) and deviations \(deviation) do not normalise \(channels) channels")
        }
    }
}
