import GannetCompiler

/// A part of a convolution, or a run of parts that are alike but for one channel each: what a convolution with as many
/// groups as channels is made of.
struct ChannelwisePart: Sendable {
    /// The part. Of a run, it has all channels of results; a tap's channel c is read for channel c of the results only.
    var part: ConvolutionPart
    /// Whether it is a run.
    var isChannelwise: Bool
    /// Of a run, what a step from one channel to the next adds in the filters.
    var filterStride = 0

    /// The fewest channels of a run that is worth it.
    private static let leastChannels = 8

    /// Joins the runs among `parts`; what is left stays as it is.
    static func joined(_ parts: [ConvolutionPart]) -> [ChannelwisePart] {
        var result: [ChannelwisePart] = []
        var first = 0
        while first < parts.count {
            var end = first + 1
            while end < parts.count, continues(parts, from: first, at: end) { end += 1 }
            if end - first >= leastChannels {
                var part = parts[first]
                part.channels = part.channels.lowerBound..<part.channels.lowerBound + end - first
                part.tapChannels = end - first
                result.append(
                    ChannelwisePart(
                        part: part, isChannelwise: true,
                        filterStride: parts[first + 1].taps[0].filter - part.taps[0].filter))
            } else {
                end = first + 1
                result.append(ChannelwisePart(part: parts[first], isChannelwise: false))
            }
            first = end
        }
        return result
    }

    /// Whether part `number` is to the one before as the second of the run is to the first.
    private static func continues(_ parts: [ConvolutionPart], from first: Int, at number: Int) -> Bool {
        let (a, b, step) = (parts[first], parts[number], number - first)
        guard a.tapChannels == 1, b.tapChannels == 1, a.channels.count == 1, b.channels.count == 1,
            b.channels.lowerBound == a.channels.lowerBound + step, a.rows == b.rows, a.columns == b.columns,
            a.taps.count == b.taps.count, let tap = a.taps.first
        else { return false }
        let filterStride = parts[first + 1].taps[0].filter - tap.filter
        return zip(a.taps, b.taps).allSatisfy { a, b in
            a.row == b.row && a.column == b.column && b.channel == a.channel + step
                && b.filter == a.filter + step * filterStride
        }
    }
}
