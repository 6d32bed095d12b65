import GannetGraph

extension Tensor {
    /// Rows of maps [batch, height, width, channels], each shifted to the right by one place more than the one above:
    /// [batch, height, height + width − 1, channels], with zeros where nothing is (van den Oord et al., arXiv:1601.06759,
    /// figure 3). What was a diagonal becomes a column. Nothing is computed: it is a view.
    public func skewed() -> Tensor {
        let (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
        let all = height + width
        return padded(low: [0, 0, 0, 0], high: [0, 0, height, 0])
            .reshape([batch, height * all, channels])
            .slice(0..<height * (all - 1), axis: 1)
            .reshape([batch, height, all - 1, channels])
    }

    /// The inverse of ``skewed()``: of maps [batch, height, height + width − 1, channels] the places that lie in the picture,
    /// [batch, height, width, channels].
    public func unskewed() -> Tensor {
        let (batch, height, columns, channels) = (shape[0], shape[1], shape[2], shape[3])
        let all = columns + 1
        return reshape([batch, height * columns, channels])
            .padded(low: [0, 0, 0], high: [0, height, 0])
            .reshape([batch, height, all, channels])
            .slice(0..<all - height, axis: 2)
    }
}
