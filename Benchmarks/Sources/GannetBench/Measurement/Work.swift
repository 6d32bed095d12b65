/// What a computation has to do at least.
struct Work: Sendable, Equatable {
    /// Additions, multiplications and functions of single numbers.
    var operations: Double
    /// Bytes read and written when each operand is read once and each result written once.
    var bytes: Double

    static func + (a: Work, b: Work) -> Work {
        Work(operations: a.operations + b.operations, bytes: a.bytes + b.bytes)
    }

    /// Work of so many operations on so many 32-bit numbers read or written.
    init(operations: Double, numbers: Int) {
        self.init(operations: operations, bytes: 4 * Double(numbers))
    }

    init(operations: Double, bytes: Double) {
        self.operations = operations
        self.bytes = bytes
    }
}
