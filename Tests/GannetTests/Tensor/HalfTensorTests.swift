import Gannet
import GannetCompiler
import GannetTestSupport
import Testing

/// Tensors of 16-bit numbers on devices: their bits, their memory, and models that are stored in them.
@Suite struct HalfTensorTests {
    private static let types: [ScalarType] = [.float16, .bfloat16]

    private static func bits(_ tensor: Tensor, on device: Device) throws -> [UInt16] {
        try tensor.withBytes(on: device) { Array($0.bindMemory(to: UInt16.self)) }
    }

    private static func leaf(_ bits: [UInt16], _ type: ScalarType) -> Tensor {
        bits.withUnsafeBytes { Tensor(copying: $0, shape: [bits.count], scalarType: type) }
    }

    /// All 65,536 numbers are moved, and go through a register's `float32` and back, with their bits.
    @Test(arguments: TestDevices.everyStyle)
    func everyNumberKeepsItsBits(_ device: Device) throws {
        let all = Array(UInt16.min...UInt16.max)
        for type in Self.types {
            let x = Self.leaf(all, type)
            let moved = try Self.bits(x.slice(1..<65_536, axis: 0), on: device)
            #expect(moved == Array(all.dropFirst()), "\(type)")
            let single = try x.cast(to: .float32).evaluated(on: device)
            let floats = try single.array(of: Float.self, on: device)
            let exact = all.map {
                type == .float16 ? HalfBits.float(float16: $0) : HalfBits.float(bfloat16: $0)
            }
            #expect(zip(floats, exact).allSatisfy { $0.bitPattern == $1.bitPattern }, "\(type)")
            let back = try Self.bits(single.cast(to: type), on: device)
            #expect(zip(back, zip(all, exact)).allSatisfy { $0 == $1.0 || $1.1.isNaN }, "\(type)")
        }
    }

    /// A million words are rounded to the bits that are defined, stored or not, NaN included.
    @Test(arguments: TestDevices.everyStyle)
    func roundingHasTheSameBitsEverywhere(_ device: Device) throws {
        var generator = SeededGenerator.announced(for: "words as halves on \(device.name)")
        var words = (0..<1_000_000).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
        for bits in stride(from: UInt32(0x3300_0000), to: 0x3880_2000, by: 0x1000) {
            words += [bits - 1, bits, bits + 1]
        }
        for bits in stride(from: UInt32(0x4770_0000), to: 0x4790_0000, by: 0x1000) {
            words += [bits - 1, bits, bits + 1]
        }
        let floats = words.map { Float(bitPattern: $0) }
        let x = Tensor(floats)
        for type in Self.types {
            let rounded = x.cast(to: type)
            let stored = try Self.bits(rounded, on: device)
            #expect(
                zip(stored, floats).allSatisfy {
                    $0 == UInt16(Literal(type: .float32, bits: $1.bitPattern).half(type))
                },
                "\(type)")
            let kept = try rounded.cast(to: .float32).array(of: Float.self, on: device)
            #expect(
                zip(kept, floats).allSatisfy { $0.bitPattern == HalfBits.rounded($1, to: type).bitPattern },
                "\(type) in a register")
        }
    }

    @Test func arraysGoInAndOut() throws {
        let brains: [BFloat16] = [1, -2.5, .infinity, 0x1p-130]
        #expect(try Tensor(brains).array(on: .cpu) == brains)
        #expect(
            try Tensor(brains, shape: [2, 2]).transposed().array(on: .cpu) == [1, .infinity, -2.5, 0x1p-130]
                as [BFloat16])
        #expect(try Tensor(1.5 as BFloat16).scalar(on: .cpu) == 1.5)
        Device.with(.cpu) {
            #expect("\(Tensor([1, 0.5] as [BFloat16]))" == "bfloat16 [2]: 1.0, 0.5")
        }
        #if !(os(macOS) && arch(x86_64))
            let halves: [Float16] = [1, -2.5, .infinity, 0x1p-24]
            #expect(try Tensor(halves).array(on: .cpu) == halves)
            #expect(
                try Tensor([0.1, 70_000] as [Float]).cast(to: .float16).array(on: .cpu) == [0.1, .infinity]
                    as [Float16])
            #expect(
                try (Tensor.full(0.1 as Float16, shape: [2]) * 2).array(on: .cpu) == [
                    2 * Float(0.1 as Float16), 2 * Float(0.1 as Float16),
                ])
        #endif
    }

    /// What several kernels read is stored in two bytes, and read as such.
    @Test func sharedValuesTakeTwoBytes() throws {
        let x = Tensor((0..<4096).map { Float($0) * 0.01 }, shape: [64, 64])
        let half = x.exp().sin().tanh().sin().cos().cast(to: .bfloat16)
        let roots = [half.sum(axes: [0]), (half * 2).sum(axes: [1]), half.transposed().exp()]
        let (_, leaves) = GraphSignature.of(roots)
        let program = Lowering.lower(roots, leaves: leaves).program
        let stored = program.calls.flatMap { zip($0.outputs, $0.outputTypes) }.filter {
            if case .arena = $0.0 { true } else { false }
        }
        #expect(stored.map(\.1) == [.bfloat16])
        #expect(program.arenaByteCount == 8192)
    }

    @Test(arguments: TestDevices.all)
    func parametersMayBeStoredInHalves(_ device: Device) throws {
        struct Line: Module {
            let slope = Parameter(Tensor([1, 2] as [BFloat16]))
            let offset = Parameter(Tensor(0.5 as Float))
        }
        let line = Line()
        let optimizer = SGD(for: line, learningRate: 0.125, momentum: 0.5)
        let x = Tensor([3, -1] as [Float])
        for _ in 0..<3 {
            try optimizer.update(
                minimizing: ((line.slope.value * x).sum() + line.offset.value).squared(), on: device)
        }
        #expect(line.slope.value.scalarType == .bfloat16)
        #expect(try line.slope.value.array(of: BFloat16.self, on: device).allSatisfy(\.isFinite))
        let first = Line()
        try SGD(for: first, learningRate: 0.125).update(
            minimizing: ((first.slope.value * x).sum() + first.offset.value).squared(), on: device)
        #expect(try first.slope.value.array(on: device) == [-0.125, 2.375] as [BFloat16])
    }

    /// The weights that a model reads follow the master weights, which keep what `bfloat16` would lose.
    @Test func masterWeightsKeepSmallSteps() throws {
        struct Model: Module { let weight = Parameter(Tensor([1] as [Float])) }
        let model = Model()
        let optimizer = SGD(for: model, learningRate: 0x1p-12)
        for _ in 0..<64 {
            try optimizer.update(minimizing: -model.weight.value.cast(to: .bfloat16).sum(), on: .cpu)
        }
        #expect(try model.weight.value.array(on: .cpu) == [1 + 64 * 0x1p-12] as [Float])
        #expect(try model.weight.value.cast(to: .bfloat16).array(on: .cpu) == [1.015625] as [BFloat16])
    }

    @Test func checkpointsComeBackBitForBit() throws {
        struct Model: Module {
            let weight = Parameter(Tensor([1, -2.5, .nan, 0x1p-133] as [BFloat16]))
        }
        let saved = Checkpoint(tensors: Model().checkpointTensors())
        let read = try Checkpoint(decoding: saved.encoded())
        let model = Model()
        try model.load(read)
        #expect(try Self.bits(model.weight.value, on: .cpu) == [0x3F80, 0xC020, 0x7FC0, 1])
    }
}

extension Literal {
    /// The bits of the 16-bit number nearest to this one.
    fileprivate func half(_ type: ScalarType) -> UInt32 {
        UInt32(type == .float16 ? HalfBits.float16(floatValue) : HalfBits.bfloat16(floatValue))
    }
}
