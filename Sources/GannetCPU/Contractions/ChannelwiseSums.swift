/// What a convolution with one channel a group does at a position, all channels at once.
enum ChannelwiseSums {
    /// Sets the results of a position: the sum over the taps that lie inside the image of image times filter, which
    /// is packed tap by tap. What lies outside adds nothing.
    static func convolve(
        _ images: UnsafePointer<Float>, _ origin: PatchOrigin, _ places: PatchOrigins,
        _ taps: UnsafeBufferPointer<TapSegment>, _ filters: UnsafePointer<Float>, channels: Int,
        into results: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel + 8 <= channels {
            var sum = Floats.zero
            for (number, tap) in taps.enumerated() where origin.isInside || places.contains(origin, tap) {
                sum +=
                    vector(images + (origin.element + tap.offset + channel))
                    * vector(filters + (number * channels + channel))
            }
            UnsafeMutableRawPointer(results + channel).storeBytes(of: sum, as: Floats.self)
            channel += 8
        }
        while channel < channels {
            var sum: Float = 0
            for (number, tap) in taps.enumerated() where origin.isInside || places.contains(origin, tap) {
                sum += images[origin.element + tap.offset + channel] * filters[number * channels + channel]
            }
            results[channel] = sum
            channel += 1
        }
    }

    /// Adds the products of the images and the results of a position to the gradient, tap by tap.
    static func addGradient(
        _ images: UnsafePointer<Float>, _ origin: PatchOrigin, _ places: PatchOrigins,
        _ taps: UnsafeBufferPointer<TapSegment>, _ results: UnsafePointer<Float>, channels: Int,
        to sums: UnsafeMutablePointer<Float>
    ) {
        for (number, tap) in taps.enumerated() where origin.isInside || places.contains(origin, tap) {
            let from = images + (origin.element + tap.offset)
            let to = sums + number * channels
            var channel = 0
            while channel + 8 <= channels {
                let sum = vector(to + channel) + vector(from + channel) * vector(results + channel)
                UnsafeMutableRawPointer(to + channel).storeBytes(of: sum, as: Floats.self)
                channel += 8
            }
            while channel < channels {
                to[channel] += from[channel] * results[channel]
                channel += 1
            }
        }
    }

    @inline(__always)
    private static func vector(_ pointer: UnsafePointer<Float>) -> Floats {
        UnsafeRawPointer(pointer).loadUnaligned(as: Floats.self)
    }
}
