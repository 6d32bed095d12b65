import Foundation
import GannetGraph
import Testing

#if compiler(>=6.3)
    /// Mistakes in subscripts and equations stop with a message that says what is wrong, and with the caller's line.
    @Suite struct CompositeMisuseTests {
        struct Mistake: Sendable, CustomTestStringConvertible {
            let explanation: String
            let run: @Sendable () -> Tensor
            var testDescription: String { explanation }
        }

        static let all: [Mistake] = [
            Mistake(explanation: "index 3 is not in axis 0 of [3, 4]") { matrix[3] },
            Mistake(explanation: "index -5 is not in axis 1 of [3, 4]") { matrix[.all, -5] },
            Mistake(explanation: "the range 1..<4 is not in axis 0 of [3, 4]") { matrix[1..<4] },
            Mistake(explanation: "the range -2..<0 is not in axis 1 of [3, 4]") { matrix[.ellipsis, -2..<0] },
            Mistake(explanation: "3 indices for a tensor of shape [3, 4]") { matrix[0, 0, 0] },
            Mistake(explanation: "there is more than one ellipsis") { matrix[.ellipsis, 0, .ellipsis] },
            Mistake(explanation: "the step along axis 1 is 0") { matrix[.all, .strided(by: 0)] },
            Mistake(explanation: "indices are bool, not int32; the shape") { matrix[matrix .> 0] },
            Mistake(explanation: "indices are float32, not int32; cast them") { matrix[matrix] },
            Mistake(explanation: "the equation has 2 operands, and 1 were given") { einsum("ij,jk", matrix) },
            Mistake(explanation: "ijk for an operand of 2 axes") { einsum("ijk->i", matrix) },
            Mistake(explanation: "j is both 4 and 3 in operands of shapes [[3, 4], [3, 4]]") {
                einsum("ij,jk->ik", matrix, matrix)
            },
            Mistake(explanation: "no operand has the letter k of the result") { einsum("ij->ik", matrix) },
            Mistake(explanation: "the result repeats a letter") { einsum("ij->ii", matrix) },
            Mistake(explanation: "1 is not a letter") { einsum("i1->i", matrix) },
            Mistake(explanation: "operands are float32 and int32; cast one of them") {
                einsum("ij,i", matrix, .range(3))
            },
            Mistake(explanation: "axis 1 of [2, 0] has no elements") {
                Tensor.zeros([2, 0]).argmax(axis: 1)
            },
            Mistake(explanation: "tensors differ: float32 [3, 4] and int32 [3]") {
                .stack([matrix, .range(3)])
            },
            Mistake(explanation: "axis 1 of [3, 4] has no 3 equal parts") {
                matrix.split(into: 3, axis: 1)[0]
            },
        ]

        private static let matrix = Tensor.zeros([3, 4])

        @Test(arguments: all.indices)
        func stopsWithAMessage(_ number: Int) async throws {
            let result = await #expect(
                processExitsWith: .failure, observing: [\.standardErrorContent]
            ) { [number] in
                _ = CompositeMisuseTests.all[number].run()
            }
            let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
            #expect(message.contains(Self.all[number].explanation))
            #expect(message.contains("CompositeMisuseTests.swift:"))
        }
    }
#endif
