import GannetAssembler
import Testing

#if compiler(>=6.3)
    /// Instructions that do not exist stop with a sentence that says so.
    @Suite struct MisuseTests {
        @Test(arguments: Misuse.allCases) func stopsWithASentence(_ misuse: Misuse) async throws {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [misuse = misuse as Misuse] in misuse.commit()
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                message.contains("Gannet: assembler: \(misuse.message)"), "\(misuse): \(message.prefix(300))")
        }

        enum Misuse: String, CaseIterable, Codable {
            case wideVector, highRegister, broadcast, mask, maskInstruction, onlyVEX, onlyAVX512
            case width, index, scale, register, zeroing, noMask, storeOfZeros, broadcastOfPart
            case immediate, number, displacement, boundTwice, foreignLabel, vectorIndex
            case alignment, shiftOfMemory

            func commit() {
                var a = Assembler(instructionSet: .avx2)
                var b = Assembler(instructionSet: .avx512)
                switch self {
                case .wideVector: a.vaddps(.zmm(0), .zmm(1), .zmm(2))
                case .highRegister: a.vaddps(.ymm(0), .ymm(1), .ymm(16))
                case .broadcast: a.vaddps(.ymm(0), .ymm(1), Memory(.rdi).broadcast)
                case .mask: a.vaddps(.ymm(0), .ymm(1), .ymm(2), mask: .k1)
                case .maskInstruction: a.kandw(.k1, .k2, .k3)
                case .onlyVEX: b.vmaskmovps(.ymm(17), .ymm(1), Memory(.rdi))
                case .onlyAVX512: a.vpternlogd(.ymm(0), .ymm(1), .ymm(2), 0x96)
                case .width: b.vaddps(.zmm(0), .ymm(1), .zmm(2))
                case .index: a.mov(.rax, Memory(.rdi, index: .rsp))
                case .scale: a.mov(.rax, Memory(.rdi, index: .rcx, scale: 3))
                case .register: b.vaddps(.zmm(0), .zmm(1), .zmm(32))
                case .zeroing: b.vaddps(.zmm(0), .zmm(1), .zmm(2), zeroing: true)
                case .noMask: b.vaddps(.zmm(0), .zmm(1), .zmm(2), mask: .k0)
                case .storeOfZeros: b.vpmovdb(Memory(.rdi), .zmm(2), mask: .k1, zeroing: true)
                case .broadcastOfPart: b.vmovups(.zmm(0), Memory(.rdi).broadcast)
                case .immediate: a.vpslld(.ymm(0), .ymm(1), 256)
                case .number: a.add(.rax, 1 << 31)
                case .displacement: a.mov(.rax, Memory(.rdi, 1 << 31))
                case .boundTwice: a.bind(a.makeBoundLabel())
                case .foreignLabel: a.jump(to: b.makeLabel())
                case .alignment: a.align(to: 24)
                case .shiftOfMemory: a.vpslld(.ymm(0), Memory(.rdi), 1)
                case .vectorIndex: a.vaddps(.ymm(0), .ymm(1), Memory(.rdi, index: .ymm(2), scale: 4))
                }
            }

            var message: String {
                switch self {
                case .wideVector:
                    "vaddps: a zmm register needs the form of AVX-512, and the assembler writes for AVX2."
                case .highRegister:
                    "vaddps: register 16 needs the form of AVX-512, and the assembler writes for AVX2."
                case .broadcast:
                    "vaddps: an operand that is broadcast needs the form of AVX-512, and the assembler writes"
                case .mask: "vaddps: a mask needs the form of AVX-512, and the assembler writes for AVX2."
                case .maskInstruction:
                    "kandw: it is an instruction of AVX-512, and the assembler writes for AVX2."
                case .onlyVEX: "vmaskmovps: it has no AVX-512 form, which register 17 would need."
                case .onlyAVX512:
                    "vpternlogd: it is an instruction of AVX-512, and the assembler writes for AVX2."
                case .width: "vaddps: ymm(1) is not as wide as the other operands ask for, which is zmm."
                case .index: "Memory: rsp cannot be an index."
                case .scale: "Memory: a scale is 1, 2, 4 or 8, not 3."
                case .register: "zmm(32): there are registers 0 to 31."
                case .zeroing: "vaddps: zeroing needs a mask."
                case .noMask: "vaddps: k0 cannot be a mask; its code means that there is none."
                case .storeOfZeros: "vpmovdb: a store cannot zero what the mask leaves out."
                case .broadcastOfPart: "vmovups: it cannot broadcast an operand."
                case .immediate: "vpslld: 256 does not fit in a byte."
                case .number: "add: 2147483648 does not fit in 32 bits."
                case .displacement: "Memory: a displacement of 2147483648 does not fit in 32 bits."
                case .boundTwice: "bind: label 0 is bound twice."
                case .foreignLabel: "label 0: it belongs to another assembler."
                case .alignment: "align: an alignment is a power of two up to 64, not 24."
                case .shiftOfMemory:
                    "vpslld: a source in memory needs the form of AVX-512, and the assembler writes for AVX2."
                case .vectorIndex: "vaddps: only gathers take a vector as the index."
                }
            }
        }
    }
#endif
