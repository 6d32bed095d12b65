import Gannet
import GannetCompiler
import GannetTestSupport
import Testing

/// Values into tensors and out of them, and which device computes.
@Suite struct EvaluationTests {
    @Test func arraysAndBytesGoInAndOut() throws {
        let words = Tensor([1, 0xFFFF_FFFF] as [UInt32])
        #expect(try words.array(on: .cpu) == [1, 0xFFFF_FFFF] as [UInt32])
        #expect(try Tensor([true, false, true]).array(on: .cpu) == [true, false, true])
        let copied = [1, 2, 3, 4, 5, 6].map(Float.init).withUnsafeBytes {
            Tensor(copying: $0, shape: [2, 3], scalarType: .float32)
        }
        #expect(try copied.transposed().array(on: .cpu) == [1, 4, 2, 5, 3, 6] as [Float])
        let sum = try (copied * 2).withBytes(on: .cpu) { $0.bindMemory(to: Float.self).reduce(0, +) }
        #expect(sum == 42)
    }

    @Test func descriptionShowsShapeAndFirstValues() {
        Device.with(.cpu) {
            #expect("\(Tensor.range(20) * 3)" == "int32 [20]: 0, 3, 6, 9, 12, 15, 18, 21, …")
            #expect("\(Tensor(1.5 as Float))" == "float32 []: 1.5")
        }
    }

    @Test func devicesAreScoped() throws {
        let device = Device.cpu(threads: 1)
        #expect(device == Device.cpu(threads: 1))
        Device.with(device) { #expect(Device.default == device) }
    }

    @Test func unknownDevicesAreRefusedInOneSentence() {
        for name in ["gpu", "", "opencl:", "cuda:0"] {
            do {
                _ = try Device.named(name)
                Issue.record("there is a device \"\(name)\"")
            } catch {
                #expect(error.kind == .unavailable)
                #expect(error.message.contains("cpu, opencl, opencl:N or opencl:NAME"))
            }
        }
    }

    @Test func oneGraphOnTwoDevices() throws {
        let x = Tensor([0.5, -1, 2] as [Float])
        let y = (x.exp() * 3).sum()
        let plain = Device(InterpreterBackend(), options: DebugOptions())
        #expect(abs(try y.scalar(on: .cpu) - y.scalar(on: plain)) < 1e-4)
    }

    @Test func whatIsEvaluatedIsComputedOnce() throws {
        let device = Device(InterpreterBackend(), options: DebugOptions())
        let leaf = try Tensor([1, 2] as [Float]).exp().evaluated(on: device)
        let before = try device.evaluator().compilationCount
        _ = try leaf.array(of: Float.self, on: device)
        #expect(try device.evaluator().compilationCount == before)
    }
}
