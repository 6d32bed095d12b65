import GannetCompiler

extension FilterGradientKernel {
    /// Adds up, for each of few channels, the patches of one piece of the positions times the results.
    func addPatches(
        _ part: Part, piece: Int, into sums: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers,
        _ workspace: Workspace
    ) {
        let depth = part.part.depth
        let target = sums + part.firstSum + piece * part.sumCount
        target.update(repeating: 0, count: part.sumCount)
        let positions = positions(of: piece, part)
        if positions.isEmpty { return }
        let images = UnsafePointer(buffers.inputs[gradient.images].assumingMemoryBound(to: Float.self))
        let results = UnsafePointer(buffers.inputs[gradient.results].assumingMemoryBound(to: Float.self))
        let axis = part.axis.pieces.base[0]
        let readsInPlace = part.part.tapChannels >= Self.leastChannelsInPlace
        let rowCount = RowSums.rowCount
        var layout = ScratchLayout()
        let rowOffset = layout.append(rowCount * MemoryLayout<UnsafePointer<Float>>.stride)
        let factorOffset = layout.append(Self.mostPatchRows * rowCount * 4)
        let originOffset = layout.append(rowCount * MemoryLayout<PatchOrigin>.stride)
        let zeroOffset = layout.append(depth * 4)
        let patchOffset = layout.append(readsInPlace ? 0 : rowCount * depth * 4)
        let scratch = workspace.scratch(layout.byteCount)
        let rows = (scratch + rowOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let factors = (scratch + factorOffset).assumingMemoryBound(to: Float.self)
        let origins = (scratch + originOffset).assumingMemoryBound(to: PatchOrigin.self)
        let zeros = (scratch + zeroOffset).assumingMemoryBound(to: Float.self)
        let patches = (scratch + patchOffset).assumingMemoryBound(to: Float.self)
        zeros.update(repeating: 0, count: depth)
        factors.update(repeating: 0, count: Self.mostPatchRows * rowCount)
        func addRows(from column: Int, count: Int) {
            for channel in 0..<part.rowCount {
                RowSums.add(
                    UnsafeRawPointer(factors + channel * rowCount).loadUnaligned(as: Floats.self), rows,
                    to: target + (channel * part.width + column), count: count)
            }
        }

        var cursor = PositionCursor(positions.lowerBound, columnCount: part.part.columns.count)
        var position = positions.lowerBound
        while position < positions.upperBound {
            // Behind the last position come zeros.
            let count = min(rowCount, positions.upperBound - position)
            if count < rowCount { factors.update(repeating: 0, count: Self.mostPatchRows * rowCount) }
            var areInside = count == rowCount
            for index in 0..<count {
                let origin = part.origins.origin(row: cursor.row, column: cursor.column)
                (origins + index).initialize(to: origin)
                areInside = areInside && origin.isInside
                let from =
                    results + (gradient.element(of: part.part, at: cursor) + part.part.channels.lowerBound)
                for channel in 0..<part.rowCount { factors[channel * rowCount + index] = from[channel] }
                cursor.advance()
            }
            if readsInPlace {
                var column = 0
                for segment in areInside ? axis.runs : axis.segments {
                    for index in 0..<rowCount {
                        let isRead =
                            areInside || index < count && part.origins.contains(origins[index], segment)
                        (rows + index).initialize(
                            to: isRead
                                ? images + (origins[index].element + segment.offset) : UnsafePointer(zeros))
                    }
                    addRows(from: column, count: segment.count)
                    column += segment.count
                }
            } else {
                PatchPacking.gather(
                    images, axis, part.origins, UnsafeBufferPointer(start: origins, count: count),
                    width: depth, into: patches)
                for index in 0..<rowCount {
                    (rows + index).initialize(
                        to: UnsafePointer(index < count ? patches + index * depth : zeros))
                }
                addRows(from: 0, count: depth)
            }
            position += count
        }
    }
}
