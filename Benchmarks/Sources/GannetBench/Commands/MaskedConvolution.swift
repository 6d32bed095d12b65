import ArgumentParser
import Gannet

/// `gannet-bench masked-convolution`.
struct MaskedConvolution: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a convolution that sees only what comes before each pixel in reading order.",
        discussion: "Operations are those at taps that the mask keeps.")

    /// Whether a result sees the pixel at its own place.
    enum Mask: String, CaseIterable, ExpressibleByArgument {
        case a = "A"
        case b = "B"
    }

    @OptionGroup var convolution: ConvolutionOptions
    @Option(help: "A, which leaves the pixel itself out, or B.") var mask = Mask.b
    @OptionGroup var options: MeasurementOptions

    func validate() throws {
        try require(
            convolution.kernel % 2 == 1, "--kernel is \(convolution.kernel), and must be odd with a mask.")
    }

    func workload(on device: Device) throws -> Workload {
        var operands = Operands(on: device)
        let c = convolution
        let images = try c.images(&operands)
        let weights = try operands.next([c.kernel, c.kernel, c.channels, c.filters])
        let causal = ConvolutionMask.causal(height: c.kernel, width: c.kernel, type: mask == .a ? .a : .b)
        let results = images.convolved(with: weights, stride: c.stride, padding: c.padding, mask: causal)
        let taps = causal.keeps.count { $0 }
        let places = results.count / c.filters
        return try c.workload(
            "masked convolution", results: results, images: images, weights: weights,
            products: Double(places * taps) * Double(c.channels * c.filters), remark: "mask \(mask.rawValue)",
            &operands)
    }
}
