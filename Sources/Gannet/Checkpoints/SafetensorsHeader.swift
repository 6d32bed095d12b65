import GannetGraph

/// The header of a safetensors file: where which tensor is.
///
/// A file is eight bytes that hold the header's length, little-endian; the header, a JSON object; and the
/// tensors' bytes, little-endian and row-major, with nothing between them.
struct SafetensorsHeader {
    /// One tensor of the file.
    struct Entry {
        var name: String
        var type: StoredType
        var shape: Shape
        /// The tensor's bytes, counted from the end of the header.
        var bytes: Range<Int>

        /// The name of the type in the file.
        var typeName: String { SafetensorsHeader.names.first { $0.type == type }!.name }
    }

    /// The tensors in the order of their bytes.
    var entries: [Entry] = []
    /// Texts by name.
    var metadata: [String: String] = [:]

    /// The most bytes that a header may have.
    static let lengthLimit = 100_000_000

    private static let metadataKey = "__metadata__"
    private static let names: [(type: StoredType, name: String)] = [
        (.bool, "BOOL"), (.int8, "I8"), (.int16, "I16"), (.int32, "I32"), (.int64, "I64"), (.uint8, "U8"),
        (.uint16, "U16"), (.uint32, "U32"), (.uint64, "U64"), (.float16, "F16"), (.bfloat16, "BF16"),
        (.float32, "F32"), (.float64, "F64"),
    ]
    /// What the format has besides, so that the error can say that the file is not at fault.
    private static let foreignNames: Set = [
        "C64", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F4", "F6_E2M3", "F6_E3M2",
    ]
}

// MARK: Reading

extension SafetensorsHeader {
    /// Checks the first eight bytes of a file of `fileSize` bytes, and gives the length of the header.
    ///
    /// `file` begins every sentence: what the bytes come from.
    static func length(prefix: [UInt8], fileSize: Int, file: String) throws(CheckpointError) -> Int {
        if prefix.count < 8 || fileSize < 8 {
            throw CheckpointError(
                .truncated, "\(file) has only \(fileSize) bytes, which is too few for a safetensors file.")
        }
        let length = prefix.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if length > UInt64(lengthLimit) {
            throw CheckpointError(
                .badHeader,
                "\(file) is no safetensors file, or damaged: its header would have \(length) bytes, and "
                    + "\(lengthLimit) is the limit.")
        }
        if Int(length) > fileSize - 8 {
            throw CheckpointError(
                .truncated,
                "\(file) is cut short: its header has \(length) bytes, and \(fileSize - 8) follow.")
        }
        return Int(length)
    }

    /// Reads a header that `dataSize` bytes follow, and checks that its tensors are exactly these bytes.
    init(parsing bytes: some Sequence<UInt8>, dataSize: Int, file: String) throws(CheckpointError) {
        let members: [String: JSON]
        do {
            guard case .object(let object) = try JSON(parsing: bytes) else {
                throw JSONError(description: "it is no object")
            }
            members = object
        } catch {
            throw CheckpointError(.badHeader, "The header of \(file) is not valid JSON: \(error).")
        }
        for (name, value) in members {
            if name == Self.metadataKey {
                metadata = try Self.metadata(value, file: file)
            } else {
                entries.append(try Self.entry(name, value, dataSize: dataSize, file: file))
            }
        }
        entries.sort { a, b in
            (a.bytes.lowerBound, a.bytes.upperBound) != (b.bytes.lowerBound, b.bytes.upperBound)
                ? (a.bytes.lowerBound, a.bytes.upperBound) < (b.bytes.lowerBound, b.bytes.upperBound)
                : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }
        var end = 0
        for (number, entry) in entries.enumerated() {
            if entry.bytes.lowerBound < end {
                throw CheckpointError(
                    .badOffsets,
                    "In \(file) the tensors \"\(entries[number - 1].name)\" and \"\(entry.name)\" share bytes."
                )
            }
            if entry.bytes.lowerBound > end {
                throw CheckpointError(
                    .trailingBytes,
                    "In \(file) no tensor owns the \(entry.bytes.lowerBound - end) bytes before \"\(entry.name)\"."
                )
            }
            end = entry.bytes.upperBound
        }
        if end < dataSize {
            throw CheckpointError(
                .trailingBytes, "\(file) has \(dataSize - end) bytes after its last tensor.")
        }
    }

    private static func metadata(_ value: JSON, file: String) throws(CheckpointError) -> [String: String] {
        guard case .object(let members) = value else {
            throw CheckpointError(.badHeader, "In the header of \(file), \(metadataKey) is no object.")
        }
        var texts: [String: String] = [:]
        for (key, value) in members {
            guard let text = value.stringValue else {
                throw CheckpointError(
                    .badHeader, "In the header of \(file), the metadata \"\(key)\" is no string.")
            }
            texts[key] = text
        }
        return texts
    }

    private static func entry(
        _ name: String, _ value: JSON, dataSize: Int, file: String
    ) throws(CheckpointError) -> Entry {
        guard case .object(let members) = value, members.count == 3,
            let typeName = members["dtype"]?.stringValue, let shapeValues = members["shape"]?.arrayValue,
            let offsetValues = members["data_offsets"]?.arrayValue
        else {
            throw CheckpointError(
                .badHeader,
                "In the header of \(file), \"\(name)\" is not described by dtype, shape and data_offsets.")
        }
        let extents = shapeValues.compactMap(\.integerValue)
        let offsets = offsetValues.compactMap(\.integerValue)
        guard extents.count == shapeValues.count, extents.count <= 64, extents.allSatisfy({ $0 >= 0 }) else {
            throw CheckpointError(
                .badShape,
                "In \(file) the shape of \"\(name)\" is no list of at most 64 extents of 0 or more.")
        }
        guard offsetValues.count == 2, offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
            throw CheckpointError(.badOffsets, "In \(file) the offsets of \"\(name)\" are no range of bytes.")
        }
        guard let type = names.first(where: { $0.name == typeName })?.type else {
            let reason =
                foreignNames.contains(typeName)
                ? "Gannet does not read these; convert it to F32 first" : "there is no such type"
            throw CheckpointError(
                .unsupportedType, "In \(file) \"\(name)\" has elements of type \(typeName): \(reason).")
        }
        // Every partial product must fit, also where a later extent is 0, and whatever the elements become.
        var most = 8
        var overflows = false
        for extent in extents {
            let (product, overflow) = most.multipliedReportingOverflow(by: max(extent, 1))
            overflows = overflows || overflow
            most = product
        }
        if overflows {
            throw CheckpointError(
                .badShape,
                "In \(file) the shape \(extents) of \"\(name)\" has more elements than can be counted.")
        }
        let byteCount = extents.reduce(type.byteCount, *)
        if offsets[1] > dataSize {
            throw CheckpointError(
                .badOffsets,
                "In \(file) \"\(name)\" ends at byte \(offsets[1]) of \(dataSize): the file is cut short or damaged."
            )
        }
        if offsets[1] - offsets[0] != byteCount {
            throw CheckpointError(
                .badShape,
                "In \(file) \"\(name)\" has \(offsets[1] - offsets[0]) bytes, but its shape \(extents) of "
                    + "\(typeName) takes \(byteCount).")
        }
        return Entry(
            name: name, type: type, shape: Shape(extents), bytes: offsets[0]..<offsets[1])
    }
}

// MARK: Writing

extension SafetensorsHeader {
    /// Lays tensors out one after another: wide elements first, so that all are aligned, and by name.
    init(laying tensors: [(name: String, shape: Shape, scalarType: ScalarType)], metadata: [String: String]) {
        self.metadata = metadata
        let sorted = tensors.sorted { a, b in
            a.scalarType.byteCount != b.scalarType.byteCount
                ? a.scalarType.byteCount > b.scalarType.byteCount
                : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }
        var offset = 0
        for tensor in sorted {
            let end = offset + tensor.shape.count * tensor.scalarType.byteCount
            entries.append(
                Entry(
                    name: tensor.name, type: StoredType(tensor.scalarType), shape: tensor.shape,
                    bytes: offset..<end))
            offset = end
        }
    }

    /// The header's length and the header, padded with spaces to a multiple of eight bytes.
    var encoded: [UInt8] {
        var members: [String: JSON] = [:]
        for entry in entries {
            members[entry.name] = [
                "dtype": .string(entry.typeName),
                "shape": .array(entry.shape.extents.map(JSON.integer)),
                "data_offsets": [.integer(entry.bytes.lowerBound), .integer(entry.bytes.upperBound)],
            ]
        }
        if !metadata.isEmpty {
            members[Self.metadataKey] = .object(metadata.mapValues(JSON.string))
        }
        var header = Array(JSON.object(members).description.utf8)
        header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        let length = UInt64(header.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + header
    }
}
