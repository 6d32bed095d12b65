import GannetGraph

extension Operation {
    /// The name of the primitive, for people.
    public var name: String {
        switch self {
        case .leaf: "leaf"
        case .placeholder: "placeholder"
        case .literal: "literal"
        case .index: "index"
        case .randomBits: "randomBits"
        case .unary(let function): "\(function)"
        case .binary(let function): "\(function)"
        case .select: "select"
        case .cast: "cast"
        case .reshape: "reshape"
        case .permute: "permute"
        case .broadcast: "broadcast"
        case .slice: "slice"
        case .pad: "pad"
        case .concatenate: "concatenate"
        case .reduce(let function, _): "reduce \(function)"
        case .cumulative(let function, _, _): "cumulative \(function)"
        case .sortingOrder: "sortingOrder"
        case .matrixProduct: "matrixProduct"
        case .convolution: "convolution"
        case .convolutionInputGradient: "convolutionInputGradient"
        case .convolutionFilterGradient: "convolutionFilterGradient"
        case .noiseStep: "noiseStep"
        case .gather: "gather"
        case .scatterAdd: "scatterAdd"
        case .loop: "loop"
        case .loopResult: "loopResult"
        case .stopGradient: "stopGradient"
        case .customGradient: "customGradient"
        }
    }
}
