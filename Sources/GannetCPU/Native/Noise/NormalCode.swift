import GannetAssembler
import GannetGraph

/// Writes the function that makes normal numbers of words, in place (see ``GannetGraph/NormalTransform``).
///
/// The place of the leading bit is the exponent of a conversion to `float32`, from which the bit after the leading one is
/// taken away so that nothing can be rounded up. With AVX-512 the cubics of the eight highest octaves, which all but one word in 256
/// has, are in registers; they are looked up by permutations, and only the others in memory.
struct NormalCode {
    /// The function.
    typealias Function =
        @convention(c) @Sendable (
            _ words: UnsafeMutableRawPointer, _ vectorCount: Int, _ coefficients: UnsafeRawPointer
        ) -> Void

    private let usesMasks: Bool
    private func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
    private static let (words, count, coefficients) = (
        GeneralRegister.rdi, GeneralRegister.rsi, GeneralRegister.rdx
    )
    /// The first octave whose cubics are in registers, and its first cubic.
    private static let firstOctave = 23
    private static let firstCubic = firstOctave * NormalTransform.piecesPerOctave

    /// Appends the function.
    static func write(_ code: inout Assembler) {
        NormalCode(usesMasks: code.instructionSet == .avx512).write(&code)
    }

    private func write(_ code: inout Assembler) {
        let lanes = usesMasks ? 16 : 8
        if usesMasks { loadTables(&code) }
        let loop = code.makeBoundLabel()
        let (word, x, exponent, aligned, cubic, t) = (
            vector(0), vector(1), vector(2), vector(3), vector(4), vector(5)
        )
        code.vmovups(word, Memory(Self.words))
        code.vpand(x, word, constant(&code, 0x7FFF_FFFF))
        code.vpaddd(x, x, constant(&code, 1))
        code.vpminud(x, x, constant(&code, 0x7FFF_FFFF))
        code.vpsrld(exponent, x, 1)
        code.vpandn(exponent, exponent, x)
        code.vcvtdq2ps(exponent, exponent)
        code.vpsrld(exponent, exponent, 23)
        // The exponent is 127 and the octave; the leading bit goes to bit 31.
        load(&code, 158, to: aligned)
        code.vpsubd(aligned, aligned, exponent)
        code.vpsllvd(aligned, x, aligned)
        code.vpsrld(t, aligned, 5)
        code.vpand(t, t, constant(&code, 0x7F_FFFF))
        code.vcvtdq2ps(t, t)
        // The number of the cubic, from the first one on that is in registers; the leading bit counts as 8.
        code.vpslld(exponent, exponent, 3)
        code.vpsrld(aligned, aligned, 28)
        code.vpaddd(cubic, exponent, aligned)
        code.vpsubd(
            cubic, cubic,
            constant(&code, UInt32(127 * NormalTransform.piecesPerOctave + 8 + Self.firstCubic)))
        if usesMasks { lookUp(&code, cubic) } else { gather(&code, cubic) }
        let y = vector(9)
        for degree in [2, 1, 0] {
            code.vmulps(y, y, t)
            code.vaddps(y, y, vector(6 + degree))
        }
        code.vpand(word, word, constant(&code, 0x8000_0000))
        code.vpxor(y, y, word)
        code.vmovups(Memory(Self.words), y)
        code.add(Self.words, lanes * 4)
        code.sub(Self.count, 1)
        code.jump(if: .notEqual, to: loop)
        code.vzeroupper()
        code.ret()
    }

    private func constant(_ code: inout Assembler, _ word: UInt32) -> Memory {
        usesMasks ? code.constant(word).broadcast : code.constant([UInt32](repeating: word, count: 8))
    }

    private func load(_ code: inout Assembler, _ word: UInt32, to register: VectorRegister) {
        code.vpbroadcastd(register, code.constant(word))
    }

    /// The coefficients of one degree of sixteen cubics.
    private static func table(_ degree: Int, _ part: Int) -> [UInt32] {
        (0..<16).map { NormalTransform.coefficientBits[(firstCubic + part * 16 + $0) * 4 + degree] }
    }

    /// Puts the cubics of the highest octaves in registers 16 and up, four for each degree.
    private func loadTables(_ code: inout Assembler) {
        for degree in 0..<4 {
            for part in 0..<4 {
                code.vmovups(vector(16 + degree * 4 + part), code.constant(Self.table(degree, part)))
            }
        }
    }

    /// The coefficients, those of degree 0 in register 6, from registers and, seldom, from memory.
    private func lookUp(_ code: inout Assembler, _ cubic: VectorRegister) {
        let other = vector(10)
        code.vptestmd(.k1, cubic, constant(&code, 32))
        for degree in 0..<4 {
            let result = vector(6 + degree)
            code.vmovaps(result, cubic)
            code.vpermi2ps(result, vector(16 + degree * 4), vector(17 + degree * 4))
            code.vmovaps(other, cubic)
            code.vpermi2ps(other, vector(18 + degree * 4), vector(19 + degree * 4))
            code.vmovaps(result, other, mask: .k1)
        }
        let usual = code.makeLabel()
        code.vpmovd2m(.k2, cubic)
        code.kortestw(.k2, .k2)
        code.jump(if: .equal, to: usual)
        code.vpslld(cubic, cubic, 4)
        for degree in 0..<4 {
            code.kmovw(.k3, .k2)
            code.vgatherdps(vector(6 + degree), place(cubic, degree), mask: .k3)
        }
        code.bind(usual)
    }

    private func gather(_ code: inout Assembler, _ cubic: VectorRegister) {
        let selector = vector(10)
        code.vpslld(cubic, cubic, 4)
        for degree in 0..<4 {
            code.vpcmpeqd(selector, selector, selector)
            code.vgatherdps(vector(6 + degree), place(cubic, degree), selector)
        }
    }

    /// Where the coefficients of cubics are, by their number from the first one in registers on times sixteen.
    private func place(_ cubic: VectorRegister, _ degree: Int) -> Memory {
        Memory(Self.coefficients, index: cubic, scale: 1, Self.firstCubic * 16 + degree * 4)
    }
}
