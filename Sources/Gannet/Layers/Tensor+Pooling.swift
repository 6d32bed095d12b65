import GannetGraph

// Pooling of images [batch, height, width, channels] over square windows. The result is
// [batch, (height + 2 · padding − window) / stride + 1, …the same of the width, channels], quotients rounded down:
// what is left at the end is not looked at.

extension Tensor {
    /// The largest element of each window; NaN if any is. Elements that tie share the gradient.
    ///
    /// - Parameters:
    ///   - window: The height and the width of the window.
    ///   - stride: From one window to the next; by default the window's size.
    ///   - padding: How many pixels of −∞ are put around the image; at most half the window.
    public func maxPooled(
        window: Int, stride: Int? = nil, padding: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let stride = stride ?? window
        checkPooling("maxPooled(window:)", window, stride, padding, file: file, line: line)
        if let tiles = tiles(window, stride, padding) { return tiles.max(axes: [2, 4]) }
        let windows = places(window, stride, padding, filling: -.infinity).map {
            $0.reshape(Shape([1] + $0.shape.extents))
        }
        return Tensor.concatenate(windows, axis: 0).max(axes: [0])
    }

    /// The mean of each window; zeros that are put around the image count, as they do in PyTorch.
    ///
    /// - Parameters:
    ///   - window: The height and the width of the window.
    ///   - stride: From one window to the next; by default the window's size.
    ///   - padding: How many pixels of 0 are put around the image; at most half the window.
    public func averagePooled(
        window: Int, stride: Int? = nil, padding: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let stride = stride ?? window
        checkPooling("averagePooled(window:)", window, stride, padding, file: file, line: line)
        if let tiles = tiles(window, stride, padding) { return tiles.mean(axes: [2, 4]) }
        let windows = places(window, stride, padding, filling: 0)
        return windows.dropFirst().reduce(windows[0], +) / .literal(Float(window * window))
    }

    func checkPooling(
        _ name: String, _ window: Int, _ stride: Int, _ padding: Int, file: StaticString, line: UInt
    ) {
        if rank != 4 {
            invalidUse(
                name, "\(shape) is not [batch, height, width, channels]", file: file, line: line)
        }
        if window < 1 || stride < 1 || padding < 0 || padding > window / 2 {
            invalidUse(
                name, "a window of \(window), a stride of \(stride) and a padding of \(padding)", file: file,
                line: line)
        }
        if Swift.min(shape[1], shape[2]) + 2 * padding < window {
            invalidUse(name, "a window of \(window) does not fit in \(shape)", file: file, line: line)
        }
    }

    /// The windows as [batch, rows, window, columns, window, channels] where they lie side by side; else nil.
    private func tiles(_ window: Int, _ stride: Int, _ padding: Int) -> Tensor? {
        guard stride == window, padding == 0 else { return nil }
        let (rows, columns) = (shape[1] / window, shape[2] / window)
        return slice(0..<rows * window, axis: 1).slice(0..<columns * window, axis: 2)
            .reshape([shape[0], rows, window, columns, window, shape[3]])
    }

    /// For each place in the window the elements that are there in all windows: [batch, rows, columns, channels].
    func places(_ window: Int, _ stride: Int, _ padding: Int, filling value: Double) -> [Tensor] {
        let padded = padded(low: [0, padding, padding, 0], high: [0, padding, padding, 0], value: value)
        func range(_ place: Int, axis: Int) -> Range<Int> {
            let count = (padded.shape[axis] - window) / stride + 1
            return place..<place + (count - 1) * stride + 1
        }
        return (0..<window).flatMap { row in
            let rows = padded.slice(range(row, axis: 1), axis: 1, step: stride)
            return (0..<window).map { rows.slice(range($0, axis: 2), axis: 2, step: stride) }
        }
    }
}
