import Gannet

/// A mistake that a programmer can make, and what the process must say when it stops.
struct Misuse: Sendable, CustomStringConvertible {
    /// Unique in the table.
    let name: String
    /// The operation as it stands in the message.
    let operation: String
    /// What the message must hold beside the operation: the shapes, or the types.
    let parts: [String]
    /// Where the mistake stands. Operators cannot know their caller.
    let place: (file: String, line: UInt)?
    /// Makes the mistake.
    let run: @Sendable () throws -> Void

    /// A mistake in the use of a method, whose message names the caller's line: one of the closure's.
    init(
        _ name: String, _ operation: String, _ parts: [String], file: StaticString = #fileID,
        line: UInt = #line, _ run: @escaping @Sendable () throws -> Void
    ) {
        self.name = name
        self.operation = operation
        self.parts = parts
        place = ("\(file)", line)
        self.run = run
    }

    /// A mistake in the use of an operator, or in the making of a layer.
    init(
        anywhere name: String, _ operation: String, _ parts: [String],
        _ run: @escaping @Sendable () throws -> Void
    ) {
        self.name = name
        self.operation = operation
        self.parts = parts
        place = nil
        self.run = run
    }

    var description: String { name }

    static let all: [Misuse] = tensors + movements + contractions + layers + training

    /// What is wrong with the message that the process left; empty when nothing is.
    func objections(to message: String) -> [String] {
        let lines = message.split(separator: "\n").filter { $0.contains("Gannet: ") }
        guard let line = lines.first else { return ["nothing was said but \"\(message)\""] }
        var objections: [String] = []
        if lines.count > 1 { objections.append("\(lines.count) messages") }
        for part in ["Gannet: \(operation): "] + parts where !line.contains(part) {
            objections.append("\"\(part)\" is not in \"\(line)\"")
        }
        if let place {
            let places = (0...8).map { "\(place.file):\(Int(place.line) + $0):" }
            if !places.contains(where: line.hasPrefix) {
                objections.append("\"\(line)\" does not name \(place.file):\(place.line)")
            }
        }
        return objections
    }
}

extension Tensor {
    /// A tensor that is not evaluated, of a shape and type.
    static func some(_ extents: Int..., type: ScalarType = .float32) -> Tensor {
        .ones(Shape(extents), type: type)
    }
}
