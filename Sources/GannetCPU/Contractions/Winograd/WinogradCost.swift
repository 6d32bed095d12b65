import GannetCompiler

/// What a convolution is expected to take by Winograd's filtering and directly, in cycles of one core with AVX-512.
///
/// It follows from the shape alone, so that neither the number of threads nor the processor decides. A core multiplies two
/// vectors of 16 a cycle. Winograd's filtering pays from about 16 channels on, unless there are so few tiles that the
/// filters, which become four times as large, take longer to map than all results to compute.
struct WinogradCost {
    /// The cycles of a convolution made directly, and of one made by Winograd's filtering.
    let direct: Int
    let winograd: Int

    /// The cycles that map a tile's images of 16 channels, and its products.
    private static let (imageCycles, productCycles) = (120, 120)
    /// The cycles that map 16 filters of a channel, in the second cache and beyond it.
    private static let (nearFilterCycles, farFilterCycles) = (300, 800)
    private static let nearByteCount = 1 << 21
    /// The fewest channels on either side.
    private static let leastChannels = 16

    /// Whether Winograd's filtering is faster, clearly.
    var isFaster: Bool { winograd * 5 < direct * 4 }

    /// Counts the cycles for a convolution; for its gradients they are about the same.
    init(_ shape: WinogradShape) {
        let (channels, results) = (shape.channels, (shape.resultChannels + 15) / 16)
        direct =
            shape.batch * shape.resultHeight * shape.resultWidth * shape.taps.count * channels * results / 2
        if min(channels, shape.resultChannels) < Self.leastChannels {
            winograd = .max / 8
            return
        }
        let products = WinogradTransform.productCount
        let isNear = products * channels * results * 64 <= Self.nearByteCount
        winograd =
            shape.tileCount
            * (products * channels * results / 2 + (channels + 15) / 16 * Self.imageCycles
                + results * Self.productCycles) + channels * results
            * (isNear ? Self.nearFilterCycles : Self.farFilterCycles)
    }
}
