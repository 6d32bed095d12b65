import Gannet

/// What draws pictures by a model that encodes them to planes of codes: p(codes) as Gated PixelCNNs, one a plane, that are told the class
/// of a picture and, but for the coarsest plane, the codes of the plane before (van den Oord, Vinyals and Kavukcuoglu, arXiv:1711.00937,
/// section 3.3; Razavi, van den Oord and Vinyals, arXiv:1906.00446, section 3.2 and algorithm 2):
///
///     ln p(codes) = ln p(top) + ln p(bottom | top)
///
/// The model of codes itself is frozen.
public struct CodePrior: ConditionalModel, LikelihoodModel, ImageModel {
    /// The model of codes.
    public let coder: any CodedModel
    /// How many classes pictures are told to be of; nil where that does not matter.
    public let classCount: Int?
    /// How codes are drawn.
    public var drawing = DrawingOptions()

    private let networks: [CodePixelNetwork]
    private let conditioners: [PlaneConditioner]

    /// Creates a prior over the codes of `coder`.
    ///
    /// - Parameters:
    ///   - coder: What encodes and decodes pictures.
    ///   - classes: How many classes pictures may be of; nil where that is not to matter.
    ///   - features: The features of each stack of the networks.
    ///   - blocks: The layers of each behind the first.
    ///   - mapFeatures: What each place is told, of itself and its class, or of the codes of the plane before.
    ///   - seed: What the initial weights follow from.
    public init(
        of coder: any CodedModel, classes: Int? = nil, features: Int = 64, blocks: Int = 5,
        mapFeatures: Int = 16,
        seed: UInt64 = 0
    ) {
        if classes.map({ $0 < 1 }) ?? false || features < 1 || blocks < 0 || mapFeatures < 1 {
            invalidUse(
                "CodePrior",
                "\(classes.map(String.init) ?? "no") classes, \(features) features, \(blocks) layers and \(mapFeatures) features of "
                    + "maps")
        }
        coder.freeze()
        self.coder = coder
        classCount = classes
        var random = RandomStream(seed: seed, for: .initialization)
        networks = coder.planes.enumerated().map { number, plane in
            CodePixelNetwork(
                plane: plane, codes: coder.books[number].count, features: features, blocks: blocks,
                classes: classes, mapFeatures: mapFeatures, mapIsGiven: number > 0,
                random: &random)
        }
        conditioners = zip(coder.planes, coder.planes.dropFirst()).enumerated().map { number, planes in
            PlaneConditioner(
                from: planes.0, to: planes.1, codes: coder.books[number].count, features: features,
                mapFeatures: mapFeatures, random: &random)
        }
    }

    public var imageShape: Shape { coder.imageShape }
    public var conditioningClassCount: Int? { classCount }

    /// A plane's network, told the classes, `int32` [batch], and the codes of the plane before.
    private func network(_ plane: Int, labels: Tensor?, before: Tensor?) -> CodePixelNetwork {
        networks[plane].conditioned(on: labels, map: before.map { conditioners[plane - 1]($0) })
    }

    /// −ln p of the codes of pictures, [batch], in nats; what remains of a picture beside its codes is not counted.
    public func negativeLogLikelihood(ofCodes codes: [Tensor], labels: Tensor? = nil) -> Tensor {
        codes.indices.map { plane in
            network(plane, labels: labels, before: plane == 0 ? nil : codes[plane - 1])
                .negativeLogLikelihood(of: codes[plane])
        }.reduce(.zeros([codes[0].shape[0]]), +)
    }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        if classCount != nil, batch.labels == nil {
            invalidUse("CodePrior", "the pictures come without their classes")
        }
        return negativeLogLikelihood(
            ofCodes: coder.codes(of: batch.images), labels: classCount == nil ? nil : batch.labels)
    }

    /// The codes that `count` pictures are drawn of, `int32` [count, height, width] for each plane, of classes `int32` [count].
    ///
    /// Those of the first pictures of a longer list with the same seed are the same.
    public func codes(_ count: Int, labels: Tensor?, seed: UInt64) -> [Tensor] {
        var random = RandomStream(seed: seed, for: .sampling)
        var planes: [Tensor] = []
        for (number, plane) in coder.planes.enumerated() {
            planes.append(
                network(number, labels: labels, before: planes.last).drawn(
                    Shape([count] + plane.extents), options: drawing, noise: &random))
        }
        return planes
    }

    /// Pictures, of the classes in turn where there are such.
    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        if let classCount { return samples(of: (0..<count).map { $0 % classCount }, seed: seed) }
        return coder.pictures(of: codes(count, labels: nil, seed: seed))
    }

    public func samples(of labels: [Int], seed: UInt64) -> Tensor {
        if let wrong = labels.first(where: { !(0..<(classCount ?? 0)).contains($0) }) {
            invalidUse(
                "samples(of:seed:)", "\(wrong) is not one of \(classCount ?? 0) classes, numbered from 0")
        }
        let codes = codes(labels.count, labels: Tensor(labels.map { Int32($0) }), seed: seed)
        return coder.pictures(of: codes)
    }
}

/// Makes of a plane of codes what the places of a finer plane are told.
private struct PlaneConditioner: Module {
    let table: Embedding
    let decoder: CodeNetworks.Decoder

    init(
        from coarse: Shape, to fine: Shape, codes: Int, features: Int, mapFeatures: Int,
        random: inout RandomStream
    ) {
        table = Embedding(count: codes, features: features, random: &random)
        decoder = CodeNetworks.Decoder(
            inputs: features, features: features, outputs: mapFeatures, blocks: 2, sides: [fine, coarse],
            random: &random)
    }

    /// [batch, height, width, mapFeatures] of codes, `int32` [batch, height, width] of the coarser plane.
    func callAsFunction(_ codes: Tensor) -> Tensor { decoder(table(codes)) }
}
