import GannetCompiler

/// Rows of an image, copied into planes with zeros around them: for each channel, for each row, the columns that a stride
/// reaches, one phase of it after another.
///
/// In a phase, what one tap reads for neighbouring positions are neighbours.
struct ImagePlanes: Sendable {
    private let width: Int
    private let channels: Int
    /// The image's column that is the first of the first phase.
    private let firstColumn: Int
    private let phases: Int
    /// The elements of a phase.
    private let length: Int

    /// Planes that hold what `parts`, which have one stride, read of images of these extents.
    init(_ parts: [ConvolutionPart], width: Int, channels: Int) {
        (self.width, self.channels) = (width, channels)
        let phases = max(parts.first?.columns.stride ?? 1, 1)
        let taps = parts.filter { $0.columns.count > 0 }.flatMap { part in
            part.taps.map { ($0.column, $0.column + (part.columns.count - 1) * phases) }
        }
        let first = taps.map(\.0).min() ?? 0
        let last = taps.map(\.1).max() ?? first
        (self.phases, firstColumn) = (phases, first)
        length = (last - first + phases) / phases
    }

    /// The elements of so many rows in one plane.
    func planeCount(rows: Int) -> Int { rows * rowPitch }
    /// What a step from one row to the next adds.
    var rowPitch: Int { phases * length }

    /// Where in a plane that begins with image row 0 is what a tap reads for the position 0.
    func offset(row: Int, column: Int) -> Int {
        let place = column - firstColumn
        return row * rowPitch + place % phases * length + place / phases
    }

    /// Copies some rows, which need not lie in the image.
    func copy(
        _ image: UnsafePointer<Float>, height: Int, rows: Range<Int>,
        into planes: UnsafeMutablePointer<Float>
    ) {
        let planeCount = planeCount(rows: rows.count)
        for phase in 0..<phases {
            // Of the phase, place l is column first + l · phases.
            let first = firstColumn + phase
            let lower = min(max((phases - 1 - first) / phases, 0), length)
            let upper = max(min((width - first + phases - 1) / phases, length), lower)
            for row in rows {
                let to = planes + ((row - rows.lowerBound) * rowPitch + phase * length)
                let isInside = row >= 0 && row < height
                for channel in 0..<channels {
                    let line = to + channel * planeCount
                    if !isInside {
                        line.update(repeating: 0, count: length)
                        continue
                    }
                    line.update(repeating: 0, count: lower)
                    copy(
                        image + ((row * width + first + lower * phases) * channels + channel),
                        into: line + lower, count: upper - lower)
                    (line + upper).update(repeating: 0, count: length - upper)
                }
            }
        }
    }

    @inline(__always)
    private func copy(
        _ from: UnsafePointer<Float>, into line: UnsafeMutablePointer<Float>, count: Int
    ) {
        let step = phases * channels
        if step == 1 { return line.update(from: from, count: count) }
        for index in 0..<count { line[index] = from[index &* step] }
    }
}
