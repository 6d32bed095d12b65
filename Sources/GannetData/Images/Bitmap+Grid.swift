import Gannet

extension Bitmap {
    /// Pictures side by side in one, row after row.
    ///
    /// Values are taken as 0…1: they are multiplied by 255 and rounded; what is below 0 becomes black, what is
    /// above 1 white, and NaN black.
    ///
    /// - Parameters:
    ///   - values: The pictures in row-major order.
    ///   - shape: [batch, height, width, channels] with 1 or 3 channels, or [batch, side²] for square grey
    ///     pictures. No pictures give one black pixel.
    ///   - columns: The number of pictures in a row; by default the grid is as square as can be.
    ///   - padding: The black pixels around each picture.
    public init(grid values: [Float], shape: Shape, columns: Int? = nil, padding: Int = 2) {
        let pictureShape = Self.pictureShape(shape)
        let (count, height, width, channels) =
            (pictureShape[0], pictureShape[1], pictureShape[2], pictureShape[3])
        if values.count != shape.count {
            invalidUse("Bitmap(grid:shape:)", "\(values.count) values do not fill the shape \(shape)")
        }
        if let columns, columns < 1 {
            invalidUse("Bitmap(grid:columns:)", "\(columns) columns are asked for")
        }
        if padding < 0 { invalidUse("Bitmap(grid:padding:)", "\(padding) pixels are asked for") }
        if values.isEmpty {
            self.init(width: 1, height: 1, channels: 1, pixels: [0])
            return
        }
        let across = min(columns ?? Self.squareRoot(atLeast: count), count)
        let down = (count + across - 1) / across
        let (cellHeight, cellWidth) = (height + padding, width + padding)
        let gridWidth = across * cellWidth + padding
        let gridHeight = down * cellHeight + padding
        var pixels = [UInt8](repeating: 0, count: gridWidth * gridHeight * channels)
        for picture in 0..<count {
            let top = padding + picture / across * cellHeight
            let left = padding + picture % across * cellWidth
            for row in 0..<height {
                let source = (picture * height + row) * width * channels
                let destination = ((top + row) * gridWidth + left) * channels
                for i in 0..<width * channels { pixels[destination + i] = Self.byte(values[source + i]) }
            }
        }
        self.init(width: gridWidth, height: gridHeight, channels: channels, pixels: pixels)
    }

    /// 0…1 to 0…255, rounded to the nearest, saturated; NaN becomes 0.
    private static func byte(_ value: Float) -> UInt8 {
        value >= 1 ? 255 : value > 0 ? UInt8(value * 255 + 0.5) : 0
    }

    /// The smallest number whose square is not below `count`.
    private static func squareRoot(atLeast count: Int) -> Int {
        var root = 1
        while root * root < count { root += 1 }
        return root
    }

    /// `shape` as [batch, height, width, channels].
    private static func pictureShape(_ shape: Shape) -> Shape {
        if shape.rank == 4, shape[3] == 1 || shape[3] == 3 { return shape }
        if shape.rank == 2 {
            let side = squareRoot(atLeast: shape[1])
            if side * side == shape[1] { return [shape[0], side, side, 1] }
        }
        invalidUse(
            "Bitmap(grid:shape:)",
            "\(shape) is not [batch, height, width, channels] with 1 or 3 channels, nor [batch, side²]")
    }
}
