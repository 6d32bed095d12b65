import GannetGraph

/// The loops in which a causal layer draws pictures in reading order: over the rows, and in each over its pixels.
///
/// Where a layer has several levels, a loop's body is as many rows, or pixels, as the coarsest level's are high and wide, each
/// with the levels that have it.
struct ReadingLoops {
    /// See ``CausalLayer/drawn(_:passes:over:file:line:_:)``.
    typealias Draw = (_ pass: Int, _ results: Tensor, _ pixel: Tensor, _ scanned: [Tensor]) -> Tensor

    private let layer: any CausalLayer
    private let shape: Shape
    private let passes: Int
    private let draw: Draw
    private let depth: Int
    private let maps: [KeptMap]
    private let place: (file: StaticString, line: UInt)

    private var batch: Int { shape[0] }
    private var width: Int { shape[2] }

    /// Prepares the drawing of pictures of shape [batch, height, width, channels].
    init(
        _ layer: some CausalLayer, _ shape: Shape, passes: Int, draw: @escaping Draw, file: StaticString,
        line: UInt
    ) {
        (self.layer, self.shape, self.passes, self.draw) = (layer, shape, passes, draw)
        (depth, maps, place) = (layer.depth, layer.keptMaps, (file, line))
    }

    /// What a loop over rows knows of those above.
    private struct Above {
        /// The kept rows, of each map that keeps any, [rows, width, batch, channels].
        var rows: [Tensor]
        var shared: [Int: Tensor] = [:]
        var sharedByPixels: [Int: Tensor] = [:]
    }

    /// The pictures, and what the layer made of each pixel, both [height, width, batch, …].
    func outputs(over scanned: [Tensor]) -> (pictures: Tensor, results: Tensor) {
        let count = 1 << depth
        let rows = maps.filter { $0.rows > 0 }.map {
            Tensor.zeros([$0.rows, width >> $0.level, batch, $0.channels])
        }
        let outputs = Tensor.loop(
            count: shape[1] / count, carrying: rows, over: scanned.map { $0.cut(into: count) },
            file: place.file, line: place.line
        ) { group in
            var above = Above(rows: group.state)
            let drawn = (0..<count).map { number in
                row(
                    number,
                    index: depth == 0
                        ? group.index : group.index * .literal(Int32(count)) + .literal(Int32(number)),
                    scanned: group.scanned.map { $0.part(number, of: count) }, above: &above)
            }
            return (above.rows, [.joined(drawn.map(\.x)), .joined(drawn.map(\.results))])
        }.outputs.map { $0.uncut(count) }
        return (outputs[0], outputs[1])
    }

    /// The coarsest level, up to `limit`, that has a row or pixel of a group.
    private func deepest(_ number: Int, limit: Int) -> Int {
        number == 0 ? limit : number.trailingZeroBitCount
    }

    /// Draws a row: its pixels and the layer's results, [width, batch, …].
    private func row(
        _ number: Int, index: Tensor, scanned: [Tensor], above: inout Above
    ) -> (x: Tensor, results: Tensor) {
        let deepest = deepest(number, limit: depth)
        let rowMaps = maps.filter { $0.rows > 0 }
        var start = RowReading(
            batch: batch, width: width, index: index, deepest: deepest,
            rows: zip(rowMaps, above.rows).filter { $0.0.level <= deepest }.map(\.1), shared: above.shared,
            sharedByPixels: above.sharedByPixels)
        layer.startRow(&start)
        let wholeMaps = maps.filter { $0.comesByRow && $0.level <= deepest }
        if start.remembered.count != wholeMaps.count {
            invalidUse(
                "CausalLayer.startRow(_:)",
                "\(start.remembered.count) rows are remembered, and keptMaps has \(wholeMaps.count) that come by row",
                file: place.file, line: place.line)
        }
        let pixels = self.pixels(start.contexts, deepest: deepest, scanned: scanned)
        above.shared = start.shared
        above.sharedByPixels.merge(pixels.shared) { $1 }
        // The rows that the next one looks back at, in the order of the maps.
        var (byPixel, byRow) = (pixels.remembered[...], start.remembered[...])
        above.rows = zip(rowMaps, above.rows).map { map, rows in
            if map.level > deepest { return rows }
            let row = (map.comesByRow ? byRow.removeFirst() : byPixel.removeFirst()).insertingAxis(at: 0)
            return map.rows == 1 ? row : .concatenate([rows.slice(1..<map.rows, axis: 0), row], axis: 0)
        }
        return (pixels.x, pixels.results)
    }

    /// What has become of a row's pixels, each [width of the level, batch, …].
    private struct Pixels {
        var x: Tensor
        var results: Tensor
        /// Of the maps that keep rows.
        var remembered: [Tensor]
        var shared: [Int: Tensor]
    }

    /// Draws the pixels of a row that levels up to `deepest` have.
    private func pixels(
        _ contexts: [(tensor: Tensor, level: Int)], deepest: Int, scanned: [Tensor]
    ) -> Pixels {
        let count = 1 << deepest
        let maps = maps.filter { !$0.comesByRow && $0.level <= deepest }
        let left = maps.filter { $0.columns > 0 }.map {
            Tensor.zeros([batch, $0.columns, $0.channels])
        }
        let rowMaps = maps.filter { $0.rows > 0 }
        var sharedLevels: [Int] = []
        let outputs = Tensor.loop(
            count: width / count, carrying: left,
            over: contexts.map { $0.tensor.cut(into: count >> $0.level) }
                + scanned.map { $0.cut(into: count) },
            file: place.file, line: place.line
        ) { group in
            var left = group.state
            var drawn: [(x: Tensor, results: Tensor)] = []
            var remembered = [[Tensor]](repeating: [], count: rowMaps.count)
            var shared: [Int: Tensor] = [:]
            var sharings: [Int: [Tensor]] = [:]
            for number in 0..<count {
                let deepestHere = self.deepest(number, limit: deepest)
                let known = zip(contexts, group.scanned).filter { $0.0.level <= deepestHere }.map {
                    $1.part(number >> $0.level, of: count >> $0.level)
                }
                let leftMaps = maps.filter { $0.columns > 0 }
                let pixel = pixel(
                    scanned: group.scanned.dropFirst(contexts.count).map { $0.part(number, of: count) }
                ) {
                    PixelReading(
                        deepest: deepestHere, deepestOfRow: deepest,
                        maps: maps.filter { $0.level <= deepestHere }, contexts: known,
                        left: zip(leftMaps, left).filter { $0.0.level <= deepestHere }.map(\.1),
                        shared: shared)
                }
                drawn.append((pixel.x, pixel.results))
                var next = pixel.memories.compactMap(\.nextLeft)[...]
                left = zip(leftMaps, left).map { $0.level <= deepestHere ? next.removeFirst() : $1 }
                var rows = pixel.memories.filter { $0.map.rows > 0 }.map(\.x)[...]
                for (number, map) in rowMaps.enumerated() where map.level <= deepestHere {
                    remembered[number].append(rows.removeFirst())
                }
                shared = pixel.shared
                for (level, x) in shared where level <= deepestHere { sharings[level, default: []].append(x) }
            }
            sharedLevels = sharings.keys.sorted()
            return (
                left,
                [.joined(drawn.map(\.x)), .joined(drawn.map(\.results))] + remembered.map { .joined($0) }
                    + sharedLevels.map { .joined(sharings[$0]!) }
            )
        }.outputs
        let levels = [0, 0] + rowMaps.map(\.level) + sharedLevels
        let rows = zip(outputs, levels).map { $0.uncut(count >> $1) }
        return Pixels(
            x: rows[0], results: rows[1], remembered: Array(rows[2..<2 + rowMaps.count]),
            shared: Dictionary(uniqueKeysWithValues: zip(sharedLevels, rows.dropFirst(2 + rowMaps.count))))
    }

    /// Draws a pixel, in so many passes, of what `reading` begins with.
    private func pixel(
        scanned: [Tensor], reading begin: () -> PixelReading
    ) -> (x: Tensor, results: Tensor, memories: [PixelReading.Memory], shared: [Int: Tensor]) {
        var (x, results) = (Tensor.zeros([batch, shape[3]]), Tensor.zeros([]))
        var memories: [PixelReading.Memory] = []
        var shared: [Int: Tensor] = [:]
        for pass in 0..<passes {
            var reading = begin()
            let expected = reading.mapCount
            results = layer.pixel(x, in: &reading)
            if reading.memories.count != expected {
                invalidUse(
                    "CausalLayer.pixel(_:in:)",
                    "\(reading.memories.count) maps are remembered, and keptMaps has \(expected)",
                    file: place.file, line: place.line)
            }
            let known = draw(pass, results, x, scanned)
            memories = reading.memories(replacing: x, by: known)
            shared = reading.shared
            x = known
        }
        return (x, results, memories, shared)
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

/// Rows or pixels in groups of `count`, along the first axis.
extension Tensor {
    /// [n / count, count, …] of [n, …]; itself where groups are of one.
    fileprivate func cut(into count: Int) -> Tensor {
        count == 1 ? self : reshape(Shape([shape[0] / count, count] + shape.extents.dropFirst()))
    }

    /// What ``cut(into:)`` was made of.
    fileprivate func uncut(_ count: Int) -> Tensor {
        count == 1 ? self : reshape(Shape([shape[0] * count] + shape.extents.dropFirst(2)))
    }

    /// A member of a group.
    fileprivate func part(_ number: Int, of count: Int) -> Tensor {
        count == 1 ? self : element(number, axis: 0)
    }

    /// A group of its members.
    fileprivate static func joined(_ parts: [Tensor]) -> Tensor {
        parts.count == 1 ? parts[0] : .stack(parts, axis: 0)
    }
}
