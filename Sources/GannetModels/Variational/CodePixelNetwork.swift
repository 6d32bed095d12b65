import Gannet

/// The layers of a Gated PixelCNN over a plane of codes, which are looked up in a table where pixels have values: van den Oord, Vinyals and
/// Kavukcuoglu, arXiv:1711.00937, section 4.1; Razavi, van den Oord and Vinyals, arXiv:1906.00446, section 3.2.
struct CodePixelNetwork: CausalLayer {
    /// How a code is distributed.
    let distribution: PixelDistribution
    private let table: Embedding
    private var layers: GatedPixelNetwork

    /// Creates the layers for a plane of `codes` codes each; see ``GatedPixelNetwork``.
    init(
        plane: Shape, codes: Int, features: Int, blocks: Int, classes: Int?, mapFeatures: Int,
        mapIsGiven: Bool, random: inout RandomStream
    ) {
        distribution = .categorical(levels: codes)
        var pixels = PixelLayers(
            of: "CodePrior", Shape(plane.extents + [1]), distribution, channels: features, random: random)
        table = Embedding(count: codes, features: features, random: &pixels.random)
        layers = GatedPixelNetwork(
            &pixels, features: features, blocks: blocks, classes: classes, mapFeatures: mapFeatures,
            mapIsGiven: mapIsGiven)
        random = pixels.random
    }

    /// The same layers for planes of given classes and with given maps: ``GatedPixelNetwork/conditioned(on:map:)``.
    func conditioned(on labels: Tensor?, map: Tensor?) -> CodePixelNetwork {
        var result = self
        result.layers = layers.conditioned(on: labels, map: map)
        return result
    }

    /// −ln p of planes of codes, `int32` [batch, height, width], each: [batch].
    func negativeLogLikelihood(of codes: Tensor) -> Tensor {
        crossEntropy(logits: layers(table(codes)), labels: codes).sum(axes: [1, 2])
    }

    /// Planes of codes, `int32` [count, height, width].
    func drawn(_ shape: Shape, options: DrawingOptions, noise: inout RandomStream) -> Tensor {
        let values = PictureDrawing(self, distribution, options).pictures(
            Shape(shape.extents + [1]), noise: &noise)
        return (values * .literal(Float(table.count - 1))).rounded().cast(to: .int32).reshape(shape)
    }

    // MARK: As pixels

    /// The vectors of what networks see as values from −1 to 1, […, 1]: […, features].
    private func vectors(_ x: Tensor) -> Tensor {
        let numbers = ((x + 1) * .literal(Float(table.count - 1) / 2)).rounded().cast(to: .int32)
        return table(numbers.squeezed(axes: [x.rank - 1]))
    }

    func callAsFunction(_ x: Tensor) -> Tensor { layers(vectors(x)) }

    var keptMaps: [KeptMap] { layers.keptMaps }

    func startRow(_ row: inout RowReading) { layers.startRow(&row) }

    func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        layers.pixel(vectors(x), in: &reading)
    }
}
