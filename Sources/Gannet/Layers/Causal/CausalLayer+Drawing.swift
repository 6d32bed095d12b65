import GannetGraph

extension CausalLayer {
    /// Pictures that are drawn in reading order, each pixel from what the layer makes of those before it.
    ///
    /// Two loops, one in the other: what a row needs of the rows above is computed when it begins, and a
    /// pixel computes no more than itself.
    ///
    /// - Parameters:
    ///   - shape: [batch, height, width, channels].
    ///   - passes: How often a pixel is asked for: once where all its channels are drawn together, once for each channel
    ///     where a channel depends on those before it.
    ///   - scanned: What pixels are given from outside, such as random numbers: each [height, width, …].
    ///   - draw: Takes the number of the pass, the layer's results [batch, outputs], the pixel as far as it is known,
    ///     [batch, channels] (zeros at first), and the pixel's part of what is scanned; gives the pixel with what was drawn.
    /// - Returns: The pictures, of shape `shape`, and what the layer made of each pixel in the last pass, [batch, height,
    ///   width, outputs].
    public func drawn(
        _ shape: Shape, passes: Int = 1, over scanned: [Tensor] = [],
        file: StaticString = #fileID, line: UInt = #line,
        _ draw: (_ pass: Int, _ results: Tensor, _ pixel: Tensor, _ scanned: [Tensor]) -> Tensor
    ) -> (pictures: Tensor, results: Tensor) {
        if shape.rank != 4 {
            invalidUse(
                "drawn(_:over:)", "\(shape) is not [batch, height, width, channels]", file: file, line: line)
        }
        let side = 1 << depth
        if !shape[1].isMultiple(of: side) || !shape[2].isMultiple(of: side) {
            invalidUse(
                "drawn(_:over:)", "the sides of \(shape) are no multiples of \(side)", file: file, line: line)
        }
        let (pictures, results) = withoutActuallyEscaping(draw) {
            ReadingLoops(self, shape, passes: passes, draw: $0, file: file, line: line).outputs(over: scanned)
        }
        return (pictures.permute(2, 0, 1, 3), results.permute(2, 0, 1, 3))
    }

    /// What the layer makes of pictures `x`, [batch, height, width, channels], computed in reading order: the same as
    /// `self(x)`, but for rounding.
    public func inReadingOrder(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        // The first pass sees nothing of the pixel but what may be unknown; the second all.
        drawn(x.shape, passes: 2, over: [x.permute(1, 2, 0, 3)], file: file, line: line) { _, _, _, scanned in
            scanned[0]
        }.results
    }
}
