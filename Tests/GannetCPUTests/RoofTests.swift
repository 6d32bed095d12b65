import GannetCPU
import Testing

@Suite("The rate of multiply-adds")
struct RoofTests {
    @Test(
        "is measured on every instruction set, and wider vectors do more", arguments: InstructionSet.available
    )
    func rate(_ set: InstructionSet) {
        let rate = CPUBackend(threads: 1, instructionSet: set).measureMultiplyAddRate()
        #expect(rate.isFinite && rate > 1e9)
        if set != .portable {
            let portable = CPUBackend(threads: 1, instructionSet: .portable).measureMultiplyAddRate()
            #expect(rate > portable, "\(rate) and \(portable) operations a second")
        }
    }

    @Test("a backend tells which instructions it uses", arguments: InstructionSet.available)
    func instructions(_ set: InstructionSet) {
        #expect(CPUBackend(threads: 1, instructionSet: set).instructionSet == set)
    }
}
