import GannetGraph
import GannetTestSupport
import Testing

/// The bits of 16-bit numbers, against what they mean and against the processor's own `Float16`.
@Suite struct HalfBitsTests {
    /// The value of 16 bits with so many bits of exponent, by its definition.
    private static func value(_ bits: UInt16, exponentBits: Int) -> Double {
        let fractionBits = 15 - exponentBits
        let bias = 1 << (exponentBits - 1) - 1
        let exponent = Int(bits >> UInt16(fractionBits)) & (1 << exponentBits - 1)
        let fraction = Double(bits & (1 << UInt16(fractionBits) - 1)) / Double(1 << fractionBits)
        let sign: Double = bits & 0x8000 == 0 ? 1 : -1
        if exponent == 1 << exponentBits - 1 { return fraction == 0 ? sign * .infinity : .nan }
        let (significand, power) = exponent == 0 ? (fraction, 1 - bias) : (1 + fraction, exponent - bias)
        return sign * Double(sign: .plus, exponent: power, significand: significand)
    }

    private struct Format: Sendable {
        let exponentBits: Int
        let narrow: @Sendable (Float) -> UInt16
        let widen: @Sendable (UInt16) -> Float
        var infinity: UInt16 { exponentBits == 5 ? 0x7C00 : 0x7F80 }
    }

    private static let formats = [
        Format(exponentBits: 5, narrow: { HalfBits.float16($0) }, widen: { HalfBits.float(float16: $0) }),
        Format(exponentBits: 8, narrow: { HalfBits.bfloat16($0) }, widen: { HalfBits.float(bfloat16: $0) }),
    ]

    @Test func everyNumberIsWhatItsBitsSayAndComesBack() {
        for format in Self.formats {
            for bits in UInt16.min...UInt16.max {
                let x = format.widen(bits)
                let exact = Self.value(bits, exponentBits: format.exponentBits)
                #expect(x.isNaN == exact.isNaN && (x.isNaN || Double(x) == exact), "\(bits)")
                #expect((x.sign == .minus) == (bits & 0x8000 != 0))
                let back = format.narrow(x)
                #expect(x.isNaN ? format.widen(back).isNaN : back == bits, "\(bits)")
            }
        }
    }

    @Test func numbersBetweenTwoAreRoundedToTheNearerTiesToEven() {
        for format in Self.formats {
            for bits in 0..<format.infinity {
                let low = Self.value(bits, exponentBits: format.exponentBits)
                // What would follow the largest number, if exponents went on.
                let high =
                    bits + 1 == format.infinity
                    ? Double(sign: .plus, exponent: format.exponentBits == 5 ? 16 : 128, significand: 1)
                    : Self.value(bits + 1, exponentBits: format.exponentBits)
                let middle = Float((low + high) / 2)
                if Double(middle) != (low + high) / 2 { continue }
                let even = bits & 1 == 0 ? bits : bits + 1
                #expect(format.narrow(middle) == even, "\(middle)")
                #expect(format.narrow(middle.nextDown) == bits, "\(middle.nextDown)")
                #expect(format.narrow(middle.nextUp) == bits + 1, "\(middle.nextUp)")
                #expect(format.narrow(-middle) == even | 0x8000)
            }
            #expect(format.narrow(.greatestFiniteMagnitude) == format.infinity)
            #expect(format.narrow(-.infinity) == format.infinity | 0x8000)
            #expect(format.narrow(.leastNonzeroMagnitude) == 0)
            #expect(format.narrow(-.leastNonzeroMagnitude) == 0x8000)
            #expect(format.widen(format.narrow(.nan)).isNaN)
            #expect(format.widen(format.narrow(Float(bitPattern: 0x7F80_0001))).isNaN)
        }
    }

    #if !(os(macOS) && arch(x86_64))
        @Test func agreesWithTheLanguage() {
            var generator = SeededGenerator.announced(for: "words as float16")
            for _ in 0..<1_000_000 {
                let x = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
                let y = Float16(x)
                #expect(y.isNaN ? x.isNaN : HalfBits.float16(x) == y.bitPattern, "\(x)")
                // Most words are out of range.
                let near = generator.float(in: -1...1) * 0x1p-12
                #expect(HalfBits.float16(near) == Float16(near).bitPattern, "\(near)")
            }
        }
    #endif

    @Test func brainNumbersAreNumbers() {
        let x: BFloat16 = 3.140625
        #expect(Float(x) == 3.140625 && Double(-x) == -3.140625 && "\(x)" == "3.140625")
        #expect(x > 3 && x == 3.14 && x != 3.16 && BFloat16(-0.0) == 0 && BFloat16.nan != .nan)
        #expect(Set([BFloat16(0), BFloat16(-0.0), 1]).count == 2)
        #expect(
            BFloat16(Float.infinity).isInfinite && BFloat16(1e39 as Double).isInfinite
                && !BFloat16.nan.isFinite)
        #expect(Float(BFloat16.greatestFiniteMagnitude).nextUp < .infinity)
        #expect(Float(BFloat16.leastNonzeroMagnitude) == 0x1p-133 && Float(BFloat16.ulpOfOne) == 0x1p-7)
        #expect(Float(BFloat16.leastNormalMagnitude) == 0x1p-126 && BFloat16(-2).magnitude == 2)
        #expect(BFloat16.nan.isNaN && !BFloat16.infinity.isNaN && BFloat16.infinity.isInfinite)
    }
}
