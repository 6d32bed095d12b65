import GannetCompiler

/// The depth of a convolution, that is all that one result is the sum of, in blocks that the CPU style gathers and
/// packs one at a time. The taps are sorted by the place that they read, so that neighbours become one run.
struct ConvolutionDepth {
    /// (row, place in the row, length, place in the block): what is copied from an image.
    private(set) var runs: [[Int]] = []
    /// (element of the filters, length, place in the block, first channel of the results): which filters belong to it.
    var pieces: [[Int]] = []
    /// (first run, first piece, depth, a number for the kernel) of each block, and of the one after the last.
    var blocks: [[Int]] = []
    /// The blocks of each part.
    private(set) var ranges: [Range<Int>] = []

    /// The largest depth of a block, at least 1.
    var largest: Int { max(1, blocks.map { $0[2] }.max() ?? 1) }
    /// The most runs of a block.
    var mostRuns: Int { zip(blocks, blocks.dropFirst()).map { $1[0] - $0[0] }.max() ?? 0 }
    /// Whether pieces end where runs do.
    private let breaksAtRuns: Bool

    /// Cuts the depth of each part into blocks of about the same size.
    ///
    /// - Parameters:
    ///   - members: What each part is made of.
    ///   - limit: The largest depth of a block, a multiple of 16.
    ///   - channels: The channels of an image.
    ///   - channelStride: What a step to the next channel of the images adds in the filters.
    ///   - breaksAtRuns: Whether pieces are to end where runs do.
    init(
        _ parts: [ConvolutionPart], members: [ConvolutionLayout.Members], limit: Int, channels: Int,
        channelStride: Int, breaksAtRuns: Bool
    ) {
        self.breaksAtRuns = breaksAtRuns
        for (part, members) in zip(parts, members) {
            let memberDepth = max(1, part.tapChannels / members.count)
            let memberChannels = part.channels.count / members.count
            let first = blocks.count
            let count = max(1, (part.depth + limit - 1) / limit)
            let size = ((part.depth + count - 1) / count + 15) / 16 * 16
            let taps = part.taps.sorted {
                ($0.row, $0.column * channels + $0.channel) < ($1.row, $1.column * channels + $1.channel)
            }
            var room = 0
            for tap in taps {
                var channel = 0
                while channel < part.tapChannels {
                    if room == 0 {
                        blocks.append([runs.count, pieces.count, 0, 0])
                        room = size
                    }
                    let member = channel / memberDepth
                    let length = min(room, (member + 1) * memberDepth - channel)
                    add(
                        place: tap.column * channels + tap.channel + channel, row: tap.row, length: length,
                        element: tap.filter + member * members.filterStep
                            + (channel - member * memberDepth) * channelStride,
                        column: member * memberChannels, stride: channelStride)
                    room -= length
                    channel += length
                }
            }
            ranges.append(first..<blocks.count)
        }
        blocks.append([runs.count, pieces.count, 0, 0])
    }

    /// Adds some channels of a tap to the last block.
    private mutating func add(
        place: Int, row: Int, length: Int, element: Int, column: Int, stride: Int
    ) {
        let block = blocks[blocks.count - 1]
        let isNew =
            runs.count == block[0] || runs[runs.count - 1][0] != row
            || runs[runs.count - 1][1] + runs[runs.count - 1][2] != place
        if isNew {
            runs.append([row, place, length, block[2]])
        } else {
            runs[runs.count - 1][2] += length
        }
        if pieces.count > block[1], !(isNew && breaksAtRuns), pieces[pieces.count - 1][3] == column,
            pieces[pieces.count - 1][0] + pieces[pieces.count - 1][1] * stride == element
        {
            pieces[pieces.count - 1][1] += length
        } else {
            pieces.append([element, length, block[2], column])
        }
        blocks[blocks.count - 1][2] += length
    }
}
