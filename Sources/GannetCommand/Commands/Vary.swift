import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet vary RUN`.
struct Vary: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes other versions of pictures, or what lies between two, with a diffusion model.",
        discussion: """
            Pictures are noised up to a part of the way to noise, --strength, and denoised from there: the nearer to 1 that is, the \
            less is left of them. A row of the result is a picture, then its versions. With --toward they are pictures between both, \
            from a version of the one to a version of the other.

            Examples:

              gannet vary runs/ddpm --image digit.png --strength 0.4
              gannet vary runs/ddpm --count 4 --strength 0.7 --versions 8
              gannet vary runs/ddpm --image seven.png --toward one.png --strength 0.5
              gannet vary runs/classes --image three.png --class 8 --guidance 2 --strength 0.7
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: ArgumentHelp("The picture to begin with. By default test pictures.", valueName: "file"))
    var image: String?

    @Option(help: ArgumentHelp("A second picture, to go to from the first.", valueName: "file"))
    var toward: String?

    @Option(help: "How many test pictures to begin with. (default: 4)")
    var count: Int?

    @Option(help: "How many versions of each, or pictures between both.")
    var versions = 8

    @Option(help: ArgumentHelp("The part of the way to noise, above 0 up to 1.", valueName: "part"))
    var strength = 0.5

    @OptionGroup var asked: ClassOption
    @OptionGroup var drawing: DrawingArguments
    @OptionGroup var chance: SeedOption
    @OptionGroup var file: OutputOption
    @OptionGroup var device: DeviceOption

    func validate() throws {
        try drawing.checkGuidance(to: asked)
        try checkRange("--count", count, 1...1000)
        try checkRange("--versions", versions, 2...1000)
        if !(strength > 0 && strength <= 1) {
            throw ValidationError("--strength is \(strength), and must be above 0, up to 1.")
        }
        if image != nil, count != nil {
            throw ValidationError(
                "--count is for test pictures, and --image names one picture: give one of them.")
        }
        if toward != nil, image == nil {
            throw ValidationError("--toward goes on from a first picture: give --image, too.")
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.diffusionModel(drawing: drawing)
        if let label = asked.label { try saved.checkClass(label, of: model.conditioningClassCount) }
        let given = try saved.pictures(image, count: count ?? 4, seed: chance.seed, for: model)
        let shown: Tensor
        if let toward {
            let last = try saved.pictures(toward, count: 1, seed: chance.seed, for: model)
            let between = model.interpolation(
                from: given.element(0, axis: 0), to: last.element(0, axis: 0), count: versions,
                strength: strength, label: asked.label, seed: chance.seed)
            shown = .concatenate([given, between, last], axis: 0)
        } else {
            let each = Shape([given.shape[0], versions] + model.imageShape.extents)
            let all = Shape([given.shape[0] * versions] + model.imageShape.extents)
            let repeated = given.insertingAxis(at: 1).broadcast(to: each).reshape(all)
            let labels = asked.label.map { [Int](repeating: $0, count: all[0]) }
            let versions = model.variations(
                of: repeated, strength: strength, labels: labels, seed: chance.seed)
            shown = Tensor.concatenate([given.insertingAxis(at: 1), versions.reshape(each)], axis: 1)
                .reshape(Shape([given.shape[0] * (self.versions + 1)] + model.imageShape.extents))
        }
        let output = file.output ?? saved.folder.path + "/varied.png"
        try DrawingProgress.shown {
            try shown.grid(columns: toward == nil ? versions + 1 : versions + 2, on: device).write(to: output)
        }
        print("Wrote \(output).")
    }
}
