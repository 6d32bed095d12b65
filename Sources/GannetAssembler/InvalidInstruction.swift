/// Stops the process because of an instruction that does not exist: a mistake that only a programmer can make.
///
/// `fatalError` and not `precondition`: the latter loses its message in optimised builds.
func stop(_ subject: String, _ explanation: String) -> Never {
    fatalError("Gannet: assembler: \(subject): \(explanation)")
}

/// Stops because of an operand of the instruction that a method is named after.
func stop(_ method: StaticString, _ explanation: String) -> Never {
    stop(method.description.prefix { $0 != "(" }.description, explanation)
}
