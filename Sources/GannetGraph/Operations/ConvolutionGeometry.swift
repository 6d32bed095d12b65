/// How filters are moved over images: what a convolution and its gradients have in common.
///
/// Result (y, x) reads, at tap (i, j) of the filters, pixel (y · stride + i · dilation − padLow, …) of the image, which
/// is 0 where it lies outside.
public struct ConvolutionGeometry: Hashable, Sendable {
    /// The movement along one axis.
    public struct Axis: Hashable, Sendable {
        /// The step from one result to the next, at least 1.
        public var stride: Int
        /// The step from one tap to the next, at least 1.
        public var dilation: Int
        /// The zeros before the image.
        public var padLow: Int
        /// The zeros after the image; where negative, so many pixels there are not used as a last place.
        public var padHigh: Int

        /// Creates a movement.
        public init(stride: Int = 1, dilation: Int = 1, padLow: Int = 0, padHigh: Int = 0) {
            self.stride = stride
            self.dilation = dilation
            self.padLow = padLow
            self.padHigh = padHigh
        }

        /// The number of results along an axis of `extent` pixels, for `taps` taps; 0 where there is no room.
        public func resultExtent(_ extent: Int, taps: Int) -> Int {
            let room = extent + padLow + padHigh - dilation * (taps - 1) - 1
            return room < 0 ? 0 : room / stride + 1
        }
    }

    /// The movement along the height.
    public var height: Axis
    /// The movement along the width.
    public var width: Axis
    /// The number of groups that channels are cut into; the results of a group read the channels of that group.
    public var groups: Int
    /// Which taps, and which channels at them, are used; nil for all.
    public var mask: ConvolutionMask?

    /// Creates a geometry.
    public init(
        height: Axis = Axis(), width: Axis = Axis(), groups: Int = 1, mask: ConvolutionMask? = nil
    ) {
        self.height = height
        self.width = width
        self.groups = groups
        self.mask = mask
    }

    /// Why filters [kh, kw, channels / groups, results] cannot be moved over images [B, H, W, C]; nil if they can.
    func objection(images: Shape, filters: Shape) -> String? {
        if images.rank != 4 || filters.rank != 4 {
            return "images of shape \(images) and filters of shape \(filters); both need four axes"
        }
        for axis in [height, width] where axis.stride < 1 || axis.dilation < 1 {
            return "stride \(axis.stride) and dilation \(axis.dilation) must be at least 1"
        }
        if groups < 1 || images[3] % groups != 0 || filters[3] % groups != 0
            || filters[2] != images[3] / groups
        {
            return "filters of shape \(filters) do not fit images of shape \(images) in \(groups) groups"
        }
        if filters[0] < 1 || filters[1] < 1 { return "filters of shape \(filters) have no taps" }
        guard let mask else { return nil }
        if mask.height != filters[0] || mask.width != filters[1] {
            return "a mask of \(mask.height) × \(mask.width) taps for filters of shape \(filters)"
        }
        if groups > 1, mask.inputGroups > 1 || mask.outputGroups > 1 {
            return "a mask that tells channels apart needs groups = 1, not \(groups)"
        }
        if images[3] % mask.inputGroups != 0 || filters[3] % mask.outputGroups != 0 {
            return
                "\(images[3]) channels and \(filters[3]) filters do not divide into the mask's "
                + "\(mask.inputGroups) and \(mask.outputGroups) groups"
        }
        return nil
    }

    /// The shape of the results.
    func resultShape(images: Shape, filters: Shape) -> Shape {
        [
            images[0], height.resultExtent(images[1], taps: filters[0]),
            width.resultExtent(images[2], taps: filters[1]), filters[3],
        ]
    }

    /// Whether the filters connect channel `channel` of `channels` to result channel `result` of `results` at a tap:
    /// they are of one group, and not masked.
    public func connects(
        row: Int, column: Int, channel: Int, of channels: Int, result: Int, of results: Int
    ) -> Bool {
        if channel / (channels / groups) != result / (results / groups) { return false }
        guard let mask else { return true }
        return mask.keeps(
            row: row, column: column, inputGroup: channel / (channels / mask.inputGroups),
            outputGroup: result / (results / mask.outputGroups))
    }
}
