/// A value of a training run as TensorBoard shows it, under a tag such as "loss".
public struct Summary: Sendable {
    /// TensorFlow's message `Summary.Value`.
    let message: ProtobufMessage

    /// A number, drawn as a curve over the steps.
    public static func scalar(_ value: Float, tag: String) -> Summary {
        Summary(tag) { $0.add(value, field: 2) }
    }

    /// A picture, in the contents of a PNG or JPEG file.
    ///
    /// - Parameters:
    ///   - contents: The contents of the file.
    ///   - width: The number of columns.
    ///   - height: The number of rows.
    ///   - channels: 1 for grey, 3 for red, green and blue.
    ///   - tag: What the picture is called.
    public static func image(
        _ contents: [UInt8], width: Int, height: Int, channels: Int, tag: String
    ) -> Summary {
        var image = ProtobufMessage()
        image.add(height, field: 1)
        image.add(width, field: 2)
        image.add(channels, field: 3)
        image.add(contents, field: 4)
        return Summary(tag) { $0.add(image, field: 4) }
    }

    /// How often which values occur, in 30 bins of one width. Values that are not finite are left out.
    public static func histogram(_ values: [Float], tag: String) -> Summary {
        let values = values.lazy.filter(\.isFinite).map { Double($0) }
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let binCount = low < high ? 30 : 1
        let width = (high - low) / Double(binCount)
        var counts = [Double](repeating: 0, count: binCount)
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for value in values {
            counts[width > 0 ? min(Int((value - low) / width), binCount - 1) : 0] += 1
            count += 1
            sum += value
            squares += value * value
        }
        var histogram = ProtobufMessage()
        for (number, value) in [low, high, count, sum, squares].enumerated() {
            histogram.add(value, field: number + 1)
        }
        // A bin ends where the next begins, the last at the greatest value.
        histogram.add((1...binCount).map { $0 == binCount ? high : low + Double($0) * width }, field: 6)
        histogram.add(counts, field: 7)
        return Summary(tag) { $0.add(histogram, field: 5) }
    }

    private init(_ tag: String, _ add: (inout ProtobufMessage) -> Void) {
        var message = ProtobufMessage()
        message.add(tag, field: 1)
        add(&message)
        self.message = message
    }
}
