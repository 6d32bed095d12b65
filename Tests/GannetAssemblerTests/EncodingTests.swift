import Foundation
import GannetAssembler
import GannetTestSupport
import Testing

/// Every form of every instruction with random operands, byte for byte against GNU's assembler.
@Suite struct EncodingTests {
    private static let samplesOfAForm = 80

    @Test(.enabled(if: GNUAssembler.isInstalled), arguments: InstructionSet.allCases)
    func bytesAreThoseOfGNU(_ set: InstructionSet) throws {
        var source = OperandSource(
            random: .announced(for: "Encodings of \(set)"), instructionSet: set)
        var (texts, codes, formCount): ([String], [[UInt8]], Int) = ([], [], 0)
        for form in FormTable.all.forms where form.isOfAVX2 || set == .avx512 {
            formCount += 1
            for _ in 0..<Self.samplesOfAForm {
                var operands = source.operands(form.traits)
                // A store has no zeros to write.
                let first = form.slots.first
                if first == .memory || first == .b && operands.isMemory { operands.zeroing = false }
                var assembler = Assembler(instructionSet: set)
                form.encode(&assembler, operands)
                texts.append(form.text(operands))
                codes.append(try assembler.finish())
            }
        }
        let expected = try GNUAssembler.encodings(of: texts)
        try #require(expected.count == texts.count)
        var failures: [String] = []
        for ((text, code), expected) in zip(zip(texts, codes), expected) where code != expected {
            failures.append("\(text): \(Self.hexadecimal(code)) instead of \(Self.hexadecimal(expected))")
        }
        print("\(set): \(formCount) forms, \(texts.count) encodings, \(failures.count) differ")
        #expect(failures.isEmpty, "\(failures.prefix(40).joined(separator: "\n"))")
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: " ")
    }
}
