import Gannet

/// The contents of a file in IDX format: an array with its extents, as MNIST is published in.
///
/// The format, from LeCun, Cortes and Burges, "The MNIST database of handwritten digits": two bytes 0, a byte
/// that names the type of the elements (8 for unsigned bytes), a byte with the number of axes, the extents as
/// big-endian 32-bit numbers, then the elements in row-major order, big-endian.
public struct IDXFile: Sendable {
    /// The extents, outermost first.
    public let extents: [Int]
    /// The elements as they are in the file, in row-major order.
    public let bytes: [UInt8]
    /// The type of the elements.
    private let type: StoredType
    /// What errors call the file.
    private let name: String

    private static let types: [(code: UInt8, type: StoredType)] = [
        (0x08, .uint8), (0x09, .int8), (0x0B, .int16), (0x0C, .int32), (0x0D, .float32), (0x0E, .float64),
    ]

    /// Reads a file of unsigned bytes with `rank` axes, plain or packed with gzip; its name does not matter.
    public init(path: String, rank: Int) throws(DataError) {
        try self.init(decoding: try DataError.contents(of: path), named: path, rank: rank)
    }

    /// Reads a file with elements of any type and any number of axes, plain or packed with gzip.
    public init(path: String) throws(DataError) {
        try self.init(decoding: try DataError.contents(of: path), named: path)
    }

    /// Reads what is the contents of a file.
    ///
    /// - Parameters:
    ///   - contents: The contents, plain or packed with gzip.
    ///   - name: What errors call them.
    ///   - rank: The number of axes of unsigned bytes that are expected, or nil for any axes and type.
    public init(
        decoding contents: [UInt8], named name: String = "The IDX file", rank: Int? = nil
    ) throws(DataError) {
        self.name = name
        var contents = contents
        if Gzip.isGzip(contents) { contents = try Gzip.unpack(contents, named: name) }
        if let rank {
            let expected: [UInt8] = [0, 0, 8, UInt8(truncatingIfNeeded: rank)]
            if contents.count >= 4, !contents.starts(with: expected) {
                throw DataError(
                    .wrongFormat, path: name,
                    "\(name) is not an IDX file of bytes with \(rank) \(rank == 1 ? "axis" : "axes"): it begins with "
                        + "\(hexadecimal(contents[..<4])) where \(hexadecimal(expected[...])) is expected; "
                        + "check that the file has the right name.")
            }
        }
        let rank = rank ?? (contents.count >= 4 ? Int(contents[3]) : 1)
        let headerCount = 4 + 4 * rank
        let code = contents.count >= 4 && contents.starts(with: [0, 0]) ? contents[2] : 0
        let type = Self.types.first { $0.code == code }?.type
        if contents.count >= 4, type == nil {
            throw DataError(
                .wrongFormat, path: name,
                "\(name) is not an IDX file: it begins with \(hexadecimal(contents[..<4])), which names no type "
                    + "of elements.")
        }
        guard let type, contents.count >= headerCount else {
            throw DataError(
                .truncated, path: name,
                "\(name) is truncated: it has \(contents.count) bytes, and its header alone takes "
                    + "\(headerCount); download it again.")
        }
        self.type = type
        var extents: [Int] = []
        var count = type.byteCount
        // Every partial product must fit, also where a later extent is 0, and whatever the elements become.
        var most = 8
        for axis in 0..<rank {
            let extent = contents[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
            extents.append(extent)
            let (product, overflow) = most.multipliedReportingOverflow(by: max(extent, 1))
            if overflow {
                throw DataError(
                    .damaged, path: name,
                    "\(name) is damaged: no file holds the number of elements that its header gives; "
                        + "download it again.")
            }
            most = product
            count *= extent
        }
        let present = contents.count - headerCount
        if present != count {
            let isShort = present < count
            throw DataError(
                isShort ? .truncated : .damaged, path: name,
                "\(name) is \(isShort ? "truncated" : "too long"): its header promises \(count) bytes of data "
                    + "(\(extents.map(String.init).joined(separator: " × "))), and it has \(present); "
                    + "download it again.")
        }
        self.extents = extents
        contents.removeFirst(headerCount)
        bytes = contents
    }

    /// The array as a tensor: integers without sign as `uint32`, others as `int32`, floating-point numbers as
    /// `float32`. A number in `float64` that `float32` does not have throws ``DataError/Kind/unsupported``.
    public func tensor() throws(DataError) -> Tensor {
        let shape = Shape(extents)
        let held = HostBuffer(byteCount: shape.count * type.scalarType.byteCount)
        do {
            try bytes.withUnsafeBufferPointer { bytes throws(StoredType.Inexact) in
                try type.decode(UnsafeRawBufferPointer(bytes), into: held.bytes, isBigEndian: true)
            }
        } catch {
            throw DataError(
                .unsupported, path: name,
                "Element \(error.index) of \(name) is \(error.value), which \(type.scalarType) does not have; "
                    + "convert the file first.")
        }
        return Tensor(Storage(held), shape: shape, scalarType: type.scalarType)
    }
}

/// Bytes as people write them: `00 00 08 03`.
private func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
