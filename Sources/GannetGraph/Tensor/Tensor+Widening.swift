extension Tensor {
    /// This tensor as arithmetic reads it: `float32` where it is stored in a type without arithmetic, itself otherwise.
    ///
    /// A literal stays one.
    package var widened: Tensor {
        guard scalarType.isStorageOnly else { return self }
        if case .literal(let value) = node.operation {
            return .literal(Literal(value.doubleValue, type: .float32))
        }
        return cast(to: .float32)
    }
}
