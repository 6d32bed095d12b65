extension RandomStream {
    /// Standard Gumbel numbers, −ln(−ln u) for a uniform u: that of the largest of many exponential numbers, shifted.
    ///
    /// All 32 bits of a word count, so that the largest of 2³² draws is about ln 2³², as it should be.
    public mutating func gumbel(
        _ shape: Shape, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { Self.gumbel(shape, key: nextKey(), file: file, line: line) }

    /// Classes drawn with probabilities softmax(logits) along an axis, as `int32`; the result lacks the axis.
    ///
    /// The class of the largest logit + Gumbel number (Maddison et al., arXiv:1411.0030). Logits need not be
    /// normalised; −∞ is never drawn, unless all are −∞. Divide them by a temperature to draw more or less boldly.
    public mutating func categorical(
        logits: Tensor, axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { Self.categorical(logits: logits, axis: axis, key: nextKey(), file: file, line: line) }

    /// What ``gumbel(_:file:line:)`` gives at the draw that `key`, `uint32` [4], names.
    public static func gumbel(
        _ shape: Shape, key: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let bits = Node.make(.randomBits, [key], shape: shape, name: "gumbel(_:)", file: file, line: line)
        // 1 − u in the middle of one of 2³² parts, with all its digits where it is small; below 1 also after rounding.
        let rest = minimum(
            bits.cast(to: .float32) * .literal(Float(0x1p-32)) + .literal(Float(0x1p-33)),
            .literal(1 - Float(0x1p-24)))
        return -(-(-rest).log1p()).log()
    }

    /// What ``categorical(logits:axis:file:line:)`` gives at the draw that `key`, `uint32` [4], names.
    public static func categorical(
        logits: Tensor, axis: Int = -1, key: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let name = "categorical(logits:axis:)"
        if !logits.scalarType.isFloatingPoint {
            invalidUse(
                name, "logits are \(logits.scalarType), not floating-point numbers", file: file, line: line)
        }
        let axis = resolvedAxis(axis, rank: logits.rank, operation: name, file: file, line: line)
        return (logits + gumbel(logits.shape, key: key, file: file, line: line))
            .argmax(axis: axis, file: file, line: line)
    }
}
