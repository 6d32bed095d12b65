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
    /// Reads a file; see ``init(decoding:named:)`` for what is checked. Each tensor is read on its own: no second
    /// copy of the file is held.
    public init(contentsOf path: String) throws(CheckpointError) {
        do {
            guard let file = try FileReader(path) else {
                try self.init(decoding: try FileAccess.read(path), named: path)
                return
            }
            try self.init(byteCount: file.byteCount, named: path) { offset, destination in
                if try file.read(from: offset, into: destination) < destination.count {
                    throw CheckpointError(.truncated, "\(path) has become shorter while it was read.")
                }
            }
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw CheckpointError(.unreadable, "\(error)")
        }
    }

    /// Reads what is the contents of a file.
    ///
    /// Everything that the header says is checked against the bytes before any tensor is made, so a hostile file
    /// costs no more memory than a few times its size. Bytes of a BOOL tensor other than 0 count as true.
    ///
    /// Elements of types that Gannet does not have are converted where every value stays what it is: I8, I16 and
    /// I64 to `int32`, U8, U16 and U64 to `uint32`, F64 to `float32`. A tensor with a value that
    /// would not stay what it is throws ``CheckpointError/Kind/inexact``.
    ///
    /// - Parameters:
    ///   - bytes: The contents.
    ///   - name: What errors call them.
    public init(decoding bytes: [UInt8], named name: String = "The checkpoint") throws(CheckpointError) {
        do {
            try self.init(byteCount: bytes.count, named: name) { offset, destination in
                destination.copyBytes(from: bytes[offset..<offset + destination.count])
            }
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw CheckpointError(.unreadable, "\(error)")
        }
    }

    /// Reads a file of `byteCount` bytes, of which `read` gives those from an offset on.
    private init(
        byteCount: Int, named name: String, read: (Int, UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        func bytes(_ range: Range<Int>) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: range.count)
            try bytes.withUnsafeMutableBytes { try read(range.lowerBound, $0) }
            return bytes
        }
        let length = try SafetensorsHeader.length(
            prefix: try bytes(0..<min(byteCount, 8)), fileSize: byteCount, file: name)
        let start = 8 + length
        let header = try SafetensorsHeader(
            parsing: try bytes(8..<start), dataSize: byteCount - start, file: name)
        metadata = header.metadata
        tensors = [:]
        for entry in header.entries {
            let stored = HostBuffer(byteCount: entry.bytes.count)
            try withExtendedLifetime(stored) { try read(start + entry.bytes.lowerBound, stored.bytes) }
            tensors[entry.name] = try Self.tensor(stored, entry, file: name)
        }
    }

    private static func tensor(
        _ stored: HostBuffer, _ entry: SafetensorsHeader.Entry, file: String
    ) throws(CheckpointError) -> Tensor {
        let type = entry.type.scalarType
        if entry.type.isHeldAsStored, type != .bool {
            return Tensor(Storage(stored), shape: entry.shape, scalarType: type)
        }
        let held = HostBuffer(byteCount: entry.shape.count * type.byteCount)
        do {
            try entry.type.decode(UnsafeRawBufferPointer(stored.bytes), into: held.bytes)
        } catch {
            throw CheckpointError(
                .inexact,
                "In \(file) element \(error.index) of \"\(entry.name)\", of type \(entry.typeName), is "
                    + "\(error.value), which \(type) does not have; convert the tensor first.")
        }
        return withExtendedLifetime(stored) { Tensor(Storage(held), shape: entry.shape, scalarType: type) }
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
