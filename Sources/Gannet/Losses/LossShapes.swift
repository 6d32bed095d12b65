import GannetGraph

/// Stops unless two operands of a loss have one shape: broadcasting would hide a mistake.
func checkShapes(
    _ x: Tensor, _ y: Tensor, _ loss: String, _ nameOfX: String, _ nameOfY: String, file: StaticString,
    line: UInt
) {
    if x.shape != y.shape {
        invalidUse(
            loss, "the \(nameOfX) have shape \(x.shape), the \(nameOfY) \(y.shape)", file: file, line: line)
    }
}
