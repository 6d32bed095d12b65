import GannetAssembler
import GannetTestSupport
import Testing

/// Jumps: where they lead, and how long they are.
///
/// GNU's assembler makes forward jumps short afterwards where it can, and Gannet's does not: forward jumps are
/// compared with bytes that follow from the manual, and by running them.
@Suite struct LabelTests {
    @Test(.enabled(if: GNUAssembler.isInstalled)) func backwardJumpsAreThoseOfGNU() throws {
        // The edges of the short form: a jump of 2 bytes reaches 126 bytes back.
        for distance in [0, 1, 125, 126, 127, 128, 1000] {
            var a = Assembler(instructionSet: .avx2)
            var text = ""
            for condition in [nil] + Condition.allCases.map(Optional.some) {
                let label = a.makeBoundLabel()
                for _ in 0..<distance { a.nop() }
                let name = ".Lplace\(label.number)"
                text += "\(name):\n" + String(repeating: "nop\n", count: distance)
                if let condition {
                    a.jump(if: condition, to: label)
                    text += "j\(OperandText.suffix(condition)) \(name)\n"
                } else {
                    a.jump(to: label)
                    text += "jmp \(name)\n"
                }
            }
            let label = a.makeBoundLabel()
            a.call(label)
            text += ".Lcall: call .Lcall\n"
            #expect(try a.finish() == GNUAssembler.bytes(of: text), "over \(distance) bytes")
        }
    }

    @Test func forwardJumpsAreNear() throws {
        var a = Assembler(instructionSet: .avx2)
        let (first, second) = (a.makeLabel(), a.makeLabel())
        a.jump(to: first)
        a.jump(if: .less, to: second)
        a.call(first)
        a.bind(first)
        a.nop()
        a.bind(second)
        a.ret()
        let expected: [UInt8] = [
            0xE9, 11, 0, 0, 0, 0x0F, 0x8C, 6, 0, 0, 0, 0xE8, 0, 0, 0, 0, 0x90, 0xC3,
        ]
        #expect(try a.finish() == expected)
    }

    @Test(.enabled(if: ExecutableMemory.canRun)) func alignmentDoesNothing() throws {
        for count in 0..<64 {
            for alignment in [1, 2, 16, 64] {
                var a = Assembler(instructionSet: .avx2)
                a.mov(.rax, .rdi)
                for _ in 0..<count { a.nop() }
                a.align(to: alignment)
                #expect(a.byteCount % alignment == 0 && a.byteCount < 3 + count + alignment)
                a.ret()
                #expect(try ExecutableMemory(try a.finish())(count) == count)
            }
        }
    }

    @Test func unboundLabelsAreErrors() throws {
        var a = Assembler(instructionSet: .avx2)
        _ = a.makeLabel()
        let label = a.makeLabel()
        #expect(throws: Never.self) { try a.finish() }
        a.jump(to: label)
        #expect(throws: AssemblerError.unboundLabel(1)) { try a.finish() }
        a.bind(label)
        #expect(try a.finish() == [0xE9, 0, 0, 0, 0])
    }

    /// Each condition, after a comparison, leads where Swift's operator says, forward and back, near and far.
    @Test(.enabled(if: ExecutableMemory.canRun), arguments: [0, 200])
    func conditionsMeanWhatTheySay(_ distance: Int) throws {
        let meanings: [(Condition, (Int, Int) -> Bool)] = [
            (.equal, { $0 == $1 }), (.notEqual, { $0 != $1 }), (.less, { $0 < $1 }),
            (.greaterOrEqual, { $0 >= $1 }), (.greater, { $0 > $1 }), (.lessOrEqual, { $0 <= $1 }),
            (.below, { UInt(bitPattern: $0) < UInt(bitPattern: $1) }),
            (.aboveOrEqual, { UInt(bitPattern: $0) >= UInt(bitPattern: $1) }),
            (.above, { UInt(bitPattern: $0) > UInt(bitPattern: $1) }),
            (.belowOrEqual, { UInt(bitPattern: $0) <= UInt(bitPattern: $1) }),
            (.sign, { $0 &- $1 < 0 }), (.notSign, { $0 &- $1 >= 0 }),
            (.overflow, { $0.subtractingReportingOverflow($1).overflow }),
            (.notOverflow, { !$0.subtractingReportingOverflow($1).overflow }),
            (.parity, { (($0 &- $1) & 0xFF).nonzeroBitCount % 2 == 0 }),
            (.notParity, { (($0 &- $1) & 0xFF).nonzeroBitCount % 2 == 1 }),
        ]
        #expect(meanings.count == Condition.allCases.count)
        let numbers = [0, 1, -1, 2, 300, .min, .max]
        for (condition, meaning) in meanings {
            var a = Assembler(instructionSet: .avx2)
            let (start, taken) = (a.makeLabel(), a.makeLabel())
            a.jump(to: start)
            let back = a.makeBoundLabel()
            a.mov(.rax, 1)
            a.ret()
            for _ in 0..<distance { a.int3() }
            a.bind(start)
            a.cmp(.rdi, .rsi)
            a.jump(if: condition, to: taken)
            a.mov(.rax, 0)
            a.ret()
            for _ in 0..<distance { a.int3() }
            a.bind(taken)
            a.cmp(.rdi, .rsi)
            a.jump(if: condition, to: back)
            a.int3()
            let code = try ExecutableMemory(try a.finish())
            for x in numbers {
                for y in numbers { #expect(code(x, y) == (meaning(x, y) ? 1 : 0), "\(x) \(condition) \(y)") }
            }
        }
    }
}
