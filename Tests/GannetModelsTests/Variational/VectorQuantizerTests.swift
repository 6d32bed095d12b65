import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Codebooks")
struct VectorQuantizerTests {
    private func codebook(
        _ learning: CodebookOptions.Learning, codes: [Float] = [0, 0, 1, 1, -1, 2], threshold: Float = 0
    ) -> VectorQuantizer {
        var random = RandomStream(seed: 1)
        let book = VectorQuantizer(
            CodebookOptions(
                count: codes.count / 2, features: 2, learning: learning, commitment: 0.25,
                revivalThreshold: threshold), random: &random)
        // Averages begin where the codes do, as of one vector each.
        for (path, parameter) in book.allParameters where path != "counts" {
            parameter.assign(Tensor(codes, shape: [codes.count / 2, 2]))
        }
        return book
    }

    private struct Holder: Module {
        let book: VectorQuantizer
        let z: Parameter
    }

    @Test(
        "Vectors become the nearest code, and the gradient goes straight through", arguments: TestDevices.all)
    func straightThrough(device: Device) throws {
        let book = codebook(.loss)
        let z = try Tensor([0.2, -0.1, 0.8, 1.3, -2, 2] as [Float], shape: [1, 3, 2]).evaluated(on: device)
        var noise = RandomStream(seed: 2)
        let result = book(z, noise: &noise)
        #expect(try result.numbers.array(of: Int32.self, on: device) == [0, 1, 2])
        let values = try result.values.array(of: Float.self, on: device)
        for (value, right) in zip(values, [0, 0, 1, 1, -1, 2] as [Float]) {
            #expect(abs(value - right) < 1e-6)
        }
        // d/dz of Σ w q(z) is w.
        let weights = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [1, 3, 2])
        let gradient = gradients(of: (result.values * weights).sum(), withRespectTo: [z])[0]
        #expect(try gradient.array(of: Float.self, on: device) == [1, 2, 3, 4, 5, 6])
        // Both terms are the mean squared distance; one moves codes, a quarter of the other vectors.
        let distance = (0.04 + 0.01 + 0.04 + 0.09 + 1 + 0) / 6.0
        #expect(abs(Double(try result.loss.scalar(on: device)) - 1.25 * distance) < 1e-5)
        let pull = try gradients(of: result.loss, withRespectTo: [z])[0].array(of: Float.self, on: device)
        #expect(abs(pull[0] - 0.25 * 2 * 0.2 / 6) < 1e-6)
        let move = try gradients(of: result.loss, withRespectTo: [book.codes.value])[0].array(
            of: Float.self, on: device)
        #expect(abs(move[0] + 2 * 0.2 / 6) < 1e-6)
    }

    @Test(
        "Averages follow the vectors of each code, and codes out of use come back", arguments: TestDevices.all
    )
    func movingAverages(device: Device) throws {
        for threshold in [0, 0.2] as [Float] {
            let holder = Holder(
                book: codebook(
                    .movingAverage(decay: 0.5), codes: [0, 0, 1, 1, 50, 50], threshold: threshold),
                z: Parameter(Tensor([0.2, 0, 0.1, 0.4, 1.5, 1] as [Float], shape: [3, 2])))
            let optimizer = SGD(for: holder, learningRate: 1e-20)
            func loss() -> Tensor {
                RandomStream.withCurrent { holder.book(holder.z.value, noise: &$0).loss }
            }
            for _ in 0..<30 { try optimizer.update(minimizing: loss(), on: device) }
            let codes = try holder.book.codes.value.array(of: Float.self, on: device)
            if threshold == 0 {
                for (code, right) in zip(codes, [0.15, 0.2, 1.5, 1] as [Float]) {
                    #expect(abs(code - right) < 1e-3)
                }
                #expect(codes[4] != 0)
            } else {
                // It stands where vectors are now.
                #expect(abs(codes[4]) < 2 && abs(codes[5]) < 2, "\(codes)")
            }
        }
    }
}
