import GannetCPU
import GannetGraph
import Testing

/// Eight lanes of 16-bit numbers, against one at a time.
@Suite struct HalfPrecisionTests {
    private static func check(
        _ words: some Sequence<UInt32>, _ lanes: (SIMD8<Float>) -> SIMD8<Float>, _ one: (Float) -> Float
    ) -> Int {
        var different = 0
        var x = SIMD8<Float>()
        var lane = 0
        func compare() {
            let y = lanes(x)
            for lane in 0..<8 where y[lane].bitPattern != one(x[lane]).bitPattern { different += 1 }
        }
        for word in words {
            x[lane] = Float(bitPattern: word)
            lane += 1
            if lane == 8 {
                compare()
                lane = 0
            }
        }
        compare()
        return different
    }

    @Test func rounding() {
        let words = stride(from: UInt32(0), through: .max, by: 239)
        #expect(
            Self.check(words, HalfPrecision.roundedToFloat16) { HalfBits.rounded($0, to: .float16) } == 0)
        #expect(
            Self.check(words, HalfPrecision.roundedToBFloat16) { HalfBits.rounded($0, to: .bfloat16) } == 0)
    }

    @Test func everyNumberIsWidenedAndNarrowed() {
        for bits in UInt32(0)...0xFFFF {
            let x = HalfPrecision.fromFloat16(SIMD8(repeating: bits))
            #expect(x[3].bitPattern == HalfBits.float(float16: UInt16(bits)).bitPattern)
            // The bits of NaN too: what is moved stays what it is.
            #expect(HalfPrecision.toFloat16(x)[5] == bits)
        }
    }
}
