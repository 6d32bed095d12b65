import GannetAssembler
import GannetTestSupport
import Testing

/// Code that really runs.
@Suite struct ExecutionTests {
    /// The sum of 1 to n, with a loop and the stack.
    @Test(.enabled(if: ExecutableMemory.canRun)) func loopsOfWholeNumbersRun() throws {
        var a = Assembler(instructionSet: .avx2)
        let done = a.makeLabel()
        a.push(.rbx)
        a.mov(.rax, 0)
        a.mov(.rbx, .rdi)
        a.test(.rbx, .rbx)
        a.jump(if: .lessOrEqual, to: done)
        let loop = a.makeBoundLabel()
        a.add(.rax, .rbx)
        a.dec(.rbx)
        a.jump(if: .notEqual, to: loop)
        a.bind(done)
        a.pop(.rbx)
        a.ret()
        let sum = try ExecutableMemory(try a.finish())
        for n in [-3, 0, 1, 2, 100] { #expect(sum(n) == (n > 0 ? n * (n + 1) / 2 : 0)) }
    }

    @Test(.enabled(if: ExecutableMemory.canRun)) func numbersArriveWhole() throws {
        var random = SeededGenerator.announced(for: "numbers in code")
        var numbers = [0, 1, -1, 127, 128, -128, -129, Int(Int32.max), Int(Int32.min), .max, .min]
        numbers += [Int(UInt32.max), Int(UInt32.max) + 1, Int(Int32.min) - 1]
        numbers += (0..<20).map { Int(bitPattern: UInt(random.next() >> $0)) }
        for number in numbers {
            var a = Assembler(instructionSet: .avx2)
            a.mov(.rax, number)
            a.ret()
            #expect(try ExecutableMemory(try a.finish())(0) == number)
        }
    }

    @Test(.enabled(if: ExecutableMemory.canRun)) func functionsAreCalled() throws {
        var a = Assembler(instructionSet: .avx2)
        let (square, constant) = (a.makeLabel(), a.constant([3, 0]))
        a.call(square)
        a.lea(.rdx, Memory(square))
        a.mov(.rdi, .rax)
        a.call(.rdx)
        a.add(.rax, constant)
        a.ret()
        a.bind(square)
        a.mov(.rax, .rdi)
        a.imul(.rax, .rdi)
        a.ret()
        #expect(try ExecutableMemory(try a.finish())(5) == 628)
    }

    /// x = 2 x + 1 where x > 0, over an array, with the masks or the blends of the instruction set.
    @Test(
        .enabled(if: ExecutableMemory.hasAVX2),
        arguments: InstructionSet.allCases.filter { $0 == .avx2 || ExecutableMemory.hasAVX512 })
    func loopsOfVectorsRun(_ set: InstructionSet) throws {
        var random = SeededGenerator.announced(for: "loops of vectors")
        let count = 192
        var a = Assembler(instructionSet: set)
        let (two, one) = (a.constant((2 as Float).bitPattern), a.constant((1 as Float).bitPattern))
        // A vector of constants too, so that what is aligned is.
        let ones = a.constant([UInt32](repeating: (1 as Float).bitPattern, count: 16))
        let loop: Label
        if set == .avx512 {
            a.vbroadcastss(.zmm(17), two)
            a.vxorps(.zmm(18), .zmm(18), .zmm(18))
            loop = a.makeBoundLabel()
            a.vmovups(.zmm(0), Memory(.rdi))
            a.vcmpps(.k1, .zmm(18), .zmm(0), predicate: .lessOrdered)
            a.vfmadd213ps(.zmm(0), .zmm(17), one.broadcast, mask: .k1)
            a.vmovups(Memory(.rdi), .zmm(0))
            a.add(.rdi, 64)
        } else {
            a.vbroadcastss(.ymm(9), two)
            a.vxorps(.ymm(10), .ymm(10), .ymm(10))
            loop = a.makeBoundLabel()
            a.vmovups(.ymm(0), Memory(.rdi))
            a.vcmpps(.ymm(1), .ymm(10), .ymm(0), predicate: .lessOrdered)
            a.vmovaps(.ymm(2), .ymm(0))
            a.vfmadd213ps(.ymm(2), .ymm(9), ones)
            a.vblendvps(.ymm(0), .ymm(0), .ymm(2), .ymm(1))
            a.vmovups(Memory(.rdi), .ymm(0))
            a.add(.rdi, 32)
        }
        a.cmp(.rdi, .rsi)
        a.jump(if: .below, to: loop)
        a.vzeroupper()
        a.ret()
        let code = try ExecutableMemory(try a.finish())
        // What lies behind the array stays as it was.
        let before = (0..<count + 16).map { _ in random.float(in: -2...2) }
        var after = before
        after.withUnsafeMutableBytes { bytes in
            let start = Int(bitPattern: bytes.baseAddress!)
            code(start, start + count * 4)
        }
        for (number, (x, y)) in zip(before, after).enumerated() {
            #expect(y == (number < count && x > 0 ? x * 2 + 1 : x))
        }
    }
}
