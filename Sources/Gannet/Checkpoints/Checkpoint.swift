import GannetGraph

/// Tensors by name, with some text: what a safetensors file holds.
///
/// Files are written with sorted keys and without time stamps: equal contents are equal bytes.
public struct Checkpoint: Sendable {
    /// The tensors. All that were read are leaves; all that are written must be.
    public var tensors: [String: Tensor]
    /// Texts by name, such as the number of steps.
    public var metadata: [String: String]

    /// Creates a checkpoint.
    public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }
}

// MARK: Reading

extension Checkpoint {
    /// Reads a file; see ``init(decoding:named:)`` for what is checked.
    public init(contentsOf path: String) throws(CheckpointError) {
        let bytes: [UInt8]
        do {
            bytes = try FileAccess.read(path)
        } catch {
            throw CheckpointError(.unreadable, error.message)
        }
        try self.init(decoding: bytes, named: path)
    }

    /// Reads what is the contents of a file.
    ///
    /// Everything that the header says is checked against the bytes before any tensor is made, so a hostile file
    /// costs no more memory than its size. Bytes of a BOOL tensor other than 0 count as true.
    ///
    /// - Parameters:
    ///   - bytes: The contents.
    ///   - name: What errors call them.
    public init(decoding bytes: [UInt8], named name: String = "The checkpoint") throws(CheckpointError) {
        let length = try SafetensorsHeader.length(
            prefix: Array(bytes.prefix(8)), fileSize: bytes.count, file: name)
        let start = 8 + length
        let header = try SafetensorsHeader(
            parsing: bytes[8..<start], dataSize: bytes.count - start, file: name)
        metadata = header.metadata
        tensors = [:]
        for entry in header.entries {
            let buffer = HostBuffer(byteCount: entry.bytes.count)
            buffer.bytes.copyBytes(
                from: bytes[start + entry.bytes.lowerBound..<start + entry.bytes.upperBound])
            tensors[entry.name] = Self.tensor(buffer, entry)
        }
    }

    private static func tensor(_ buffer: HostBuffer, _ entry: SafetensorsHeader.Entry) -> Tensor {
        if entry.scalarType == .bool {
            for index in buffer.bytes.indices where buffer.bytes[index] > 1 { buffer.bytes[index] = 1 }
        }
        return Tensor(Storage(buffer), shape: entry.shape, scalarType: entry.scalarType)
    }
}

// MARK: Writing

extension Checkpoint {
    /// Writes a file that replaces the one at `path` as a whole or, when anything fails, not at all.
    ///
    /// - Throws: ``FileError`` where the file cannot be written, `DeviceError` where a device does not hand out
    ///   its values.
    public func write(to path: String) throws {
        try FileAccess.write(try encoded(), to: path)
    }

    /// The contents of the file.
    public func encoded() throws(DeviceError) -> [UInt8] {
        let header = SafetensorsHeader(
            laying: tensors.map { ($0.key, $0.value.shape, $0.value.scalarType) }, metadata: metadata)
        var bytes = header.encoded
        bytes.reserveCapacity(bytes.count + (header.entries.last?.bytes.upperBound ?? 0))
        for entry in header.entries {
            guard case .leaf(let storage)? = tensors[entry.name]?.node.operation else {
                invalidUse("Checkpoint.encoded()", "\"\(entry.name)\" is not evaluated yet")
            }
            let buffer = try storage.hostBuffer()
            withExtendedLifetime(buffer) { bytes.append(contentsOf: buffer.bytes) }
        }
        return bytes
    }
}
