import GannetCompiler

extension Packing {
    /// Packs a panel of a part's filters for matrix products: tap after tap, and of each the channels that it reads, `width`
    /// channels of results, of which those beyond the part's are 0.
    ///
    /// - Parameters:
    ///   - panel: The number of the panel.
    ///   - filters: The filters.
    ///   - channelStride: What a step from one channel of the images to the next adds in them.
    ///   - resultStride: What a step from one channel of the results to the next adds in them.
    ///   - packed: Where the part's first panel begins.
    static func packFilters(
        of part: ConvolutionPart, panel: Int, _ filters: UnsafePointer<Float>, channelStride: Int,
        resultStride: Int, width: Int, into packed: UnsafeMutablePointer<Float>
    ) {
        var to = packed + panel * part.depth * width
        let first = panel * width
        let columns = first..<min(first + width, part.channels.count)
        for tap in part.taps {
            packRight(
                Source(base: filters + tap.filter, rowStride: channelStride, columnStride: resultStride),
                rows: 0..<part.tapChannels, columns: columns, width: width, into: to)
            to += part.tapChannels * width
        }
    }
}
