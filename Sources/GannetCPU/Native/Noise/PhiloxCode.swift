import GannetAssembler
import GannetGraph

/// Writes the function that makes groups of sixty-four words of a Philox stream (see ``GannetGraph/Philox``).
///
/// A product takes the lower halves of 64-bit lanes, so each vector holds one word of every second block, in the lower
/// halves; the upper ones hold anything. What a product gives is the next second word as it is, and shuffled the next
/// first one but for the keys: nothing has to be moved together before the blocks are done.
struct PhiloxCode {
    /// The function. `keys` has the two keys of each round, then the upper half of the counter.
    typealias Function =
        @convention(c) @Sendable (
            _ words: UnsafeMutableRawPointer, _ firstBlock: Int, _ groupCount: Int,
            _ keys: UnsafePointer<UInt32>
        ) -> Void

    /// The number of words at `keys`.
    static let keyCount = 2 * Philox.rounds + 2

    /// The registers of a chain of blocks: their four words, and two that are free.
    private struct Chain {
        var x: [Int]
        var free: [Int]
    }

    private let usesMasks: Bool
    private func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
    private static let (words, block, count, keys) = (
        GeneralRegister.rdi, GeneralRegister.rsi, GeneralRegister.rdx, GeneralRegister.rcx
    )
    private static let upper = GeneralRegister.rax
    private static let (multiplier0, multiplier1, roundKey) = (12, 13, 14)

    /// Appends the function.
    static func write(_ code: inout Assembler) {
        PhiloxCode(usesMasks: code.instructionSet == .avx512).write(&code)
    }

    private func write(_ code: inout Assembler) {
        spread(&code, Philox.multipliers.0, to: Self.multiplier0)
        spread(&code, Philox.multipliers.1, to: Self.multiplier1)
        if usesMasks {
            code.mov(Self.upper, 0xAAAA)
            code.kmovw(.k1, Self.upper)
        }
        let loop = code.makeBoundLabel()
        // Sixteen blocks are in a group, a vector of each word's even and odd ones has as many as lanes.
        for part in 0..<(usesMasks ? 1 : 2) { writePart(&code, part) }
        code.add(Self.words, 256)
        code.add(Self.block, 16)
        code.sub(Self.count, 1)
        code.jump(if: .notEqual, to: loop)
        code.vzeroupper()
        code.ret()
    }

    private func spread(_ code: inout Assembler, _ word: UInt32, to register: Int) {
        code.vpbroadcastd(vector(register), code.constant(word))
    }

    private func writePart(_ code: inout Assembler, _ part: Int) {
        var chains = [Chain(x: [0, 1, 2, 3], free: [4, 5]), Chain(x: [6, 7, 8, 9], free: [10, 11])]
        let lanes = usesMasks ? 16 : 8
        code.mov(Self.upper, Self.block)
        code.shr(Self.upper, 32)
        for (parity, chain) in chains.enumerated() {
            // The lowest four bits of the first block's number are 0.
            let numbers = (0..<lanes).map { UInt32($0 % 2 == 0 ? part * 8 + $0 + parity : 0) }
            broadcast(&code, Self.block, to: chain.x[0])
            code.vpor(vector(chain.x[0]), vector(chain.x[0]), code.constant(numbers))
            broadcast(&code, Self.upper, to: chain.x[1])
            code.vpbroadcastd(vector(chain.x[2]), Memory(Self.keys, 8 * Philox.rounds))
            code.vpbroadcastd(vector(chain.x[3]), Memory(Self.keys, 8 * Philox.rounds + 4))
        }
        for round in 0..<Philox.rounds { writeRound(&code, &chains, round) }
        for word in 0..<4 {
            let (even, odd) = (vector(chains[0].x[word]), vector(chains[1].x[word]))
            if usesMasks {
                code.vmovsldup(even, odd, mask: .k1)
            } else {
                code.vpsllq(odd, odd, 32)
                code.vpblendd(even, even, odd, 0xAA)
            }
            code.vmovups(Memory(Self.words, word * 64 + part * 32), even)
        }
    }

    /// Broadcasts the lower half of a general register.
    private func broadcast(_ code: inout Assembler, _ source: GeneralRegister, to register: Int) {
        if usesMasks {
            code.vpbroadcastd(vector(register), source)
        } else {
            code.vmovd(vector(register).resized(.x128), source)
            code.vpbroadcastd(vector(register), vector(register).resized(.x128))
        }
    }

    private func writeRound(_ code: inout Assembler, _ chains: inout [Chain], _ round: Int) {
        for index in chains.indices {
            let (x, free) = (chains[index].x, chains[index].free)
            code.vpmuludq(vector(free[0]), vector(x[0]), vector(Self.multiplier0))
            code.vpmuludq(vector(free[1]), vector(x[2]), vector(Self.multiplier1))
            // The upper halves of the products.
            code.vpshufd(vector(x[0]), vector(free[1]), 0xF5)
            code.vpshufd(vector(x[2]), vector(free[0]), 0xF5)
        }
        for half in 0..<2 {
            let key = Memory(Self.keys, 8 * round + 4 * half)
            if !usesMasks { code.vpbroadcastd(vector(Self.roundKey), key) }
            for chain in chains {
                let (target, other) = (vector(chain.x[2 * half + 1]), vector(chain.x[2 * half]))
                if usesMasks {
                    code.vpternlogd(target, other, key.broadcast, 0x96)
                } else {
                    code.vpxor(target, target, other)
                    code.vpxor(target, target, vector(Self.roundKey))
                }
            }
        }
        for index in chains.indices {
            let (x, free) = (chains[index].x, chains[index].free)
            chains[index] = Chain(x: [x[1], free[1], x[3], free[0]], free: [x[0], x[2]])
        }
    }
}
