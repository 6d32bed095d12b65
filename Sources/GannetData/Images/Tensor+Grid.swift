import Gannet

extension Tensor {
    /// The pictures of a batch side by side in one, row after row.
    ///
    /// Values are taken as 0…1; see ``Bitmap/init(grid:shape:columns:padding:)``.
    ///
    /// - Parameters:
    ///   - columns: The number of pictures in a row; by default the grid is as square as can be.
    ///   - padding: The black pixels around each picture.
    ///   - device: Where the tensor is evaluated.
    ///
    /// The tensor is of shape [batch, height, width, channels] with 1 or 3 channels, or [batch, side²] for
    /// square grey pictures.
    public func grid(
        columns: Int? = nil, padding: Int = 2, on device: Device = .default
    ) throws(DeviceError) -> Bitmap {
        let values = try cast(to: .float32).array(of: Float.self, on: device)
        return Bitmap(grid: values, shape: shape, columns: columns, padding: padding)
    }

    /// The pictures of a batch in one row, or one below the other; see ``grid(columns:padding:on:)``.
    public func strip(
        isVertical: Bool = false, padding: Int = 2, on device: Device = .default
    ) throws(DeviceError) -> Bitmap {
        try grid(
            columns: isVertical ? 1 : Swift.max(shape.rank > 0 ? shape[0] : 1, 1), padding: padding, on: device)
    }
}
