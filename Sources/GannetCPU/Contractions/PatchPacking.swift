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
                    (to + lane).update(from: from, count: run.count)
                    lane += run.count
                }
            } else {
                for segment in piece.segments {
                    let isInside = places.contains(origin, segment)
                    if isInside {
                        (to + lane).update(
                            from: images + (origin.element + segment.offset), count: segment.count)
                    } else {
                        (to + lane).update(repeating: 0, count: segment.count)
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

    /// Tells where `width` elements for each origin are that hold a piece of the taps: in the images, or where the piece
    /// is more than one segment, in a copy; outside the images are zeros.
    static func locate(
        _ piece: TapAxis.Piece, _ places: PatchOrigins, _ images: UnsafePointer<Float>,
        _ origins: UnsafeBufferPointer<PatchOrigin>, zeros: UnsafePointer<Float>, width: Int,
        copies: UnsafeMutablePointer<Float>, into addresses: UnsafeMutablePointer<UnsafePointer<Float>>
    ) {
        if piece.segments.count > 1 {
            gather(images, piece, places, origins, width: width, into: copies)
            for index in origins.indices {
                (addresses + index).initialize(to: UnsafePointer(copies + index * width))
            }
            return
        }
        let segment = piece.segments[0]
        for (index, origin) in origins.enumerated() {
            let isRead = origin.isInside || places.contains(origin, segment)
            (addresses + index).initialize(to: isRead ? images + (origin.element + segment.offset) : zeros)
        }
    }
}
