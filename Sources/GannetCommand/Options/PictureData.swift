import ArgumentParser
import Gannet
import GannetData

/// How pictures are made ready for a model.
struct PicturePreparation: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The side of the squares that PNG and JPEG pictures are made: the shorter side is brought to it, and the "
                + "middle is kept. By default they are taken as they are.", valueName: "pixels"))
    var imageSize: Int?

    @Option(
        help: ArgumentHelp(
            "How grey pictures become black and white before anything else: not at all, at half the range, or each pixel by "
                + "one draw, which follows from --seed, with its grey value as the probability of white. (default: none)",
            valueName: "none|threshold|sampled"))
    var binarize: BinarizationName?

    @Option(
        help: ArgumentHelp(
            "Train on so many pictures only, the first ones. (default: all)", valueName: "pictures"))
    var examples: Int?

    func validate() throws {
        try checkRange("--image-size", imageSize, 1...4096)
        if let examples, examples < 1 {
            throw ValidationError("--examples is \(examples), and must be at least 1.")
        }
    }
}

/// Pictures, and what became of them before a model saw them.
struct PictureData: TrainingData {
    static let name = "picture"
    static let standardSource = DataSource.glyphs
    static let sources =
        "'glyphs', letters that the program draws itself, 'rectangles' of all places, sizes, turns and greys, or a folder: with the four files of MNIST or those of "
        + "CIFAR-10's binary version, plain or gzip, or with PNG and JPEG pictures, each class in a folder of its own, "
        + "all of them in folders train and test or not."
    static let exampleOptions = (data: "data/mnist", run: "runs/digits")
    static let sampleCount = 64
    static let fileSuffix = ".png"

    let source: DataSource
    let training: any DataSet
    let test: any DataSet
    let json: [String: JSON]

    init(
        from source: DataSource, _ options: PicturePreparation, saved: JSON, isOther: Bool, seed: UInt64
    ) throws {
        let imageSize = options.imageSize ?? (isOther ? nil : saved["imageSize"]?.integerValue)
        let binarization = options.binarize ?? BinarizationName(saved: saved)
        let examples = options.examples ?? (isOther ? nil : saved["examples"]?.integerValue)
        self.source = source
        var parts = try source.pictures(imageSize: imageSize)
        if let examples { parts.training = FirstExamples(of: parts.training, count: examples) }
        (training, test) = binarization.parts(of: parts, seed: seed)
        json = [
            "examples": examples.map { .integer($0) }, "imageSize": imageSize.map { .integer($0) },
            "binarize": .string(binarization.rawValue),
        ].compactMapValues(\.self)
    }

    private init(_ pictures: ImageDataSet) {
        (source, training, test, json) = (Self.standardSource, pictures, pictures, [:])
    }

    static func blank(_ count: Int) -> PictureData {
        PictureData(
            ImageDataSet(
                pixels: [UInt8](repeating: 0, count: count * 784), imageShape: [28, 28, 1],
                labels: (0..<count).map { UInt8($0 % 10) }))
    }
}
