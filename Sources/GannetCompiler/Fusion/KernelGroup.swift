import GannetGraph

/// Values that one kernel computes: a head, if there is one, and element-wise values over the same index space.
struct KernelGroup {
    /// The reduction, contraction or scatter that the kernel is.
    var head: Node?
    /// The element-wise values, each after those it needs.
    var members: [Node] = []
    /// The index space of the results; members of other shapes with as many elements are walked in this one.
    let shape: Shape
    /// The groups whose stored values this one reads.
    var dependencies = Set<Int>()
    /// The instructions of all members, about.
    var size = 0

    /// The head and the members.
    var nodes: [Node] { (head.map { [$0] } ?? []) + members }
}

/// Gathers values into kernels: a value joins the kernel of one that it is computed from, or one beside it, when it
/// walks over the same indices and no kernel would come to wait for itself.
struct KernelGrouping {
    private(set) var groups: [KernelGroup] = []
    /// The group that computes each value.
    private(set) var groupOf: [ObjectIdentifier: Int] = [:]
    private let plan: MaterializationPlan
    private let limits: BackendLimits
    /// The leaves that each group reads.
    private var leavesOf: [Int: Set<ObjectIdentifier>] = [:]

    init(_ plan: MaterializationPlan, limits: BackendLimits) {
        self.plan = plan
        self.limits = limits
        for node in plan.order where plan.isValue(node) { place(node) }
    }

    /// A value that another is computed from.
    private struct Dependency {
        var node: Node
        /// Whether it is needed at the very index that is computed.
        var isAligned: Bool
    }

    /// The values and leaves that computing `node` reads.
    private func dependencies(of node: Node) -> (
        values: [Dependency], leaves: Set<ObjectIdentifier>, size: Int
    ) {
        var values: [Dependency] = []
        var leaves = Set<ObjectIdentifier>()
        var (visited, visitedAligned) = (Set<ObjectIdentifier>(), Set<ObjectIdentifier>())
        var size = 0
        var stack: [(node: Node, isAligned: Bool)] = []
        func visitInputs(of node: Node, isAligned: Bool) {
            size += 1
            let keepsPlace =
                switch node.operation {
                case .unary, .binary, .select, .cast, .reshape: isAligned
                default: false
                }
            for input in node.inputs { stack.append((input.node, keepsPlace)) }
        }
        visitInputs(of: node, isAligned: true)
        while let (next, isAligned) = stack.popLast() {
            let key = ObjectIdentifier(next)
            let isNew = isAligned ? visitedAligned.insert(key).inserted : visited.insert(key).inserted
            if !isNew { continue }
            if plan.isValue(next) {
                values.append(Dependency(node: next, isAligned: isAligned))
            } else if next.isInput {
                leaves.insert(ObjectIdentifier(next))
            } else {
                visitInputs(of: next, isAligned: isAligned)
            }
        }
        return (values, leaves, size)
    }

    private mutating func place(_ node: Node) {
        let (values, leaves, size) = dependencies(of: node)
        let needed = Set(values.map { groupOf[ObjectIdentifier($0.node)]! })
        var home: Int?
        if case .loopResult = node.operation {
            let loop = node.inputs[0].node
            home = groupOf[ObjectIdentifier(loop)]
            if home == nil {
                home = groups.count
                groups.append(KernelGroup(head: loop, shape: loop.shape))
                groupOf[ObjectIdentifier(loop)] = home
            }
        } else if !node.isHead {
            let misaligned = Set(values.filter { !$0.isAligned }.map { groupOf[ObjectIdentifier($0.node)]! })
            let parents = Set(values.filter(\.isAligned).map { groupOf[ObjectIdentifier($0.node)]! })
            let beside = groups.indices.suffix(8).filter {
                !parents.contains($0) && sharesInputs(groups[$0], needed: needed, leaves: leaves)
            }
            // The latest first: what it waits for is the most, so that the fewest kernels are kept from it.
            for candidate in parents.sorted(by: >) + beside.reversed()
            where canJoin(
                candidate, count: node.shape.count, size: size, needed: needed, misaligned: misaligned)
            {
                home = candidate
                break
            }
        }
        let group = home ?? groups.count
        if home == nil {
            groups.append(KernelGroup(head: node.isHead ? node : nil, shape: node.shape))
        }
        if !node.isHead { groups[group].members.append(node) }
        groups[group].size += size
        groups[group].dependencies.formUnion(needed.subtracting([group]))
        groupOf[ObjectIdentifier(node)] = group
        leavesOf[group, default: []].formUnion(leaves)
    }

    /// Whether a kernel reads something that a value would read too.
    private func sharesInputs(_ group: KernelGroup, needed: Set<Int>, leaves: Set<ObjectIdentifier>) -> Bool {
        guard group.head == nil, let number = groupOf[ObjectIdentifier(group.members[0])] else {
            return false
        }
        return !group.dependencies.isDisjoint(with: needed)
            || !(leavesOf[number] ?? []).isDisjoint(with: leaves)
    }

    private func canJoin(
        _ candidate: Int, count: Int, size: Int, needed: Set<Int>, misaligned: Set<Int>
    ) -> Bool {
        let group = groups[candidate]
        if let head = group.head, !head.hasEpilogue { return false }
        guard group.shape.count == count, !misaligned.contains(candidate) else { return false }
        guard group.size + size <= limits.instructionsPerKernel / 2 else { return false }
        let buffers = (leavesOf[candidate]?.count ?? 0) + group.dependencies.count + 2 * group.members.count
        guard buffers + needed.count + 2 <= limits.buffersPerKernel else { return false }
        return needed.allSatisfy { $0 == candidate || !reaches(from: $0, candidate) }
    }

    /// Whether `group` waits, through others, for `target`.
    private func reaches(from group: Int, _ target: Int) -> Bool {
        var visited = Set<Int>()
        var stack = [group]
        while let next = stack.popLast() {
            if next == target { return true }
            if visited.insert(next).inserted { stack.append(contentsOf: groups[next].dependencies) }
        }
        return false
    }
}
