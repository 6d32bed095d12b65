import GannetGraph
import Testing

@Suite struct PhiloxTests {
    /// The known answers that the authors publish with their generator (`kat_vectors` of Random123).
    @Test func knownAnswers() {
        func block(_ counter: [UInt32], _ key: [UInt32]) -> SIMD4<UInt32> {
            Philox.block(counter: SIMD4(counter), key: SIMD2(key))
        }
        #expect(
            block([0, 0, 0, 0], [0, 0]) == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
        let ones = UInt32.max
        #expect(
            block([ones, ones, ones, ones], [ones, ones])
                == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
        #expect(
            block([0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0])
                == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
    }

    @Test func wordsOfSixteenBlocksInterleave() {
        let key = SIMD4<UInt32>(1, 2, 3, 4)
        for (index, block, word) in [
            (0, 0, 0), (15, 15, 0), (16, 0, 1), (63, 15, 3), (64, 16, 0), (200, 56, 0),
        ] {
            let counter = SIMD4<UInt32>(UInt32(block), 0, 3, 4)
            let expected = Philox.block(counter: counter, key: SIMD2(1, 2))[word]
            #expect(Philox.word(UInt64(index), key: key) == expected, "element \(index)")
        }
    }

    @Test func blockNumbersBeyond32BitsReachTheCounter() {
        let key = SIMD4<UInt32>(1, 2, 3, 4)
        let far = UInt64(5) << 34
        let expected = Philox.block(counter: SIMD4(0, 5, 3, 4), key: SIMD2(1, 2))
        #expect(Philox.word(far << 0, key: key) != Philox.word(0, key: key))
        #expect(Philox.word(far, key: key) == expected[0])
    }
}
