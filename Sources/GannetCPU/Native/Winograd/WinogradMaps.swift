import GannetAssembler
import GannetCompiler

/// The maps of Winograd's minimal filtering in machine code, for all channels of a square at a time.
///
/// There are no references to count; the code is there as long as the process is.
struct WinogradMaps: Sendable {
    /// What is mapped.
    enum Kind: Int, CaseIterable, Sendable {
        case images, filters, products, resultGradients, filterGradients

        /// The map along one axis.
        var transform: WinogradTransform {
            switch self {
            case .images: .images
            case .filters: .filters
            case .products: .products
            case .resultGradients: .resultGradients
            case .filterGradients: .filterGradients
            }
        }
    }

    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    nonisolated(unsafe) private let functions: UnsafePointer<Function>
    nonisolated(unsafe) private let laneMasks: UnsafePointer<SIMD8<UInt32>>
    private let lanes: Int

    /// The memory that a map works in, aligned to a cache line.
    static var scratchByteCount: Int { WinogradCode.scratchByteCount }

    /// Writes the code for an instruction set, and sees whether it does what it should.
    init(_ instructionSet: InstructionSet) throws {
        var assembler = Assembler(instructionSet: instructionSet == .avx512 ? .avx512 : .avx2)
        let offsets = Kind.allCases.map { kind in
            assembler.align(to: 16)
            defer { WinogradCode.write(kind.transform, &assembler) }
            return assembler.byteCount
        }
        let code = try MachineCode(try assembler.finish())
        let functions = FrozenArray(offsets.map { code.function(at: $0, as: Function.self) })
        let laneMasks = FrozenArray(
            (0..<8).map { count in SIMD8<UInt32>((0..<8).map { $0 < count ? .max : 0 }) })
        for kept in [code, functions, laneMasks] as [AnyObject] { _ = Unmanaged.passRetained(kept) }
        (self.functions, self.laneMasks) = (functions.base, laneMasks.base)
        lanes = instructionSet == .avx512 ? 16 : 8
        if !Kind.allCases.allSatisfy(isRight) {
            throw WrongCode(kernel: "Winograd's convolution of \(instructionSet.rawValue)")
        }
    }

    /// Maps the squares of `channels` neighbouring channels.
    ///
    /// - Parameters:
    ///   - kind: What is mapped.
    ///   - sources: The addresses of a square's elements, row by row.
    ///   - sourceOffset: The bytes that are added to each.
    ///   - targets: The addresses of the new square's elements.
    ///   - targetOffset: The bytes that are added to each.
    ///   - channels: The number of channels.
    ///   - scratch: Memory of ``scratchByteCount`` bytes.
    @inline(__always)
    func map(
        _ kind: Kind, _ sources: UnsafePointer<Int>, offset sourceOffset: Int = 0,
        into targets: UnsafePointer<Int>, targetOffset: Int = 0, channels: Int,
        scratch: UnsafeMutableRawPointer
    ) {
        let rest = channels % lanes
        var arguments = WinogradCode.Arguments(
            sources: sources, sourceOffset: sourceOffset, targets: targets, targetOffset: targetOffset,
            count: channels / lanes, scratch: scratch, mask: (1 << rest) - 1, laneMask: laneMasks[rest & 7])
        functions[kind.rawValue](&arguments)
    }

    /// Whether a map gives the numbers of its portable form, up to the rounding of products that are added, and writes
    /// nothing else.
    private func isRight(_ kind: Kind) -> Bool {
        let map = kind.transform
        let (size, mapped) = (map.inputCount * map.inputCount, map.results.count * map.results.count)
        let background: Float = 0.5
        for channels in [1, lanes - 1, lanes, 2 * lanes + 5] {
            // A square after another, of rows that are some elements longer than what is mapped.
            let pitch = channels + 3
            let source = (0..<size * pitch).map { Float($0 * 7 % 23 - 11) }
            var target = [Float](repeating: background, count: mapped * pitch)
            source.withUnsafeBufferPointer { source in
                target.withUnsafeMutableBufferPointer { target in
                    let from = (0..<size).map { Int(bitPattern: source.baseAddress! + $0 * pitch) - 4 }
                    let to = (0..<mapped).map { Int(bitPattern: target.baseAddress! + $0 * pitch) - 8 }
                    let scratch = UnsafeMutableRawPointer.allocate(
                        byteCount: Self.scratchByteCount, alignment: 64)
                    defer { scratch.deallocate() }
                    self.map(
                        kind, from, offset: 4, into: to, targetOffset: 8, channels: channels, scratch: scratch
                    )
                }
            }
            for channel in 0..<pitch {
                let expected =
                    channel < channels
                    ? map.square((0..<size).map { source[$0 * pitch + channel] })
                    : [Float](repeating: background, count: mapped)
                let isNear = (0..<mapped).allSatisfy { place in
                    (target[place * pitch + channel] - expected[place]).magnitude
                        <= (channel < channels ? 1e-3 : 0)
                }
                if !isNear { return false }
            }
        }
        return true
    }
}
