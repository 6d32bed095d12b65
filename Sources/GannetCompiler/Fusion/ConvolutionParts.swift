import GannetGraph

/// Cuts the results of a convolution, or of its gradient toward the images, into parts that are made of the same
/// taps: by the phases of the stride, by groups, and by the groups of channels that a mask tells apart.
struct ConvolutionParts {
    let geometry: ConvolutionGeometry
    /// [B, H, W, C].
    let images: Shape
    /// [kh, kw, C / groups, N].
    let filters: Shape
    /// [B, H′, W′, N].
    let results: Shape

    /// The channels that some channels on the written side are connected to, tap by tap.
    private struct ChannelPart {
        var written: Range<Int>
        /// For each tap, row-major, the runs of channels that are read.
        var read: [[Range<Int>]]
    }

    /// The taps along one axis for one phase of what is written.
    private struct Phase {
        var positions: ConvolutionPart.Positions
        /// The taps, with what each adds to the position that is read.
        var taps: [(tap: Int, offset: Int)]

        /// Without the taps that never reach what is read, `extent` places.
        func withoutTapsOutside(_ extent: Int) -> Self {
            var result = self
            result.taps = taps.filter { _, offset in
                offset < extent && offset + (positions.count - 1) * positions.stride >= 0
            }
            return result
        }
    }

    /// The parts of the convolution itself.
    func forward() -> [ConvolutionPart] {
        func phases(_ axis: ConvolutionGeometry.Axis, taps: Int, from extent: Int, to resultExtent: Int)
            -> [Phase]
        {
            let positions = ConvolutionPart.Positions(count: resultExtent, stride: axis.stride)
            return [
                Phase(
                    positions: positions,
                    taps: (0..<taps).map { ($0, $0 * axis.dilation - axis.padLow) }
                ).withoutTapsOutside(extent)
            ]
        }
        return parts(
            rows: phases(geometry.height, taps: filters[0], from: images[1], to: results[1]),
            columns: phases(geometry.width, taps: filters[1], from: images[2], to: results[2]),
            channels: channelParts(readsImages: true), readsImages: true)
    }

    /// The parts of the gradient toward the images: its "images" are the results, and what it writes the images.
    func inputGradient() -> [ConvolutionPart] {
        func phases(_ axis: ConvolutionGeometry.Axis, taps: Int, from extent: Int, to imageExtent: Int)
            -> [Phase]
        {
            // Result y reads pixel y · stride + tap · dilation − padLow; so pixel p is read by result
            // (p + padLow − tap · dilation) / stride, by those taps for which that is a whole number.
            (0..<min(axis.stride, imageExtent)).map { phase in
                let places = (0..<taps).map { ($0, phase + axis.padLow - $0 * axis.dilation) }
                return Phase(
                    positions: ConvolutionPart.Positions(
                        first: phase, step: axis.stride,
                        count: (imageExtent - phase + axis.stride - 1) / axis.stride, stride: 1),
                    taps: places.filter { $0.1 % axis.stride == 0 }.map { ($0.0, $0.1 / axis.stride) }
                ).withoutTapsOutside(extent)
            }
        }
        return parts(
            rows: phases(geometry.height, taps: filters[0], from: results[1], to: images[1]),
            columns: phases(geometry.width, taps: filters[1], from: results[2], to: images[2]),
            channels: channelParts(readsImages: false), readsImages: false)
    }

    private func parts(
        rows: [Phase], columns: [Phase], channels: [ChannelPart], readsImages: Bool
    ) -> [ConvolutionPart] {
        let groupChannels = filters[2]
        func filter(row: Int, column: Int, read: Int, written: Int) -> Int {
            let (channel, result) = readsImages ? (read, written) : (written, read)
            return ((row * filters[1] + column) * groupChannels + channel % groupChannels) * filters[3]
                + result
        }
        var parts: [ConvolutionPart] = []
        for rowPhase in rows {
            for columnPhase in columns {
                for channel in channels {
                    let runs = rowPhase.taps.flatMap { row in
                        columnPhase.taps.flatMap { column in
                            channel.read[row.tap * filters[1] + column.tap].map { (row, column, $0) }
                        }
                    }
                    // All taps read the same number of channels: long runs are cut.
                    let size = runs.reduce(0) { greatestCommonDivisor($0, $1.2.count) }
                    let taps = runs.flatMap { row, column, run in
                        stride(from: run.lowerBound, to: run.upperBound, by: size).map { first in
                            ConvolutionPart.Tap(
                                row: row.offset, column: column.offset, channel: first,
                                filter: filter(
                                    row: row.tap, column: column.tap, read: first,
                                    written: channel.written.lowerBound))
                        }
                    }
                    parts.append(
                        ConvolutionPart(
                            rows: rowPhase.positions, columns: columnPhase.positions,
                            channels: channel.written, tapChannels: size, taps: taps))
                }
            }
        }
        return parts
    }

    /// The runs of written channels that read the same, tap by tap.
    private func channelParts(readsImages: Bool) -> [ChannelPart] {
        let (readCount, writtenCount) = readsImages ? (images[3], filters[3]) : (filters[3], images[3])
        let mask = geometry.mask
        // Within a block all channels are alike.
        let (readBlocks, writtenBlocks) =
            readsImages
            ? (max(mask?.inputGroups ?? 1, geometry.groups), max(mask?.outputGroups ?? 1, geometry.groups))
            : (max(mask?.outputGroups ?? 1, geometry.groups), max(mask?.inputGroups ?? 1, geometry.groups))
        let (readSize, writtenSize) = (readCount / readBlocks, writtenCount / writtenBlocks)
        if readSize == 0 || writtenSize == 0 {
            return [
                ChannelPart(
                    written: 0..<writtenCount,
                    read: [[Range<Int>]](repeating: [], count: filters[0] * filters[1]))
            ]
        }
        var parts: [ChannelPart] = []
        for block in 0..<writtenBlocks {
            let written = block * writtenSize..<(block + 1) * writtenSize
            var read: [[Range<Int>]] = []
            for row in 0..<filters[0] {
                for column in 0..<filters[1] {
                    var runs: [Range<Int>] = []
                    for other in 0..<readBlocks {
                        let first = other * readSize
                        let (channel, result) =
                            readsImages ? (first, written.lowerBound) : (written.lowerBound, first)
                        guard
                            geometry.connects(
                                row: row, column: column, channel: channel, of: images[3], result: result,
                                of: filters[3])
                        else { continue }
                        if let last = runs.last, last.upperBound == first {
                            runs[runs.count - 1] = last.lowerBound..<first + readSize
                        } else {
                            runs.append(first..<first + readSize)
                        }
                    }
                    read.append(runs)
                }
            }
            if let last = parts.last, last.read == read {
                parts[parts.count - 1].written = last.written.lowerBound..<written.upperBound
            } else {
                parts.append(ChannelPart(written: written, read: read))
            }
        }
        return parts
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
