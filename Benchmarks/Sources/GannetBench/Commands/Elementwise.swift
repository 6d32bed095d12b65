import ArgumentParser
import Gannet

/// `gannet-bench elementwise`.
struct Elementwise: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures functions that are bound by memory where they are fused well.")

    /// What is computed.
    enum Function: String, CaseIterable, ExpressibleByArgument {
        case gelu, softmax
        case layerNorm = "layer-norm"
        case groupNormSilu = "group-norm-silu"
    }

    @Argument(help: "gelu, softmax, layer-norm (both over the last axis) or group-norm-silu.")
    var function: Function

    @Option(help: "The extents, separated by commas: 64,28,28,128. Groups are parts of the last axis.")
    var shape = "4096,1024"

    @Option(help: "The groups of group-norm-silu.") var groups = 32
    @OptionGroup var options: MeasurementOptions

    private var extents: [Int] { shape.split(separator: ",").compactMap { Int($0) } }

    func validate() throws {
        try require(
            !extents.isEmpty && extents.allSatisfy { $0 > 0 }
                && extents.count == shape.split(separator: ",").count,
            "--shape is \"\(shape)\", and must be positive numbers separated by commas.")
        if function == .groupNormSilu {
            try require(
                extents.count > 2 && groups > 0 && extents[extents.count - 1].isMultiple(of: groups),
                "group-norm-silu takes a shape [batch, …, channels] whose channels --groups divides.")
        }
    }

    /// Operations an element, a function of one number counting as one.
    private var operationsPerElement: Double {
        switch function {
        case .gelu: 5
        case .softmax: 5
        case .layerNorm: 8
        case .groupNormSilu: 12
        }
    }

    func workload(on device: Device) throws -> Workload {
        var operands = Operands(on: device)
        let x = try operands.next(Shape(extents))
        let y: Tensor
        switch function {
        case .gelu: y = x.gelu()
        case .softmax: y = x.softmax()
        case .layerNorm:
            let scale = try operands.next([x.shape[-1]])
            let shift = try operands.next([x.shape[-1]])
            y = Self.normalized(x, axes: [x.rank - 1]) * scale + shift
        case .groupNormSilu: y = GroupNorm(groups: groups, channels: x.shape[-1])(x).silu()
        }
        return Workload(
            function.rawValue, shape: x.shape.text,
            work: Work(operations: operationsPerElement * Double(x.count), numbers: 2 * x.count),
            evaluating: [y])
    }

    /// (x − mean) / √(variance + 10⁻⁵) over the axes.
    private static func normalized(_ x: Tensor, axes: [Int]) -> Tensor {
        let centred = x - x.mean(axes: axes, keepsAxes: true)
        return centred * (centred.squared().mean(axes: axes, keepsAxes: true) + 1e-5).reciprocalSqrt()
    }
}
