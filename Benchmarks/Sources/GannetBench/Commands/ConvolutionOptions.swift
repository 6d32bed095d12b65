import ArgumentParser
import Gannet

/// What the commands that measure convolutions have in common.
struct ConvolutionOptions: ParsableArguments {
    /// What is computed: the results, or a gradient from the gradient of the results.
    enum Pass: String, CaseIterable, ExpressibleByArgument {
        case forward
        case inputGradient = "input-gradient"
        case kernelGradient = "kernel-gradient"
    }

    @Option(help: "The number of images.") var batch = 16
    @Option(help: "The rows of an image.") var height = 28
    @Option(help: "The columns of an image.") var width = 28
    @Option(help: "The channels of the images.") var channels = 64
    @Option(help: "The channels of the results.") var filters = 64
    @Option(help: "The rows and columns of the filters.") var kernel = 3
    @Option(help: "The step from one result to the next.") var stride = 1
    @Option(help: "The zeros around the images.") var padding = 0
    @Option(help: "forward, input-gradient or kernel-gradient.") var pass = Pass.forward

    func validate() throws {
        try require(
            min(batch, height, width, channels, filters) > 0 && min(kernel, stride) > 0 && padding >= 0,
            "Extents, --kernel and --stride must be positive, and --padding must not be negative.")
        try require(
            min(height, width) + 2 * padding >= kernel,
            "Filters of \(kernel)×\(kernel) do not fit in \(height)×\(width) with --padding \(padding).")
    }

    /// The images, with their operand made on the device.
    func images(_ operands: inout Operands) throws -> Tensor {
        try operands.next([batch, height, width, channels])
    }

    /// What the pass computes.
    ///
    /// - Parameters:
    ///   - results: The results of the forward pass.
    ///   - images: What it was built of.
    ///   - weights: What it was built of.
    ///   - products: The multiplications in the forward pass, which is as many as in each gradient.
    func workload(
        _ name: String, results: Tensor, images: Tensor, weights: Tensor, products: Double, remark: String,
        _ operands: inout Operands
    ) throws -> Workload {
        let evaluated: Tensor
        switch pass {
        case .forward: evaluated = results
        case .inputGradient, .kernelGradient:
            let gradient = try operands.next(results.shape)
            evaluated =
                gradients(
                    of: [results], weightedBy: [gradient],
                    withRespectTo: [pass == .inputGradient ? images : weights])[0]
        }
        let marks = [remark, pass == .forward ? "" : pass.rawValue].filter { !$0.isEmpty }
        return Workload(
            name,
            shape: ([images.shape.text, "\(kernel)×\(kernel)→\(filters)"] + marks).joined(separator: " "),
            work: Work(
                operations: 2 * products, numbers: images.count + weights.count + results.count),
            evaluating: [evaluated])
    }
}
