import GannetGraph

/// A program, and which tensor each output of each of its calls is: what a check compares with the reference.
public struct LoweredProgram: Sendable {
    /// The program.
    public let program: Program
    /// For each call the tensors that it writes.
    public let trace: [[Tensor]]
    /// The simplified graph's roots.
    public let roots: [Tensor]
}

/// Makes a program of a graph: simplify, decide what is stored, group into kernels, order, plan memory.
public enum Lowering {
    /// The program that computes `roots`.
    ///
    /// - Parameters:
    ///   - roots: What is wanted.
    ///   - leaves: The graph's leaves in the order in which the program takes them.
    ///   - limits: What the backend cannot exceed.
    ///   - updates: Outputs that replace inputs: for a root's number the number of the leaf whose buffer it may be
    ///     written into.
    public static func lower(
        _ roots: [Tensor], leaves: [Node], limits: BackendLimits = BackendLimits(), updates: [Int: Int] = [:]
    ) -> LoweredProgram {
        let roots = copyingRepeatedOutputs(Simplifier.simplify(roots))
        let plan = MaterializationPlan(roots: roots)
        let numbers = Dictionary(uniqueKeysWithValues: leaves.enumerated().map { (ObjectIdentifier($1), $0) })
        let context = ExpressionBuilder.Context(leafNumbers: numbers, plan: plan, limits: limits)
        let grouping = KernelGrouping(plan, limits: limits)
        let drafts = grouping.groups.map { KernelDraft($0, context: context) }
        let outputs = zip(roots, plan.rootBases).map { root, base in
            Program.Slot(shape: root.shape, scalarType: base.scalarType)
        }
        var planner = MemoryPlanner(
            drafts: drafts, groupOf: grouping.groupOf, rootBases: plan.rootBases, updates: updates)
        planner.plan()
        let inputs = leaves.map { Program.Slot(shape: $0.shape, scalarType: $0.scalarType) }
        return LoweredProgram(
            program: Program(
                inputs: inputs, outputs: outputs, arenaByteCount: planner.arenaByteCount,
                calls: planner.calls,
                donations: planner.donations), trace: planner.trace, roots: roots)
    }

    /// A kernel without an epilogue writes each result once; where several roots are such a result, all but the first
    /// become copies of it.
    private static func copyingRepeatedOutputs(_ roots: [Tensor]) -> [Tensor] {
        var seen = Set<ObjectIdentifier>()
        return roots.map { root in
            var node = root.node
            while case .reshape = node.operation { node = node.inputs[0].node }
            switch node.operation {
            case .scatterAdd, .cumulative, .sortingOrder, .noiseStep, .loopResult: break
            default: return root
            }
            if seen.insert(ObjectIdentifier(node)).inserted { return root }
            // A permutation that moves nothing is computed by a kernel of its own.
            let order = Array(0..<root.rank)
            return Tensor(
                Node(.permute(order: order), [root], shape: root.shape, scalarType: root.scalarType))
        }
    }
}
