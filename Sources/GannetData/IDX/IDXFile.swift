/// The contents of a file in IDX format: an array of bytes with its extents, as MNIST is published in.
///
/// The format, from LeCun, Cortes and Burges, "The MNIST database of handwritten digits": two bytes 0, a byte
/// that names the type of the elements (8 for unsigned bytes), a byte with the number of axes, the extents as
/// big-endian 32-bit numbers, then the elements in row-major order.
public struct IDXFile: Sendable {
    /// The extents, outermost first.
    public let extents: [Int]
    /// The elements in row-major order.
    public let bytes: [UInt8]

    /// Reads a file of unsigned bytes with `rank` axes, plain or packed with gzip; its name does not matter.
    public init(path: String, rank: Int) throws(DataError) {
        var contents = try DataError.contents(of: path)
        if Gzip.isGzip(contents) { contents = try Self.unpack(contents, path: path) }
        let headerCount = 4 + 4 * rank
        let expected: [UInt8] = [0, 0, 8, UInt8(truncatingIfNeeded: rank)]
        if contents.count >= 4, !contents.starts(with: expected) {
            throw DataError(
                .wrongFormat, path: path,
                "\(path) is not an IDX file of bytes with \(rank) \(rank == 1 ? "axis" : "axes"): it begins with "
                    + "\(hexadecimal(contents[..<4])) where \(hexadecimal(expected[...])) is expected; "
                    + "check that the file has the right name.")
        }
        if contents.count < headerCount {
            throw DataError(
                .truncated, path: path,
                "\(path) is truncated: it has \(contents.count) bytes, and its header alone takes "
                    + "\(headerCount); download it again.")
        }
        var extents: [Int] = []
        var count = 1
        for axis in 0..<rank {
            let extent = contents[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
            extents.append(extent)
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            if overflow {
                throw DataError(
                    .damaged, path: path,
                    "\(path) is damaged: no file holds the number of elements that its header gives; "
                        + "download it again.")
            }
            count = product
        }
        let present = contents.count - headerCount
        if present != count {
            let isShort = present < count
            throw DataError(
                isShort ? .truncated : .damaged, path: path,
                "\(path) is \(isShort ? "truncated" : "too long"): its header promises \(count) bytes of data "
                    + "(\(extents.map(String.init).joined(separator: " × "))), and it has \(present); "
                    + "download it again.")
        }
        self.extents = extents
        self.bytes = Array(contents[headerCount...])
    }

    private static func unpack(_ packed: [UInt8], path: String) throws(DataError) -> [UInt8] {
        // A gigabyte is twenty times the largest data set of this kind; beyond it lies a mistake, or an attack.
        let limit = 1 << 30
        do {
            return try Gzip.unpack(packed, limit: limit)
        } catch {
            switch error {
            case .endsEarly:
                throw DataError(
                    .truncated, path: path,
                    "\(path) ends early: its gzip data is not complete; download it again.")
            case .damaged:
                throw DataError(
                    .damaged, path: path, "\(path) is damaged: its gzip data is not valid; download it again."
                )
            case .tooLong:
                throw DataError(
                    .damaged, path: path,
                    "\(path) unpacks to more than \(limit) bytes, which no data set of this kind does; "
                        + "download it again.")
            }
        }
    }
}

/// Bytes as people write them: `00 00 08 03`.
private func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
