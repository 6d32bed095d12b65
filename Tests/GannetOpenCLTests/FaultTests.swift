import Gannet
import GannetOpenCL
import GannetTestSupport
import Testing

/// A small training on a driver whose calls fail, one after another: what is said, and what is left.
@Suite(.serialized, .enabled(if: TestBackends.areFound, "there is no OpenCL device"))
struct FaultTests {
    private struct Network: Module {
        let first = Parameter(Tensor([0.5, -0.25, 0.125, 1, 0.75, -0.5] as [Float], shape: [3, 2]))
        let second = Parameter(Tensor([1, -1] as [Float], shape: [2, 1]))

        func loss(_ x: Tensor) -> Tensor {
            x.matmul(first.value).relu().matmul(second.value).squared().mean()
        }
    }

    private let folder: TemporaryFolder
    private var checkpoint: String { folder.path + "/network.safetensors" }

    init() throws { folder = try TemporaryFolder() }

    /// Trains for a few steps from the same start, and writes a checkpoint after the second; gives the losses.
    private func train(on device: Device) throws -> [Float] {
        let network = Network()
        let optimizer = Adam(for: network, learningRate: 0.01)
        let x = Tensor((0..<12).map { Float($0) / 6 - 1 }).reshape(4, 3)
        var losses: [Float] = []
        for step in 0..<4 {
            losses.append(
                try optimizer.update(minimizing: network.loss(x), on: device).scalar(on: device))
            if step == 1 {
                try Device.with(device) {
                    try Checkpoint(tensors: network.checkpointTensors()).write(to: checkpoint)
                }
            }
        }
        return losses
    }

    private func openDevice() throws -> Device {
        Device(try OpenCLBackend(device: try #require(FaultyLibrary.platforms?.devices.first)))
    }

    @Test(arguments: FaultyLibrary.Fault.allCases)
    func everyCallMayFail(_ fault: FaultyLibrary.Fault) throws {
        let expected = try FaultyLibrary.failing(at: .max, fault) { try train(on: openDevice()) }
        let calls = FaultyLibrary.callCount
        #expect(calls > 50)
        let new = try TemporaryFolder.contents(checkpoint)
        let old = try Checkpoint(tensors: Network().checkpointTensors()).encoded()
        #expect(old != new)
        var errors: [DeviceError.Kind: Int] = [:]
        // Every second or third call, from the opening of the device on.
        for number in stride(from: 0, to: calls, by: max(1, calls / 60)) {
            try folder.write(old, "network.safetensors")
            do {
                let losses = try FaultyLibrary.failing(at: number, fault) { try train(on: openDevice()) }
                // Where memory was freed and asked for again, or the fault came too late, all is as without it.
                #expect(losses == expected, "call \(number)")
                #expect(try TemporaryFolder.contents(checkpoint) == new, "call \(number)")
            } catch let error as DeviceError {
                errors[error.kind, default: 0] += 1
                #expect(error.message.hasSuffix("."), "call \(number): \(error.message)")
                #expect(error.message.contains("cl"), "call \(number): \(error.message)")
            }
            // What was saved before, or what was to be saved, is there and whole.
            let saved = try TemporaryFolder.contents(checkpoint)
            #expect(saved == old || saved == new, "call \(number)")
            try Network().load(try Checkpoint(contentsOf: checkpoint))
        }
        // Once the driver works again, a device trains as ever; and the processor was never in doubt.
        #expect(try train(on: openDevice()) == expected)
        #expect(try train(on: .cpu).count == expected.count)
        print("\(fault): \(calls) calls of the driver; errors: \(errors)")
        switch fault {
        case .shortage: #expect((errors[.outOfMemory] ?? 0) > 5)
        case .rejectedSource: #expect((errors[.compilation] ?? 0) > 0)
        case .lostDevice: #expect((errors[.execution] ?? 0) > 20)
        }
    }

    /// A backend that has failed is as good as before once the driver is.
    @Test(arguments: [FaultyLibrary.Fault.shortage, .lostDevice])
    func aBackendOutlivesItsFaults(_ fault: FaultyLibrary.Fault) throws {
        let device = try openDevice()
        let expected = try FaultyLibrary.failing(at: .max, fault) { try train(on: device) }
        let calls = FaultyLibrary.callCount
        for number in stride(from: 0, to: calls, by: max(1, calls / 40)) {
            do {
                #expect(try FaultyLibrary.failing(at: number, fault) { try train(on: device) } == expected)
            } catch is DeviceError {}
            #expect(try train(on: device) == expected, "after a fault of call \(number)")
        }
    }
}
