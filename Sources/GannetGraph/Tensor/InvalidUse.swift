/// Stops the process because of a mistake that only a programmer can make, such as shapes that do not fit.
///
/// - Parameters:
///   - operation: The operation that was asked for, as the programmer wrote it.
///   - explanation: What is wrong, with the shapes.
///
/// `fatalError` and not `precondition`: the latter loses its message in optimised builds.
public func invalidUse(
    _ operation: String, _ explanation: String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fatalError("Gannet: \(operation): \(explanation)", file: file, line: line)
}
