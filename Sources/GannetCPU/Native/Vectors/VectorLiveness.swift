/// Which operations of a ``VectorProgram`` are needed, and when each value is used next.
struct VectorLiveness {
    /// A use that never comes.
    static let never = Int.max

    /// Whether a store needs the operation.
    private(set) var isNeeded: [Bool]
    /// For each operand of each operation, three of each, the next operation that uses the same value.
    private(set) var following: [Int]
    /// The first operation that uses each value.
    private(set) var first: [Int]
    /// How often each value is used; twice as much where it has to be in a register.
    private(set) var weight: [Int]
    /// The most vectors that are alive at a time, without those that are the same in all vectors.
    private(set) var mostVectors = 0

    init(_ program: VectorProgram) {
        let instructions = program.instructions
        let count = instructions.count
        isNeeded = instructions.map(\.operation.isStore)
        following = [Int](repeating: Self.never, count: 3 * count)
        first = [Int](repeating: Self.never, count: count)
        weight = [Int](repeating: 0, count: count)
        func isVector(_ value: Int) -> Bool {
            let operation = instructions[value].operation
            return !operation.isUniform && !operation.isStore && !(program.hasMasks && operation.givesMask)
        }
        var alive = 0
        for number in instructions.indices.reversed() where isNeeded[number] {
            let instruction = instructions[number]
            if first[number] != Self.never, isVector(number) { alive -= 1 }
            for place in 0..<3 where instruction.operand(place) >= 0 {
                isNeeded[instruction.operand(place)] = true
                following[3 * number + place] = first[instruction.operand(place)]
            }
            // Only now: an operand that occurs twice has the same next use in both places.
            for place in 0..<3 where instruction.operand(place) >= 0 {
                let value = instruction.operand(place)
                if first[value] == Self.never, isVector(value) { alive += 1 }
                first[value] = number
                let operation = instruction.operation
                let isInMemory =
                    operation.isFused
                    ? place > 0 : (operation == .select || operation.takesMemory) && place == 1
                weight[value] += isInMemory ? 1 : 2
            }
            mostVectors = max(mostVectors, alive)
        }
    }
}
