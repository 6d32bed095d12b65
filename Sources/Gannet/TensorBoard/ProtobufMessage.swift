/// A message in the encoding of Protocol Buffers, built field by field.
struct ProtobufMessage {
    /// The message so far.
    private(set) var bytes: [UInt8] = []

    /// Adds a `double`; 0 goes without saying, as everywhere in version 3.
    mutating func add(_ value: Double, field: Int) {
        if value.bitPattern == 0 { return }
        begin(field, wireType: 1)
        append(littleEndian: value.bitPattern)
    }

    /// Adds a `float` that is one of several fields of which one must be there, so 0 too.
    mutating func add(_ value: Float, field: Int) {
        begin(field, wireType: 5)
        append(littleEndian: value.bitPattern)
    }

    /// Adds an `int32`, an `int64` or an enumeration's value.
    mutating func add(_ value: Int, field: Int) {
        if value == 0 { return }
        begin(field, wireType: 0)
        append(variable: UInt64(bitPattern: Int64(value)))
    }

    /// Adds a `string`.
    mutating func add(_ value: String, field: Int) { add(Array(value.utf8), field: field) }

    /// Adds a message.
    mutating func add(_ value: ProtobufMessage, field: Int) { add(value.bytes, field: field) }

    /// Adds `bytes`.
    mutating func add(_ value: [UInt8], field: Int) {
        begin(field, wireType: 2)
        append(variable: UInt64(value.count))
        bytes += value
    }

    /// Adds a packed `repeated double`.
    mutating func add(_ values: [Double], field: Int) {
        begin(field, wireType: 2)
        append(variable: UInt64(8 * values.count))
        for value in values { append(littleEndian: value.bitPattern) }
    }

    private mutating func begin(_ field: Int, wireType: Int) {
        append(variable: UInt64(field << 3 | wireType))
    }

    private mutating func append(littleEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    private mutating func append(variable value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
