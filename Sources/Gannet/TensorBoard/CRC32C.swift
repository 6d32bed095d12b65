/// Castagnoli's check sum of 32 bits (RFC 3720, appendix B.4), and the form in which TFRecord files keep it.
enum CRC32C {
    /// The check sum of each byte alone; bits are reflected.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
    }

    /// The check sum of `bytes`.
    static func sum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(.max) { sum, byte in sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
    }

    /// The check sum turned and shifted, so that one of bytes that hold check sums themselves is of use.
    static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let sum = sum(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
}
