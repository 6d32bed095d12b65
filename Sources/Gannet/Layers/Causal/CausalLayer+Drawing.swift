import GannetGraph

extension CausalLayer {
    /// Pictures that are drawn in reading order, each pixel from what the layer makes of those before it.
    ///
    /// Two loops, one in the other: what a row needs of the rows above is computed when it begins, and a pixel computes
    /// no more than itself.
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
        let (batch, height, width) = (shape[0], shape[1], shape[2])
        let maps = keptMaps
        let pixelMaps = maps.filter { !$0.comesByRow }
        let rowMaps = maps.filter { $0.rows > 0 }
        let rows = rowMaps.map { Tensor.zeros([$0.rows, width, batch, $0.channels]) }
        let left = pixelMaps.filter { $0.columns > 0 }.map { Tensor.zeros([batch, $0.columns, $0.channels]) }
        let outputs = Tensor.loop(count: height, carrying: rows, over: scanned, file: file, line: line) {
            row in
            var start = RowReading(batch: batch, width: width, index: row.index, rows: row.state)
            startRow(&start)
            if start.remembered.count != maps.count - pixelMaps.count {
                invalidUse(
                    "CausalLayer.startRow(_:)",
                    "\(start.remembered.count) rows are remembered, and keptMaps has \(maps.count - pixelMaps.count) that come "
                        + "by row", file: file, line: line)
            }
            let contexts = start.contexts
            let collected = Tensor.loop(
                count: width, carrying: left, over: contexts + row.scanned, file: file, line: line
            ) { place in
                let scanned = Array(place.scanned.dropFirst(contexts.count))
                var (x, results) = (Tensor.zeros([batch, shape[3]]), Tensor.zeros([]))
                var memories: [PixelReading.Memory] = []
                for pass in 0..<passes {
                    var reading = PixelReading(maps: pixelMaps, contexts: place.scanned, left: place.state)
                    results = pixel(x, in: &reading)
                    let known = draw(pass, results, x, scanned)
                    memories = reading.memories(replacing: x, by: known)
                    x = known
                }
                if memories.count != pixelMaps.count {
                    invalidUse(
                        "CausalLayer.pixel(_:in:)",
                        "\(memories.count) maps are remembered, and keptMaps has \(pixelMaps.count)",
                        file: file,
                        line: line)
                }
                return (
                    memories.compactMap(\.nextLeft),
                    [x, results] + memories.filter { $0.map.rows > 0 }.map(\.x)
                )
            }.outputs
            // The rows that the next one looks back at, in the order of the maps.
            var (byPixel, byRow) = (collected.dropFirst(2), start.remembered[...])
            let next = zip(row.state, rowMaps).map { above, map in
                let row = (map.comesByRow ? byRow.removeFirst() : byPixel.removeFirst()).insertingAxis(at: 0)
                return map.rows == 1 ? row : .concatenate([above.slice(1..<map.rows, axis: 0), row], axis: 0)
            }
            return (next, Array(collected.prefix(2)))
        }.outputs
        return (outputs[0].permute(2, 0, 1, 3), outputs[1].permute(2, 0, 1, 3))
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

extension PixelReading {
    /// What is remembered, once `known` stands for the pixel that was computed of `unknown`.
    fileprivate func memories(replacing unknown: Tensor, by known: Tensor) -> [Memory] {
        let waiting = memories.indices.filter { memories[$0].awaitsPixel }
        let replaced = waiting.map { memories[$0].x }.replacing(unknown, by: known)
        var result = memories
        for (number, x) in zip(waiting, replaced) { result[number].x = x }
        return result
    }
}

extension PixelReading.Memory {
    /// The pixels that are to the left of the next one.
    fileprivate var nextLeft: Tensor? {
        guard let left else { return nil }
        let x = x.insertingAxis(at: 1)
        return map.columns == 1 ? x : .concatenate([left.slice(1..<map.columns, axis: 1), x], axis: 1)
    }
}
