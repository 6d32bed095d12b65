import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A model that encodes pictures to planes of codes, numbers of vectors in books, and decodes them.
public protocol CodedModel: TrainableModel, EvaluableModel, ImageModel {
    /// The planes of codes, the coarsest first: their heights and widths.
    var planes: [Shape] { get }
    /// The book of each plane.
    var books: [VectorQuantizer] { get }
    /// σ², the variance of pixels, by which squared errors are divided in the loss.
    var variance: Float { get }

    /// What pictures [batch, height, width, channels], values in 0…1, become, as it is trained: the planes' vectors, and the pictures
    /// decoded from them.
    ///
    /// - Parameter noise: What revived codes are drawn by.
    func autoencoded(
        _ images: Tensor, noise: inout RandomStream
    ) -> (planes: [VectorQuantizer.Result], images: Tensor)

    /// The numbers of the codes of pictures, `int32` [batch, height, width] for each plane.
    func codes(of images: Tensor) -> [Tensor]

    /// The pictures, values in 0…1, that numbers of codes, `int32` [batch, height, width] for each plane, stand for.
    func pictures(of codes: [Tensor]) -> Tensor
}

extension CodedModel {
    /// The squared error of a picture.
    public static var measure: EvaluationMeasure {
        EvaluationMeasure(name: "squaredError", isHigherBetter: false)
    }

    /// The mean squared error over pixels divided by their variance, and what the books add to it.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let (planes, images) = autoencoded(batch.images, noise: &noise)
        let error = squaredError(predictions: images, targets: batch.images).mean()
        return planes.reduce(error / .literal(variance)) { $0 + $1.loss }
    }

    /// Pictures as the model sees them: encoded to codes, and decoded.
    public func reconstruct(_ images: Tensor) -> Tensor { pictures(of: codes(of: images)) }

    /// The mean over a data set of |x − x̂|², a sum over a picture's pixels.
    public func evaluation(over data: some DataSet, on device: Device) throws -> Double {
        try data.mean(batchSize: 250, on: device) {
            squaredError(predictions: reconstruct($0.images), targets: $0.images).sum(axes: [1, 2, 3])
        }
    }

    /// For each plane the perplexity of its codes over a data set, exp(−Σ p ln p) of their shares p: how many of them are in use, as it
    /// were.
    ///
    /// - Throws: What the data set throws, and `DeviceError`.
    public func perplexities(over data: some DataSet, on device: Device) throws -> [Double] {
        var counts = books.map { [Int](repeating: 0, count: $0.count) }
        for start in stride(from: 0, to: data.count, by: 250) {
            let batch = try data.batch(at: Array(start..<Swift.min(start + 250, data.count)))
            for (plane, numbers) in codes(of: batch.images).enumerated() {
                for number in try numbers.array(of: Int32.self, on: device) {
                    counts[plane][Int(number)] += 1
                }
            }
        }
        return counts.map { counts in
            let all = Double(counts.reduce(0, +))
            let shares = counts.filter { $0 > 0 }.map { Double($0) / all }
            return exp(-shares.reduce(0) { $0 + $1 * log($1) })
        }
    }
}
