import GannetCompiler
import GannetGraph

/// A step of a diffusion process in one pass: the noise of a block is made where it is used.
final class NoiseStepKernel: PreparedKernel {
    private let noise: Kernel.NoiseStep
    private let cost: Int

    /// A multiple of the sixty-four words that are made at a time.
    private static let blockLength = 1024

    /// Prepares `noise`.
    init(_ noise: Kernel.NoiseStep) {
        self.noise = noise
        cost = (noise.step.isNoisy ? 24 : 1) + (noise.step.hasPrediction ? 6 : 3)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        let count = noise.batch * noise.count
        let blocks = (count + Self.blockLength - 1) / Self.blockLength
        if blocks == 0 { return }
        let pieces = WorkDivision.pieces(of: blocks, cost: cost * count, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            let words = workspace.scratch(Self.blockLength * 4).assumingMemoryBound(to: UInt32.self)
            for block in WorkDivision.range(of: piece, pieces: pieces, count: blocks) {
                let first = block * Self.blockLength
                compute(first..<min(first + Self.blockLength, count), buffers, words)
            }
        }
    }

    /// Computes a block; `words` has room for its noise.
    private func compute(
        _ range: Range<Int>, _ buffers: KernelBuffers, _ words: UnsafeMutablePointer<UInt32>
    ) {
        let step = noise.step
        let coefficientInput = step.hasPrediction ? 2 : 1
        if step.isNoisy {
            let key = buffers.inputs[coefficientInput + 1].loadUnaligned(as: SIMD4<UInt32>.self)
            PhiloxWords.fill(words, from: range.lowerBound, count: range.count, key: key)
            NormalLoop.run(range.count, words, words, 32)
        }
        let table = buffers.inputs[coefficientInput].assumingMemoryBound(to: Float.self)
        var start = range.lowerBound
        while start < range.upperBound {
            let image = start / noise.count
            let end = min((image + 1) * noise.count, range.upperBound)
            let run = Run(
                x: buffers.inputs[0] + start * 4, m: buffers.inputs[step.hasPrediction ? 1 : 0] + start * 4,
                z: UnsafeRawPointer(words + (start - range.lowerBound)), y: buffers.outputs[0] + start * 4,
                count: end - start)
            compute(run, table + image * step.coefficientCount)
            start = end
        }
    }

    /// Neighbouring elements of one image.
    private struct Run {
        var x: UnsafeMutableRawPointer
        var m: UnsafeMutableRawPointer
        var z: UnsafeRawPointer
        var y: UnsafeMutableRawPointer
        var count: Int

        /// Writes f(x, m, z), eight lanes at a time; nothing beyond the last element is read or written.
        @inline(__always)
        func map(_ f: (Floats, Floats, Floats) -> Floats) {
            var at = 0
            while at + 32 <= count &* 4 {
                let value = f(
                    x.loadUnaligned(fromByteOffset: at, as: Floats.self),
                    m.loadUnaligned(fromByteOffset: at, as: Floats.self),
                    z.loadUnaligned(fromByteOffset: at, as: Floats.self))
                y.storeBytes(of: value, toByteOffset: at, as: Floats.self)
                at &+= 32
            }
            while at < count &* 4 {
                let value = f(
                    Floats(repeating: x.loadUnaligned(fromByteOffset: at, as: Float.self)),
                    Floats(repeating: m.loadUnaligned(fromByteOffset: at, as: Float.self)),
                    Floats(repeating: z.loadUnaligned(fromByteOffset: at, as: Float.self)))
                y.storeBytes(of: value[0], toByteOffset: at, as: Float.self)
                at &+= 4
            }
        }
    }

    private func compute(_ run: Run, _ table: UnsafePointer<Float>) {
        let (c0, c1) = (Floats(repeating: table[0]), Floats(repeating: table[1]))
        if !noise.step.hasPrediction {
            run.map { x, _, z in c0 * x + c1 * z }
            return
        }
        let (c2, c3, c4) = (
            Floats(repeating: table[2]), Floats(repeating: table[3]), Floats(repeating: table[4])
        )
        let (c5, c6) = (Floats(repeating: table[5]), Floats(repeating: table[6]))
        /// Without the noise.
        @inline(__always)
        func mean(_ x: Floats, _ m: Floats, isClipped: Bool) -> Floats {
            var h = c0 * x + c1 * m
            if isClipped { h = BlockFunctions.minimum(BlockFunctions.maximum(h, -c6), c6) }
            return c2 * h + c3 * x + c4 * m
        }
        switch (noise.step.isClipped, noise.step.isNoisy) {
        case (false, false): run.map { x, m, _ in mean(x, m, isClipped: false) }
        case (true, false): run.map { x, m, _ in mean(x, m, isClipped: true) }
        case (false, true): run.map { x, m, z in mean(x, m, isClipped: false) + c5 * z }
        case (true, true): run.map { x, m, z in mean(x, m, isClipped: true) + c5 * z }
        }
    }
}
