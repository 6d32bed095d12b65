import Gannet

/// A picture of bytes: what image files hold.
public struct Bitmap: Sendable, Hashable {
    /// The number of columns.
    public let width: Int
    /// The number of rows.
    public let height: Int
    /// 1 for grey, 3 for red, green and blue.
    public let channels: Int
    /// The values, of shape [height, width, channels] in row-major order.
    public var pixels: [UInt8]

    /// Creates a picture from its values.
    public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        if width < 1 || height < 1 || (channels != 1 && channels != 3)
            || pixels.count != width * height * channels
        {
            invalidUse(
                "Bitmap", "\(pixels.count) values are not a picture of \(height) × \(width) × \(channels)")
        }
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// The picture as a tensor, `float32` in 0…1, of shape [1, height, width, channels].
    public var tensor: Tensor {
        Tensor(pixels.map { Float($0) / 255 }, shape: [1, height, width, channels])
    }
}
