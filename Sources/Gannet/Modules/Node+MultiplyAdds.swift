import GannetGraph

extension Node {
    /// How many products the node adds up: those of matrix products, convolutions and their gradients, also within
    /// loops; 0 for all other operations. Zeros that are put around images count, taps that are masked do not.
    var multiplyAdds: Int {
        switch operation {
        case .matrixProduct(let transposeA, _):
            return shape.count * inputs[0].shape[transposeA ? -2 : -1]
        case .convolution(let geometry):
            return shape.count / max(shape[-1], 1) * geometry.keptCount(of: inputs[1].shape)
        case .convolutionInputGradient(let geometry, _, _):
            let results = inputs[0].shape
            return results.count / max(results[-1], 1) * geometry.keptCount(of: inputs[1].shape)
        case .convolutionFilterGradient(let geometry, _, _):
            let results = inputs[1].shape
            return results.count / max(results[-1], 1) * geometry.keptCount(of: shape)
        case .loop(let loop):
            return loop.count
                * Node.topologicalOrder(of: loop.results).reduce(0) { $0 + $1.multiplyAdds }
        default: return 0
        }
    }
}

extension ConvolutionGeometry {
    /// How many weights of filters of shape `filters` are not masked.
    fileprivate func keptCount(of filters: Shape) -> Int {
        guard let mask, !mask.keeps.isEmpty else { return filters.count }
        return filters.count / mask.keeps.count * mask.keeps.count { $0 }
    }
}
