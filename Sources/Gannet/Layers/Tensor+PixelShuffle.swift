import GannetGraph

extension Tensor {
    /// Images [batch, height, width, channels · factor²] whose channels become pixels:
    /// [batch, height · factor, width · factor, channels] (Shi et al., arXiv:1609.05158).
    ///
    /// Pixel (y, x) of a square takes channel (c · factor + y) · factor + x, as in PyTorch.
    public func pixelShuffled(
        by factor: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if rank != 4 || factor < 1 || shape[3] % (factor * factor) != 0 {
            invalidUse(
                "pixelShuffled(by:)",
                "\(shape) is not [batch, height, width, channels] with a multiple of \(factor)² channels",
                file: file, line: line)
        }
        let (height, width, channels) = (shape[1], shape[2], shape[3] / (factor * factor))
        return reshape([shape[0], height, width, channels, factor, factor]).permute(0, 1, 4, 2, 5, 3)
            .reshape([shape[0], height * factor, width * factor, channels])
    }

    /// Images [batch, height · factor, width · factor, channels] whose pixels become channels: what undoes
    /// ``pixelShuffled(by:file:line:)``.
    public func pixelUnshuffled(
        by factor: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if rank != 4 || factor < 1 || shape[1] % factor != 0 || shape[2] % factor != 0 {
            invalidUse(
                "pixelUnshuffled(by:)",
                "\(shape) is not [batch, height, width, channels] with sides that \(factor) divides",
                file: file, line: line)
        }
        let (height, width, channels) = (shape[1] / factor, shape[2] / factor, shape[3])
        return reshape([shape[0], height, factor, width, factor, channels]).permute(0, 1, 3, 5, 2, 4)
            .reshape([shape[0], height, width, channels * factor * factor])
    }
}
