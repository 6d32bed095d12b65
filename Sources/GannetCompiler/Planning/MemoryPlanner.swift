import GannetGraph

/// Puts kernels in order and gives every stored value a buffer: a program output, or a piece of the arena for as
/// long as it lives.
struct MemoryPlanner {
    private(set) var calls: [Program.Call] = []
    private(set) var trace: [[Tensor]] = []
    private(set) var donations: [Int?]
    var arenaByteCount: Int { arena.byteCount }

    private var drafts: [KernelDraft]
    private let groupOf: [ObjectIdentifier: Int]
    private let updates: [Int: Int]
    /// The program outputs that take a node's value.
    private var outputsOf: [ObjectIdentifier: [Int]] = [:]
    /// How many kernels that have not run yet read a value.
    private var readersLeft: [ObjectIdentifier: Int] = [:]
    private var places: [ObjectIdentifier: Program.BufferReference] = [:]
    private var arena = Arena()

    init(drafts: [KernelDraft], groupOf: [ObjectIdentifier: Int], rootBases: [Node], updates: [Int: Int]) {
        self.drafts = drafts
        self.groupOf = groupOf
        self.updates = updates
        donations = rootBases.map { _ in nil }
        for (output, base) in rootBases.enumerated() {
            outputsOf[ObjectIdentifier(base), default: []].append(output)
        }
        for draft in drafts {
            for case .value(let value) in draft.sources { readersLeft[value, default: 0] += 1 }
        }
    }

    mutating func plan() {
        let order = schedule()
        var lastReader: [Int: Int] = [:]
        for (position, draft) in order.enumerated() {
            for case .leaf(let leaf) in drafts[draft].sources { lastReader[leaf] = position }
        }
        for (position, draft) in order.enumerated() {
            emit(draft, isLastReader: { (lastReader[$0] ?? -1) <= position })
        }
    }

    /// An order in which every kernel runs after those it reads from, kernels that free more memory than they take as
    /// soon as may be, and kernels that replace inputs as late as may be, when others have read these.
    private func schedule() -> [Int] {
        let made = drafts.map { draft in
            draft.nodes.map { node in
                let isStored =
                    outputsOf[ObjectIdentifier(node)] == nil && readersLeft[ObjectIdentifier(node)] != nil
                return (value: ObjectIdentifier(node), byteCount: isStored ? node.byteCount : 0)
            }
        }
        var numbers: [ObjectIdentifier: Int] = [:]
        for value in made.joined() { numbers[value.value] = numbers.count }
        var byteCounts = [Int](repeating: 0, count: numbers.count)
        for value in made.joined() { byteCounts[numbers[value.value]!] = value.byteCount }
        let taken = made.map { $0.reduce(0) { $0 + $1.byteCount } }
        let read = drafts.map { draft in
            draft.sources.compactMap { if case .value(let value) = $0 { numbers[value]! } else { nil } }
        }
        var valueReaders = [[Int]](repeating: [], count: numbers.count)
        for (draft, values) in read.enumerated() {
            for value in values { valueReaders[value].append(draft) }
        }
        var unread = valueReaders.map(\.count)

        var readers = [[Int]](repeating: [], count: drafts.count)
        var waiting: [Int] = []
        for (index, draft) in drafts.enumerated() {
            let needed = Set(
                draft.sources.compactMap { if case .value(let value) = $0 { groupOf[value] } else { nil } })
            for other in needed { readers[other].append(index) }
            waiting.append(needed.count)
        }
        let isUpdate = drafts.map { draft in
            draft.nodes.contains { node in
                (outputsOf[ObjectIdentifier(node)] ?? []).contains { updates[$0] != nil }
            }
        }
        func rank(_ draft: Int) -> Int { (isUpdate[draft] ? drafts.count : 0) + draft }
        func freesMemory(_ draft: Int) -> Bool {
            let freed = read[draft].reduce(0) { $0 + (unread[$1] == 1 ? byteCounts[$1] : 0) }
            return !isUpdate[draft] && freed > taken[draft]
        }
        // What is in the second heap is in the first one, too.
        var (ready, readyAndFreeing) = (MinimumHeap(), MinimumHeap())
        var isEmitted = [Bool](repeating: false, count: drafts.count)
        func makeReady(_ draft: Int) {
            ready.insert(rank(draft))
            if freesMemory(draft) { readyAndFreeing.insert(draft) }
        }
        for draft in drafts.indices where waiting[draft] == 0 { makeReady(draft) }
        var order: [Int] = []
        while let next = readyAndFreeing.removeFirst() ?? ready.removeFirst() {
            let draft = next % drafts.count
            if isEmitted[draft] { continue }
            isEmitted[draft] = true
            order.append(draft)
            for value in read[draft] {
                unread[value] -= 1
                guard unread[value] == 1, byteCounts[value] > 0 else { continue }
                for last in valueReaders[value]
                where !isEmitted[last] && waiting[last] == 0 && freesMemory(last) {
                    readyAndFreeing.insert(last)
                }
            }
            for reader in readers[draft] {
                waiting[reader] -= 1
                if waiting[reader] == 0 { makeReady(reader) }
            }
        }
        precondition(order.count == drafts.count, "kernels wait for each other")
        return order
    }

    private mutating func emit(_ index: Int, isLastReader: (Int) -> Bool) {
        let sources = drafts[index].sources
        var outputs: [Program.BufferReference] = []
        var outputTypes: [ScalarType] = []
        var written: [Tensor] = []
        var dying = sources.filter { source in
            guard case .value(let value) = source else { return false }
            return readersLeft[value] == 1
        }
        for node in drafts[index].nodes {
            let key = ObjectIdentifier(node)
            var targets: [Program.BufferReference] = (outputsOf[key] ?? []).map { .output($0) }
            if targets.isEmpty {
                if readersLeft[key, default: 0] == 0 { continue }
                targets = [.arena(offset: place(node, in: drafts[index], &dying), byteCount: node.byteCount)]
            }
            places[key] = targets[0]
            for target in targets {
                drafts[index].store(node, output: outputs.count)
                outputs.append(target)
                outputTypes.append(node.scalarType)
                written.append(Tensor(node))
                if case .output(let output) = target, let leaf = updates[output], isLastReader(leaf),
                    drafts[index].readsInPlace(.leaf(leaf)), !donations.contains(leaf)
                {
                    donations[output] = leaf
                }
            }
        }
        let inputs = sources.map { source -> Program.BufferReference in
            switch source {
            case .leaf(let leaf): .input(leaf)
            case .value(let value): places[value]!
            }
        }
        calls.append(
            Program.Call(
                kernel: drafts[index].kernel, inputs: inputs, inputTypes: drafts[index].sourceTypes,
                outputs: outputs,
                outputTypes: outputTypes, label: drafts[index].label))
        trace.append(written)
        for case .value(let value) in sources {
            readersLeft[value]! -= 1
            if readersLeft[value] == 0, case .arena(let offset, _) = places[value] { arena.release(offset) }
        }
    }

    /// A place in the arena: that of an input which nobody reads any more, where that is safe, or a free one.
    private mutating func place(
        _ node: Node, in draft: KernelDraft, _ dying: inout [ExpressionBuilder.Source]
    ) -> Int {
        if draft.isElementwise {
            for (position, source) in dying.enumerated() {
                guard case .value(let value) = source, draft.readsInPlace(source),
                    case .arena(let offset, node.byteCount) = places[value]
                else { continue }
                dying.remove(at: position)
                arena.share(offset)
                return offset
            }
        }
        return arena.allocate(byteCount: node.byteCount)
    }
}

extension Node {
    /// The size of the value in memory.
    fileprivate var byteCount: Int { shape.count * scalarType.byteCount }
}

/// A binary heap of numbers.
private struct MinimumHeap {
    private var elements: [Int] = []

    mutating func insert(_ element: Int) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0, elements[(child - 1) / 2] > elements[child] {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> Int? {
        guard let first = elements.first else { return nil }
        elements[0] = elements[elements.count - 1]
        elements.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < elements.count && elements[child] < elements[least] { least = child }
            if least == parent { return first }
            elements.swapAt(parent, least)
            parent = least
        }
    }
}
