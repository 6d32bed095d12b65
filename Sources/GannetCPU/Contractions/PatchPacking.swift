/// Gathers what positions of a convolution read of the images into the form in which matrix products take their
/// operands. What lies outside the images is 0.
enum PatchPacking {
    /// Gathers a row of `width` elements for each origin: a piece of the taps and zeros behind it.
    static func gather(
        _ images: UnsafePointer<Float>, _ piece: TapAxis.Piece, _ places: PatchOrigins,
        _ origins: UnsafeBufferPointer<PatchOrigin>, width: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        var to = destination
        if width % 8 == 0, piece.segments.count == 1, piece.count == width {
            let segment = piece.segments[0]
            for origin in origins {
                let isRead = origin.isInside || places.contains(origin, segment)
                let from = isRead ? UnsafeRawPointer(images + (origin.element + segment.offset)) : nil
                for vector in 0..<width / 8 {
                    UnsafeMutableRawPointer(to + vector * 8).storeBytes(
                        of: from.map { ($0 + vector * 32).loadUnaligned(as: Floats.self) } ?? .zero,
                        as: Floats.self)
                }
                to += width
            }
            return
        }
        for origin in origins {
            var lane = 0
            if origin.isInside {
                for run in piece.runs {
                    let from = images + (origin.element + run.offset)
                    for channel in 0..<run.count { to[lane + channel] = from[channel] }
                    lane += run.count
                }
            } else {
                for segment in piece.segments {
                    let isInside = places.contains(origin, segment)
                    let element = isInside ? origin.element + segment.offset : 0
                    for channel in 0..<segment.count {
                        to[lane + channel] = isInside ? images[element + channel] : 0
                    }
                    lane += segment.count
                }
            }
            while lane < width {
                to[lane] = 0
                lane += 1
            }
            to += width
        }
    }

    /// Gathers channels of results: a row of `pitch` elements for each of `count` channels, in it the channel at each of
    /// `places`, where the channels of a position begin.
    static func channelRows(
        _ results: UnsafePointer<Float>, _ places: UnsafeBufferPointer<Int>, count: Int,
        into destination: UnsafeMutablePointer<Float>, pitch: Int
    ) {
        var index = 0
        while index + 4 <= places.count {
            Packing.transpose(
                results + places[index], results + places[index + 1], results + places[index + 2],
                results + places[index + 3], count: count, into: destination + index, pitch: pitch)
            index += 4
        }
        while index < places.count {
            for channel in 0..<count {
                destination[channel * pitch + index] = results[places[index] + channel]
            }
            index += 1
        }
    }
}
