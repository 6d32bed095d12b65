import GannetCompiler
import GannetGraph

/// A ``RowChainPlan`` made ready to run.
///
/// Threads share out blocks of rows. The results have the same bits as those of the calls run one by one.
final class RowChain: Sendable {
    /// A kernel of the chain, and where a thread's memory has what it works with. Blocks are so small that counting references
    /// to the kernels would be felt.
    private final class Link: Sendable {
        let kernel: any RowKernel
        let scratch: Int
        let firstInput: Int
        let firstOutput: Int

        init(kernel: any RowKernel, scratch: Int, firstInput: Int, firstOutput: Int) {
            self.kernel = kernel
            self.scratch = scratch
            self.firstInput = firstInput
            self.firstOutput = firstOutput
        }

        func begin(_ scratch: UnsafeMutableRawPointer, _ table: UnsafePointer<UnsafeMutableRawPointer>) {
            kernel.begin(
                scratch + self.scratch,
                KernelBuffers(inputs: table + firstInput, outputs: table + firstOutput))
        }

        func run(_ rows: Range<Int>, of count: Int, _ scratch: UnsafeMutableRawPointer) {
            kernel.run(parts: rows, of: count, scratch + self.scratch)
        }
    }

    /// An address that changes from block to block: that of a local value's rows.
    private struct LocalAddress: BitwiseCopyable, Sendable {
        /// Which of the chain's addresses it is.
        var index: Int
        /// Where a thread's memory has the rows.
        var home: Int
        var rowByteCount: Int
    }

    /// The calls.
    let calls: Range<Int>
    private let rowCount: Int
    private let blockRows: Int
    private let links: [Link]
    private let linkAddresses: FrozenArray<UnsafeRawPointer>
    private let streams: FrozenArray<RowChainPlan.Stream>
    private let fetch: FetchCode?
    private let firstAddress: Int
    private let addressCount: Int
    private let locals: FrozenArray<LocalAddress>
    private let scratchByteCount: Int
    private let cost: Int

    /// What the rows of a block should have at most.
    private static let blockByteCount = 48 << 10
    /// As much is fetched at a time; the processor would wait with more.
    private static let mostFetched = 8 << 10

    /// Prepares `plan`.
    ///
    /// - Parameters:
    ///   - kernels: Those of the calls.
    ///   - firstAddress: Which of a program's addresses is that of the first input of the first call; those of the outputs
    ///     and of the other calls follow.
    ///   - fetch: What asks for memory before it is needed.
    init(_ plan: RowChainPlan, kernels: [any RowKernel], firstAddress: Int, fetch: FetchCode?) {
        calls = plan.calls
        rowCount = plan.rowCount
        blockRows = max(min(Self.blockByteCount / max(plan.rowByteCount, 1), plan.rowCount), 1)
        self.firstAddress = firstAddress
        var layout = ScratchLayout()
        addressCount = zip(plan.inputs, plan.outputs).reduce(0) { $0 + $1.0.count + $1.1.count }
        _ = layout.append(addressCount * MemoryLayout<UnsafeMutableRawPointer>.stride)
        var links: [Link] = []
        var next = 0
        var sources: [RowChainPlan.Source] = []
        for (number, kernel) in kernels.enumerated() {
            let inputs = plan.inputs[number].count
            links.append(
                Link(
                    kernel: kernel, scratch: layout.append(kernel.scratchByteCount), firstInput: next,
                    firstOutput: next + inputs))
            next += inputs + plan.outputs[number].count
            sources += plan.inputs[number] + plan.outputs[number]
        }
        self.links = links
        linkAddresses = FrozenArray(links.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
        streams = FrozenArray(plan.streams)
        self.fetch = fetch
        let blockRows = blockRows
        // Vectors that begin inside may end outside.
        let homes = plan.localRowByteCounts.map { layout.append($0 * blockRows + 64) }
        locals = FrozenArray(
            sources.enumerated().compactMap { index, source in
                guard case .local(let value) = source else { return nil }
                return LocalAddress(
                    index: index, home: homes[value], rowByteCount: plan.localRowByteCounts[value])
            })
        scratchByteCount = layout.byteCount
        cost = kernels.reduce(0) { $0 + $1.cost }
    }

    /// Whether there are enough rows for so many threads.
    func isWorthIt(_ threads: ThreadPool) -> Bool {
        rowCount >= 4 * threads.threadCount || rowCount.isMultiple(of: threads.threadCount)
    }

    /// Runs the calls on a program's resolved addresses.
    func run(
        _ addresses: UnsafePointer<UnsafeMutableRawPointer>, _ threads: ThreadPool, _ workspace: Workspace
    ) {
        let mostPieces = 4 * threads.threadCount
        let blockRows = max(min(blockRows, rowCount / mostPieces), 1)
        let blocks = (rowCount + blockRows - 1) / blockRows
        let pieces = WorkDivision.pieces(of: blocks, cost: cost, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            let scratch = workspace.scratch(scratchByteCount)
            let table = scratch.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
            table.initialize(from: addresses + firstAddress, count: addressCount)
            for link in links { link.begin(scratch, table) }
            let blockRange = WorkDivision.range(of: piece, pieces: pieces, count: blocks)
            for block in blockRange {
                let first = block * blockRows
                for index in 0..<locals.count {
                    let local = locals.base[index]
                    table[local.index] = scratch + local.home - first * local.rowByteCount
                }
                let rows = first..<min(first + blockRows, rowCount)
                for index in 0..<linkAddresses.count {
                    if block + 1 < blockRange.upperBound {
                        fetch(
                            part: index, of: rows.upperBound..<min(rows.upperBound + blockRows, rowCount),
                            table)
                    }
                    Unmanaged<Link>.fromOpaque(linkAddresses.base[index])._withUnsafeGuaranteedRef {
                        $0.run(rows, of: rowCount, scratch)
                    }
                }
            }
        }
    }

    /// Asks for a part of the rows of the next block, as many parts as there are kernels: so memory is at work while a
    /// kernel computes.
    @inline(__always)
    private func fetch(part: Int, of rows: Range<Int>, _ table: UnsafePointer<UnsafeMutableRawPointer>) {
        guard let fetch else { return }
        for index in 0..<streams.count {
            let stream = streams.base + index
            let size = rows.count * stream.pointee.rowByteCount
            let range = WorkDivision.range(of: part, pieces: linkAddresses.count, count: size)
            fetch.fetch(
                table[stream.pointee.buffer] + rows.lowerBound * stream.pointee.rowByteCount
                    + range.lowerBound,
                byteCount: min(range.count, Self.mostFetched), isWritten: stream.pointee.isWritten)
        }
    }
}
