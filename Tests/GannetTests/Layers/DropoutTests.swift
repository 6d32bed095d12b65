import Gannet
import GannetTestSupport
import Testing

@Suite("Dropout")
struct DropoutTests {
    private let x = Tensor([Float](repeating: 3, count: 20_000), shape: [100, 10, 20])

    private func training(_ layer: Dropout, seed: UInt64, on device: Device = .cpu) throws -> [Float] {
        var stream = RandomStream(seed: seed)
        return try RandomStream.with(&stream) {
            try ModelMode.with(.training) { try layer(x).array(of: Float.self, on: device) }
        }
    }

    @Test(
        "Elements are dropped at the rate, and the others scaled, as the seed says",
        arguments: TestDevices.all)
    func rate(device: Device) throws {
        let values = try training(Dropout(rate: 0.3), seed: 1, on: device)
        #expect(values == (try training(Dropout(rate: 0.3), seed: 1)))
        #expect(values != (try training(Dropout(rate: 0.3), seed: 2, on: device)))
        #expect(values.allSatisfy { $0 == 0 || $0 == 3 / 0.7 })
        // Of 20,000, 6,000 are expected, with a deviation of 65.
        #expect(abs(values.count { $0 == 0 } - 6_000) < 5 * 65)
    }

    @Test func evaluationAndTheEndsOfTheRange() throws {
        #expect(Dropout(rate: 0.9)(x) == x)
        #expect(try training(Dropout(rate: 0), seed: 1).allSatisfy { $0 == 3 })
        #expect(try training(Dropout(rate: 1), seed: 1).allSatisfy { $0 == 0 })
    }

    @Test func wholeChannels() throws {
        let values = try training(Dropout(rate: 0.5, dropsChannels: true), seed: 1)
        var dropped = 0
        for example in 0..<100 {
            for channel in 0..<20 {
                let column = Set((0..<10).map { values[(example * 10 + $0) * 20 + channel] })
                #expect(column.count == 1)
                dropped += column == [0] ? 1 : 0
            }
        }
        #expect(abs(dropped - 1_000) < 5 * 23)
    }

    private struct Model: TrainableModel {
        let weight = Parameter(Tensor([Float](repeating: 1, count: 64)))
        let dropout = Dropout()

        func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
            // The layer draws while the loss holds the stream.
            (dropout(weight.value) * noise.uniform([64])).sum() + dropout(weight.value).sum()
        }
    }

    @Test("Each update drops others, and a resumed one those that an unbroken one would")
    func updates() throws {
        let device = Device(InterpreterBackend())
        let batch = Batch(images: .zeros([1, 1]))
        func run(_ model: Model, _ noise: inout RandomStream, steps: Int) throws -> [Float] {
            let training = LossMinimization(of: model, with: SGD(for: model, learningRate: 0.1))
            return try Device.with(device) {
                try (0..<steps).map { _ in try training.step(batch, noise: &noise)[0].scalar() }
            }
        }
        var (noise, other) = (RandomStream(seed: 3), RandomStream(seed: 3))
        let losses = try run(Model(), &noise, steps: 4)
        let model = Model()
        let first = try run(model, &other, steps: 2)
        #expect(losses == (try first + run(model, &other, steps: 2)))
        #expect(noise.position == 12 && other == noise)
        #expect(Set(losses).count == 4)
        #expect(try device.evaluator().compilationCount == 1)
    }
}
