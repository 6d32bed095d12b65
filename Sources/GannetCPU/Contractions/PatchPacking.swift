/// Gathers what positions of a convolution read of the images into the order in which the inner kernel of matrix
/// products reads its operands. What lies outside the images is 0.
enum PatchPacking {
    /// Packs a left panel: a row for each of `count` origins and zeros up to `height`, column by column along a
    /// piece of the taps, each element repeated `repetition` times.
    static func packLeft(
        _ images: UnsafePointer<Float>, _ piece: TapAxis.Piece, _ places: PatchOrigins,
        _ origins: UnsafePointer<PatchOrigin>, count: Int, height: Int, repetition: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        let start = UnsafeMutableRawPointer(destination)
        if repetition == 4 {
            spread(
                images, piece, places, origins, count: count, height: height, elementByteCount: 16,
                into: start
            ) { to, value in to.storeBytes(of: SIMD4(repeating: value), as: SIMD4<Float>.self) }
        } else {
            spread(
                images, piece, places, origins, count: count, height: height,
                elementByteCount: repetition * 4, into: start
            ) { to, value in
                to.assumingMemoryBound(to: Float.self).update(repeating: value, count: repetition)
            }
        }
    }

    /// Packs a left panel whose elements `store` writes.
    @inline(__always)
    private static func spread(
        _ images: UnsafePointer<Float>, _ piece: TapAxis.Piece, _ places: PatchOrigins,
        _ origins: UnsafePointer<PatchOrigin>, count: Int, height: Int, elementByteCount: Int,
        into destination: UnsafeMutableRawPointer, _ store: (UnsafeMutableRawPointer, Float) -> Void
    ) {
        let step = elementByteCount * height
        for row in 0..<height {
            var to = destination + row * elementByteCount
            @inline(__always)
            func copy(_ from: UnsafePointer<Float>, _ count: Int) {
                for channel in 0..<count {
                    store(to, from[channel])
                    to += step
                }
            }
            @inline(__always)
            func zero(_ count: Int) {
                for _ in 0..<count {
                    store(to, 0)
                    to += step
                }
            }
            if row >= count {
                zero(piece.count)
            } else if origins[row].isInside {
                let base = images + origins[row].element
                for run in piece.runs { copy(base + run.offset, run.count) }
            } else {
                let origin = origins[row]
                for segment in piece.segments {
                    if places.contains(origin, segment) {
                        copy(images + (origin.element + segment.offset), segment.count)
                    } else {
                        zero(segment.count)
                    }
                }
            }
        }
    }

    /// Packs a right panel: a row of `width` elements for each origin, a piece of the taps and zeros behind it.
    static func packRight(
        _ images: UnsafePointer<Float>, _ piece: TapAxis.Piece, _ places: PatchOrigins,
        _ origins: UnsafeBufferPointer<PatchOrigin>, width: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        var to = destination
        if width == 8, piece.segments.count == 1, piece.count == 8 {
            let segment = piece.segments[0]
            for origin in origins {
                var value = Floats.zero
                if origin.isInside || places.contains(origin, segment) {
                    value = UnsafeRawPointer(images + (origin.element + segment.offset)).loadUnaligned(
                        as: Floats.self)
                }
                UnsafeMutableRawPointer(to).storeBytes(of: value, as: Floats.self)
                to += 8
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

    /// Packs a left panel of the channels of results: rows are `rows` channels from `first` on and zeros up to
    /// `height`; a column for each of `elements`, where the results of a position begin.
    static func packChannels(
        _ results: UnsafePointer<Float>, _ elements: UnsafeBufferPointer<Int>, first: Int, rows: Int,
        height: Int, repetition: Int, into destination: UnsafeMutablePointer<Float>
    ) {
        if repetition == 4, rows == 6, height == 6 {
            var to = UnsafeMutableRawPointer(destination)
            for element in elements {
                let from = results + (element + first)
                for row in 0..<6 {
                    (to + row * 16).storeBytes(of: SIMD4(repeating: from[row]), as: SIMD4<Float>.self)
                }
                to += 96
            }
            return
        }
        var to = destination
        for element in elements {
            for row in 0..<height {
                to.update(repeating: row < rows ? results[element + first + row] : 0, count: repetition)
                to += repetition
            }
        }
    }
}
