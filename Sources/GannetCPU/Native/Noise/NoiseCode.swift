import GannetAssembler
import GannetGraph

/// Makes random words and normal numbers for native loops.
///
/// It has no references to count, and what it needs is there as long as the process is.
struct NoiseCode: BitwiseCopyable, Sendable {
    private let philox: PhiloxCode.Function
    private let normal: NormalCode.Function
    private let lanes: Int
    /// The coefficients of the normal transform, which the function reads.
    nonisolated(unsafe) private let coefficients: UnsafePointer<Float>

    /// How many more words than it is asked for there has to be room for.
    static let slack = 128

    /// Writes the functions for an instruction set, and sees whether they do what they should.
    init(_ instructionSet: InstructionSet) throws {
        var assembler = Assembler(instructionSet: instructionSet == .avx512 ? .avx512 : .avx2)
        PhiloxCode.write(&assembler)
        let offset = assembler.byteCount
        NormalCode.write(&assembler)
        let code = try MachineCode(try assembler.finish())
        _ = Unmanaged.passRetained(code)
        philox = code.function(as: PhiloxCode.Function.self)
        normal = code.function(at: offset, as: NormalCode.Function.self)
        lanes = instructionSet == .avx512 ? 16 : 8
        let table = FrozenArray(NormalTransform.coefficients)
        _ = Unmanaged.passRetained(table)
        coefficients = table.base
        if !isRight { throw WrongCode(kernel: "the noise of \(instructionSet.rawValue)") }
    }

    /// The `count` words from number `start` on, somewhere in `memory`.
    func words(
        _ memory: UnsafeMutableRawPointer, from start: Int, count: Int, key: SIMD4<UInt32>
    ) -> UnsafeMutableRawPointer {
        let skipped = start & 63
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: PhiloxCode.keyCount) { keys in
            var (k0, k1) = (key[0], key[1])
            for round in 0..<Philox.rounds {
                keys.initializeElement(at: 2 * round, to: k0)
                keys.initializeElement(at: 2 * round + 1, to: k1)
                k0 = k0 &+ Philox.keyIncrements.0
                k1 = k1 &+ Philox.keyIncrements.1
            }
            keys.initializeElement(at: 2 * Philox.rounds, to: key[2])
            keys.initializeElement(at: 2 * Philox.rounds + 1, to: key[3])
            let groups = (skipped + max(count, 1) + 63) / 64
            philox(memory, (start >> 6) << 4, groups, keys.baseAddress!)
        }
        return memory + skipped * 4
    }

    /// The normal numbers that the `count` words from number `start` on stand for, somewhere in `memory`.
    func normals(
        _ memory: UnsafeMutableRawPointer, from start: Int, count: Int, key: SIMD4<UInt32>
    ) -> UnsafeMutableRawPointer {
        let words = words(memory, from: start, count: count, key: key)
        transform(words, count: count)
        return words
    }

    /// Puts in the place of each word the normal number that it stands for; also of those that fill the last vector.
    func transform(_ words: UnsafeMutableRawPointer, count: Int) {
        normal(words, (max(count, 1) + lanes - 1) / lanes, coefficients)
    }

    /// Whether words and numbers have the bits that they should, at some places, with a carry between the halves of the
    /// counter among them.
    private var isRight: Bool {
        let key = SIMD4<UInt32>(0x1234_5678, 0x9ABC_DEF0, 0x0F1E_2D3C, 0x8000_0001)
        let memory = HostBuffer(byteCount: (512 + Self.slack) * 4)
        for start in [0, 61, 0x3_FFFF_FFC0, 0x1_2345_6780] {
            let words = words(memory.address, from: start, count: 200, key: key)
            for index in 0..<200 {
                let word = words.load(fromByteOffset: index * 4, as: UInt32.self)
                if word != Philox.word(UInt64(start + index), key: key) { return false }
            }
        }
        // All octaves, from both sides.
        var words = (0..<32 as Range<UInt32>).flatMap { bit in [0, 1, 2].map { (1 << bit) &- ($0 as UInt32) }
        }
        words += words.map { ~$0 }
        words += words.enumerated().map { UInt32($0.offset) &* 0x9E37_79B9 ^ $0.element }
        for (index, word) in words.enumerated() {
            memory.address.storeBytes(of: word, toByteOffset: index * 4, as: UInt32.self)
        }
        transform(memory.address, count: words.count)
        return words.indices.allSatisfy { index in
            memory.address.load(fromByteOffset: index * 4, as: UInt32.self)
                == NormalTransform.normal(words[index]).bitPattern
        }
    }
}
