/// What a convolution is expected to take by Winograd's filtering and directly, in steps of a vector of AVX-512.
///
/// It follows from the shape alone, so that neither the number of threads nor the processor changes results.
struct WinogradCost {
    /// The steps of a convolution made directly, and of one made by Winograd's filtering.
    let direct: Int
    let winograd: Int

    /// The steps that map a tile's images of 16 channels, and its products; and what maps as many filters.
    private static let (imageSteps, productSteps, filterSteps) = (120, 120, 200)
    /// The fewest channels on either side.
    private static let leastChannels = 16

    /// Whether Winograd's filtering is faster, clearly.
    var isFaster: Bool { winograd * 5 < direct * 4 }

    /// Counts the steps for a convolution.
    init(_ shape: WinogradShape) {
        let (channels, results) = (shape.channels, (shape.resultChannels + 15) / 16)
        direct =
            shape.batch * shape.resultHeight * shape.resultWidth * shape.taps.count * channels * results / 2
        let tile =
            WinogradTransform.productCount * channels * results / 2
            + (channels + 15) / 16 * Self.imageSteps + results * Self.productSteps
        winograd =
            min(channels, shape.resultChannels) < Self.leastChannels
            ? .max / 8 : shape.tileCount * tile + channels * results * Self.filterSteps
    }
}
