import GannetAssembler
import GannetTestSupport
import Testing

/// Constants behind the code.
@Suite struct LiteralPoolTests {
    @Test func equalConstantsLieOnceAndAligned() throws {
        var a = Assembler(instructionSet: .avx512)
        let word = a.constant(7)
        #expect(a.constant(7) == word && a.constant([7]) == word && a.constant(8) != word)
        #expect(a.constant(bytes: [7, 0, 0, 0]) == word)
        a.mov32(.rax, word)
        let vector = a.constant([UInt32](1...16))
        a.vmovaps(.zmm(0), vector)
        a.ret()
        let code = try a.finish()
        // 6 + 10 + 1 bytes of code, and the vector first, as it is the widest.
        #expect(code.count == 64 + 64 + 8)
        #expect(code[64..<72].elementsEqual([1, 0, 0, 0, 2, 0, 0, 0]))
        #expect(code[128..<136].elementsEqual([7, 0, 0, 0, 8, 0, 0, 0]))
        #expect(code[17..<64].allSatisfy { $0 == 0xCC })
    }

    /// Offsets count from the end of an instruction, so bytes that follow them matter.
    @Test(.enabled(if: GNUAssembler.isInstalled)) func offsetsAreThoseOfGNU() throws {
        var a = Assembler(instructionSet: .avx512)
        let place = a.makeLabel()
        let word = a.constant(0x3F80_0000)
        let vector = a.constant([UInt32](0..<8))
        a.lea(.rdx, Memory(place))
        a.mov(.r9, word)
        a.mov32(word, -5)
        a.mov(word.advanced(by: -4), 5)
        a.vaddps(.xmm(1), .xmm(2), vector.advanced(by: 16))
        a.vaddps(.zmm(1), .zmm(20), word.broadcast, mask: .k3)
        a.vshufps(.ymm(9), .ymm(8), vector, 0x1B)
        a.vpternlogd(.ymm(9), .ymm(8), word.broadcast, 0x96)
        a.vpshufd(.ymm(1), vector, 0x4E)
        a.vpslld(.ymm(1), vector, 3)
        a.kmovw(.k1, word)
        a.vmovups(Memory(place), .ymm(17))
        a.prefetcht0(word)
        a.bind(place)
        a.ret()
        let text = """
            lea rdx, [rip + .Lplace]
            mov r9, [rip + .Lword]
            mov dword ptr [rip + .Lword], -5
            mov qword ptr [rip + .Lword - 4], 5
            vaddps xmm1, xmm2, [rip + .Lvector + 16]
            vaddps zmm1{k3}, zmm20, [rip + .Lword]{1to16}
            vshufps ymm9, ymm8, [rip + .Lvector], 0x1b
            vpternlogd ymm9, ymm8, [rip + .Lword]{1to8}, 0x96
            vpshufd ymm1, [rip + .Lvector], 0x4e
            vpslld ymm1, [rip + .Lvector], 3
            kmovw k1, [rip + .Lword]
            vmovups [rip + .Lplace], ymm17
            prefetcht0 [rip + .Lword]
            .Lplace: ret
            .balign 32, 0xcc
            .Lvector: .long 0, 1, 2, 3, 4, 5, 6, 7
            .Lword: .long 0x3f800000

            """
        #expect(try a.finish() == GNUAssembler.bytes(of: text))
    }
}
