import ArgumentParser
import Gannet

/// `gannet-bench convolution`.
struct Convolution: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a convolution of images, or a transposed one, or one of its gradients.")

    @OptionGroup var convolution: ConvolutionOptions
    @Option(help: "Into how many groups channels are cut, each with filters of its own.") var groups = 1
    @Flag(help: "The transposed convolution, which enlarges images by the stride.") var transposed = false
    @OptionGroup var options: MeasurementOptions

    func validate() throws {
        let (channels, filters) = (convolution.channels, convolution.filters)
        try require(
            groups > 0 && channels.isMultiple(of: groups) && filters.isMultiple(of: groups),
            "--groups is \(groups), and must divide --channels \(channels) and --filters \(filters).")
    }

    func workload(on device: Device) throws -> Workload {
        var operands = Operands(on: device)
        let c = convolution
        let images = try c.images(&operands)
        let (inner, outer) = transposed ? (c.filters, c.channels) : (c.channels, c.filters)
        let weights = try operands.next([c.kernel, c.kernel, inner / groups, outer])
        let results =
            transposed
            ? images.transposeConvolved(
                with: weights, stride: c.stride, padding: c.padding, groups: groups)
            : images.convolved(with: weights, stride: c.stride, padding: c.padding, groups: groups)
        // The smaller images are those at whose pixels each filter is applied once.
        let places = transposed ? images.shape : results.shape
        let products = Double(places[0] * places[1] * places[2]) * Double(weights.count)
        let marks = [
            c.stride > 1 ? "stride \(c.stride)" : "", groups > 1 ? "\(groups) groups" : "",
        ].filter { !$0.isEmpty }
        return try c.workload(
            transposed ? "transposed convolution" : "convolution", results: results, images: images,
            weights: weights, products: products, remark: marks.joined(separator: " "), &operands)
    }
}
