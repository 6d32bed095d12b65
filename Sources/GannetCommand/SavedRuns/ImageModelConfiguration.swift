import Gannet
import GannetData

/// A kind of model of pictures of one shape.
protocol ImageModelConfiguration: ModelConfiguration where Data == PictureData, Model: ImageModel {
    /// A model for pictures of shape `imageShape`, which are of `classes` classes if that is known; throws where there
    /// is none.
    init(imageShape: Shape, classes: Int?, _ options: Options) throws(TrainingError)

    /// The shape of one picture: [height, width, channels].
    var imageShape: Shape { get }
    /// How many classes the model is told one of; nil where none.
    var toldClasses: Int? { get }
    /// Throws where options are not those that the model was made with.
    func check(_ options: Options) throws(TrainingError)
}

extension ImageModelConfiguration where Options == NoModelOptions {
    func check(_ options: NoModelOptions) {}
}

extension ImageModelConfiguration {
    var toldClasses: Int? { nil }

    /// How many classes data have, for a model that is to be told them by --classes; throws where they do not say.
    static func knownClasses(_ classes: Int?) throws(TrainingError) -> Int {
        if let classes { return classes }
        throw TrainingError(
            .badPlan,
            "The data do not say of which classes the pictures are, and --classes needs to know: leave it out."
        )
    }

    init(for data: PictureData, _ options: Options) throws(TrainingError) {
        try self.init(
            imageShape: data.training.exampleShape, classes: data.training.classCount, options)
    }

    func check(_ data: PictureData, _ options: Options) throws {
        try check(options)
        if imageShape != data.training.exampleShape {
            throw DataError(
                .mismatch, path: data.source.description,
                "The pictures of \(data.source) are of shape \(data.training.exampleShape), and the run's "
                    + "model is for \(imageShape); train on other data in another folder.")
        }
        if let toldClasses, data.training.classCount.map({ $0 > toldClasses }) ?? true {
            throw DataError(
                .mismatch, path: data.source.description,
                "The run's model is told one of \(toldClasses) classes, and the pictures of \(data.source) are of "
                    + "\(data.training.classCount.map(String.init) ?? "no known") classes; train on other data in another folder."
            )
        }
    }

    func testData(from source: DataSource, saved: JSON) throws -> any DataSet {
        BinarizationName.test(try source.testPictures(imageShape), as: saved)
    }

    func write(_ samples: Tensor, to path: String, on device: Device) throws -> [String] {
        try samples.grid(on: device).write(to: path)
        return [path]
    }
}
