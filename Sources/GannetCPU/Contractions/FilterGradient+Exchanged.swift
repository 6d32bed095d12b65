import GannetCompiler

extension Kernel.FilterGradient {
    /// The most channels of results, and the fewest of images and of all taps' results together, for which it is faster to
    /// exchange images and results.
    private static let mostExchanged = 5
    private static let (leastExchanged, leastTaps) = (12, 9)

    /// The same gradient in the form that is computed faster.
    var inFasterForm: Self {
        let taps = parts.reduce(0) { $0 + $1.taps.count * $1.channels.count }
        if resultChannels > Self.mostExchanged || channels < Self.leastExchanged || taps < Self.leastTaps {
            return self
        }
        return exchanged ?? self
    }

    /// The same gradient with the parts of the images and of the results exchanged, so that it is the images' channels that
    /// are multiplied with patches of the results; nil where the convolution has a stride, or taps that differ.
    ///
    /// Result r reads pixel r + tap, and pixel p is read by result p − tap: the sum of their products over all results is
    /// that over all pixels.
    private var exchanged: Self? {
        guard parts.count == 1, let part = parts.first,
            part.rows == .init(count: resultHeight, stride: 1),
            part.columns == .init(count: resultWidth, stride: 1),
            part.channels == 0..<resultChannels, part.tapChannels == channels
        else { return nil }
        let exchangedPart = ConvolutionPart(
            rows: .init(count: height, stride: 1), columns: .init(count: width, stride: 1),
            channels: 0..<channels, tapChannels: resultChannels,
            taps: part.taps.map {
                ConvolutionPart.Tap(row: -$0.row, column: -$0.column, channel: 0, filter: $0.filter)
            })
        return Kernel.FilterGradient(
            images: results, results: images, batch: batch, height: resultHeight, width: resultWidth,
            channels: resultChannels, resultHeight: height, resultWidth: width, resultChannels: channels,
            filterChannelStride: filterResultStride, filterResultStride: filterChannelStride,
            parts: [exchangedPart], filterShape: filterShape, epilogue: epilogue)
    }
}
