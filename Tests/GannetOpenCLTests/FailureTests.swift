import CGannetOpenCL
import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// What is said when something is missing or fails. One after another: the altered functions' orders are global.
@Suite(.serialized) struct FailureTests {
    @Test func aMissingLoaderIsAReason() {
        let presence = OpenCLLibrary.open(names: ["libNoSuchLoader.so.9"])
        guard case .absent(let reason) = presence else {
            Issue.record("a library that does not exist was opened")
            return
        }
        #expect(reason.contains("ocl-icd-libopencl1") && reason.contains("libNoSuchLoader.so.9"))
        let platforms = OpenCLPlatforms.discover(presence)
        #expect(platforms.devices.isEmpty && platforms.reason == reason)
        let error = #expect(throws: DeviceError.self) { _ = try platforms.device() }
        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("ocl-icd-libopencl1") == true)
    }

    @Test func aLibraryWithoutTheFunctionsIsAReason() {
        guard case .absent(let reason) = OpenCLLibrary.open(names: ["libc.so.6", "libSystem.dylib"]) else {
            Issue.record("the C library has OpenCL's functions")
            return
        }
        #expect(reason.contains("clGetPlatformIDs"))
    }

    @Test(.enabled(if: AlteredLibrary.genuine != nil)) func aLoaderWithoutDevicesIsAReason() throws {
        var functions = try #require(AlteredLibrary.genuine)
        functions.clGetPlatformIDs = { _, _, _ in -1001 }
        let platforms = OpenCLPlatforms.discover(.present(OpenCLLibrary(functions: functions)))
        #expect(platforms.devices.isEmpty)
        #expect(platforms.reason?.contains("pocl-opencl-icd") == true)
    }

    @Test(.enabled(if: TestBackends.areFound)) func devicesAreChosenByNumberAndName() throws {
        let platforms = OpenCLPlatforms.discover()
        let first = platforms.devices[0]
        #expect(try platforms.device("0").name == first.name)
        #expect(try platforms.device(String(first.name.dropFirst().prefix(6)).uppercased()).index == 0)
        for wrong in ["99", "-1", "no such device"] {
            let error = #expect(throws: DeviceError.self) { _ = try platforms.device(wrong) }
            #expect(error?.kind == .unavailable)
        }
        #expect(first.memoryByteCount > 0 && !first.vendor.isEmpty && !first.version.isEmpty)
    }

    @Test(.enabled(if: TestBackends.areFound)) func aFailingCallIsNamed() throws {
        let backend = try OpenCLBackend(device: try #require(AlteredLibrary.platforms?.devices.first))
        let executable = try backend.compile(Programs.square(count: 5))
        let input = try backend.upload(HostBuffer(byteCount: 20))
        let outputs = try (0..<2).map { _ in try backend.allocate(byteCount: 20) }
        let error = #expect(throws: DeviceError.self) {
            try AlteredLibrary.obeying(.refuseLaunches) {
                try executable.run(inputs: [input], outputs: outputs, observer: nil)
            }
        }
        let message = error?.message ?? ""
        #expect(error?.kind == .execution)
        for part in [
            "clEnqueueNDRangeKernel", "twice x", "CL_INVALID_WORK_GROUP_SIZE", backend.device.name,
        ] {
            #expect(message.contains(part), "\(message) lacks \(part)")
        }
        // The backend is as good as before.
        try executable.run(inputs: [input], outputs: outputs, observer: nil)
        try backend.synchronize()
    }

    @Test(.enabled(if: TestBackends.areFound)) func aBrokenSourceCarriesTheBuildLog() throws {
        let backend = try OpenCLBackend(device: try #require(AlteredLibrary.platforms?.devices.first))
        let error = #expect(throws: DeviceError.self) {
            _ = try AlteredLibrary.obeying(.breakSources) {
                try backend.compile(Programs.square(count: 6))
            }
        }
        #expect(error?.kind == .compilation)
        #expect(error?.message.contains(backend.device.name) == true)
        #expect(error?.details.isEmpty == false)
    }

    @Test(.enabled(if: TestBackends.areFound)) func aDeviceThatFailsTheSelfTestIsRefused() throws {
        let device = try #require(AlteredLibrary.platforms?.devices.first)
        let error = #expect(throws: DeviceError.self) {
            _ = try AlteredLibrary.obeying(.flipBits) { try OpenCLBackend(device: device) }
        }
        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("self-test") == true)
    }

    @Test(.enabled(if: TestBackends.areFound)) func tooLittleMemoryIsSaid() throws {
        let backend = try OpenCLBackend(device: try #require(AlteredLibrary.platforms?.devices.first))
        _ = try backend.allocate(byteCount: 1000)
        let error = #expect(throws: DeviceError.self) {
            _ = try AlteredLibrary.obeying(.refuseBuffers) { try backend.allocate(byteCount: 123_456_789) }
        }
        #expect(error?.kind == .outOfMemory)
        #expect(error?.message.contains("123456789") == true)
        // What nobody used was given back before the device was asked again.
        #expect(backend.poolStatistics.reservedBytes == backend.poolStatistics.usedBytes)
        let absurd = #expect(throws: DeviceError.self) { _ = try backend.allocate(byteCount: 1 << 60) }
        #expect(absurd?.kind == .outOfMemory)
    }
}
