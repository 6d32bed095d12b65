import Gannet

/// The layers of a Gated PixelCNN: van den Oord et al., "Conditional Image Generation with PixelCNN Decoders"
/// (arXiv:1606.05328), figure 2.
///
/// The vertical stack sees all rows above a pixel, the horizontal one what is to the left of it and what the vertical one has
/// found, so that no pixel before is out of sight. The first vertical convolution is shifted down by one row, so that none
/// behind it need be.
public struct GatedPixelNetwork: CausalLayer {
    /// A layer of both stacks: figure 2.
    struct Block: Module {
        /// From the rows above, and but in the first layer the own one, to the gates of the vertical stack.
        let vertical: Conv2D
        /// From the gates of the vertical stack to those of the horizontal one.
        let across: Conv2D
        /// From what is to the left, and but in the first layer the place itself, to the gates of the horizontal stack.
        let horizontal: MaskedConv2D
        /// What the horizontal stack hands on.
        let output: MaskedConv2D
        /// From the map of a class to the gates of both stacks, U of equation 5; nil where there is no map.
        let location: Linear?
    }

    private let blocks: [Block]
    private let head: Sequential
    /// V of equation 4, a row for each class; nil where classes do not matter.
    private let classes: Embedding?
    /// m of equation 5, a map for each class, or one for all where classes do not matter, of [height, width, mapFeatures]; nil where
    /// there is none.
    private let maps: Embedding?
    /// What the pictures' classes add to the gates, [batch, blocks, 4 · features]: V h of equation 4.
    private var shifts: Tensor?
    /// The maps of the pictures' classes, or those that are given, [batch, height, width, mapFeatures]: s = m(h) of equation 5.
    private var pictureMaps: Tensor?
    private let plane: Shape
    private let colors: Int
    private let features: Int

    /// Creates the layers.
    ///
    /// - Parameters:
    ///   - layers: What the layers are made by.
    ///   - features: The features of each stack, a multiple of the colours.
    ///   - blocks: The number of layers behind the first.
    ///   - classes: The number of classes that pictures may be of; nil where that is not to matter.
    ///   - mapFeatures: The features of each class's map, or of the one map; 0 for none.
    ///   - mapIsGiven: Whether the map is not learned, but given for each picture: ``conditioned(on:map:)``.
    init(
        _ layers: inout PixelLayers, features: Int, blocks: Int, classes: Int? = nil, mapFeatures: Int = 0,
        mapIsGiven: Bool = false
    ) {
        (colors, self.features, plane) = (layers.colors, features, layers.plane)
        self.blocks = (0...blocks).map { number in
            let (inputs, kernel) = number == 0 ? (layers.channels, 7) : (features, 3)
            let rows = kernel / 2 + (number == 0 ? 0 : 1)
            return Block(
                vertical: Conv2D(
                    inputs: inputs, outputs: 2 * features, window: (rows, kernel),
                    ConvolutionGeometry(
                        // One row less than there are taps above is seen at the end, where the filters are shifted down.
                        height: .init(padLow: kernel / 2, padHigh: number == 0 ? -1 : 0),
                        width: .init(padLow: kernel / 2, padHigh: kernel / 2)), random: &layers.random),
                across: Conv2D(
                    inputs: 2 * features, outputs: 2 * features, kernel: 1, random: &layers.random),
                horizontal: layers.masked(
                    inputs, 2 * features, window: (1, kernel), number == 0 ? .a : .b),
                output: layers.masked(features, features),
                location: mapFeatures > 0
                    ? Linear(
                        inputs: mapFeatures, outputs: 4 * features, bias: false, random: &layers.random)
                    : nil)
        }
        head = Sequential {
            Activation.relu
            layers.masked(features, features)
            Activation.relu
            layers.masked(features, layers.outputs)
        }
        // V starts at 0, so that a class means nothing at first.
        self.classes = classes.map {
            Embedding(
                count: $0, features: (blocks + 1) * 4 * features, weights: .constant(0),
                random: &layers.random)
        }
        // Nor does a location, with maps of zeros: what they are multiplied by is not.
        maps =
            mapFeatures == 0 || mapIsGiven
            ? nil
            : Embedding(
                count: classes ?? 1, features: layers.plane.count * mapFeatures, weights: .constant(0),
                random: &layers.random)
    }

    /// What layers are told of the places, [batch or 1, height, width, mapFeatures]; nil for nothing.
    private var map: Tensor? {
        if pictureMaps != nil || classes != nil { return pictureMaps }
        return maps.map { $0.weight.value.reshape([1, plane[0], plane[1], $0.features / plane.count]) }
    }

    /// The same layers for pictures of given classes, `int32` [batch], and with given maps, [batch, height, width, mapFeatures]; classes
    /// change nothing where they do not matter.
    func conditioned(on labels: Tensor?, map: Tensor?) -> GatedPixelNetwork {
        var result = self
        if let labels {
            let batch = labels.shape[0]
            result.shifts = classes.map { $0(labels).reshape([batch, blocks.count, 4 * features]) }
            if classes != nil {
                result.pictureMaps = maps.map {
                    $0(labels).reshape([batch, plane[0], plane[1], $0.features / plane.count])
                }
            }
        }
        if let map { result.pictureMaps = map }
        return result
    }

    /// The same layers for pictures of given classes, `int32` [batch]; nothing changes where classes do not matter.
    public func conditioned(on labels: Tensor) -> GatedPixelNetwork { conditioned(on: labels, map: nil) }

    /// tanh of one half of the gates times σ of the other, […, features] of […, 2 · features]: equation 2. Each colour has
    /// its halves side by side.
    private func gated(_ sums: Tensor) -> Tensor {
        let shape = Shape(sums.shape.extents.dropLast() + [features])
        let halves = sums.reshape(Shape(shape.extents.dropLast() + [colors, 2, features / colors]))
        return (halves.element(0, axis: -2).tanh() * halves.element(1, axis: -2).sigmoid()).reshape(shape)
    }

    /// Sums for the gates of a layer with what the classes add to them.
    ///
    /// - Parameters:
    ///   - sums: […, 2 · features].
    ///   - shape: The shape in which what is the same at all places is added.
    ///   - map: The maps' part for the places of the sums, […, mapFeatures].
    private func shifted(
        _ sums: Tensor, _ block: Int, isVertical: Bool, shape: Shape, map: Tensor?
    ) -> Tensor {
        let half = isVertical ? 0..<2 * features : 2 * features..<4 * features
        var sums = sums
        if let shifts {
            sums = sums + shifts.element(block, axis: 1).slice(half, axis: 1).reshape(shape)
        }
        if let map, let location = blocks[block].location {
            sums = sums + map.matmul(location.weight.value.slice(half, axis: 1))
        }
        return sums
    }

    /// The results for each pixel.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        var (v, h) = (x, x)
        func shifted(_ sums: Tensor, _ block: Int, isVertical: Bool) -> Tensor {
            self.shifted(
                sums, block, isVertical: isVertical, shape: [x.shape[0], 1, 1, 2 * features], map: map)
        }
        for (number, block) in blocks.enumerated() {
            let sums = block.vertical(v)
            v = gated(shifted(sums, number, isVertical: true))
            let gates = block.horizontal(h) + shifted(block.across(sums), number, isVertical: false)
            let output = block.output(gated(gates))
            h = number == 0 ? output : h + output
        }
        return head(h)
    }

    // MARK: In reading order

    public var keptMaps: [KeptMap] {
        let vertical = blocks.enumerated().map { number, block in
            number == 0
                ? KeptMap(channels: block.vertical.inputs, rows: block.vertical.weight.shape[0])
                : KeptMap(channels: features, wholeRows: block.vertical.weight.shape[0] - 1)
        }
        return vertical + blocks.flatMap { $0.horizontal.keptMaps + $0.output.keptMaps } + head.keptMaps
    }

    /// The vertical stack, which is computed a row at a time.
    public func startRow(_ row: inout RowReading) {
        // [width, batch or 1, mapFeatures].
        let map = map?.permute(1, 2, 0, 3).gathered(at: row.index.reshape([1])).squeezed(axes: [0])
        let batch = row.batch
        func shifted(_ sums: Tensor, _ block: Int, isVertical: Bool) -> Tensor {
            self.shifted(sums, block, isVertical: isVertical, shape: [batch, 2 * features], map: map)
        }
        var v: Tensor?
        for (number, block) in blocks.enumerated() {
            var window = row.rowsAbove()
            if let v {
                row.remember(v)
                window = .concatenate([window, v.insertingAxis(at: 0)], axis: 0)
            }
            let sums = block.sums(window)
            let gates = block.across(sums.insertingAxis(at: 0)).squeezed(axes: [0])
            row.provide(shifted(gates, number, isVertical: false))
            v = gated(shifted(sums, number, isVertical: true))
        }
    }

    /// The horizontal stack.
    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        reading.remember(x, awaitsPixel: true)
        var h = x
        for (number, block) in blocks.enumerated() {
            let gates = block.horizontal.pixel(h, in: &reading) + reading.context()
            let output = block.output.pixel(gated(gates), in: &reading)
            h = number == 0 ? output : h + output
        }
        return head.pixel(h, in: &reading)
    }
}

extension GatedPixelNetwork.Block {
    /// What the vertical convolution makes of the rows that it sees, [rows, width, batch, inputs]: [width, batch, outputs].
    fileprivate func sums(_ rows: Tensor) -> Tensor {
        rows.rowConvolved(with: vertical.weight.value, vertical.geometry.width) + vertical.bias!.value
    }
}
