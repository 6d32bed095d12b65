/// An IDX file of unsigned bytes.
func idx(_ extents: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let header = extents.flatMap { extent in
        stride(from: 24, through: 0, by: -8).map { UInt8(extent >> $0 & 255) }
    }
    return [0, 0, 8, UInt8(extents.count)] + header + bytes
}

/// `bytes` in gzip format, in one block of deflate that is stored as it is (RFC 1951, 3.2.4).
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    func littleEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
    var checkSum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        checkSum ^= UInt32(byte)
        for _ in 0..<8 { checkSum = checkSum >> 1 ^ (checkSum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    let count = UInt16(bytes.count)
    let length = [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + length + bytes + littleEndian(~checkSum)
        + littleEndian(UInt32(bytes.count))
}
