import CGannetOpenCL
import GannetOpenCL
import Synchronization

/// The machine's OpenCL loader, whose functions that do work fail from a chosen call on.
enum FaultyLibrary {
    /// What goes wrong.
    enum Fault: Int, CaseIterable, Sendable {
        /// One call fails for want of memory or other resources.
        case shortage
        /// One kernel's text does not compile, though the driver took it before.
        case rejectedSource
        /// The device is gone: this call fails, and all after it.
        case lostDevice
    }

    private static let calls = Atomic<Int>(0)
    private static let failing = Atomic<Int>(.max)
    private static let fault = Atomic<Int>(0)

    /// The calls that were made since the last ``failing(at:_:_:)`` began.
    static var callCount: Int { calls.load(ordering: .sequentiallyConsistent) }

    /// Does something while call number `number`, counted from 0, fails; `.max` for none.
    static func failing<Result>(at number: Int, _ fault: Fault, _ body: () throws -> Result) rethrows
        -> Result
    {
        calls.store(0, ordering: .sequentiallyConsistent)
        self.fault.store(fault.rawValue, ordering: .sequentiallyConsistent)
        failing.store(number, ordering: .sequentiallyConsistent)
        defer { failing.store(.max, ordering: .sequentiallyConsistent) }
        return try body()
    }

    /// The status with which the next call fails, of a function that runs out of resources with `shortage`; nil where it
    /// is to do what it is for.
    fileprivate static func status(_ shortage: cl_int = CL_OUT_OF_RESOURCES, isBuild: Bool = false) -> cl_int?
    {
        let number = calls.add(1, ordering: .sequentiallyConsistent).oldValue
        let wanted = failing.load(ordering: .sequentiallyConsistent)
        switch Fault(rawValue: fault.load(ordering: .sequentiallyConsistent)) {
        case .shortage: return number == wanted ? shortage : nil
        // The first build from that call on.
        case .rejectedSource:
            guard isBuild, number >= wanted else { return nil }
            failing.store(.max, ordering: .sequentiallyConsistent)
            return CL_BUILD_PROGRAM_FAILURE
        case .lostDevice: return number >= wanted ? CL_DEVICE_NOT_AVAILABLE : nil
        case nil: return nil
        }
    }

    private static var genuine: OpenCLFunctions { AlteredLibrary.genuine! }

    /// The devices as the faulty loader shows them.
    static let platforms: OpenCLPlatforms? = {
        guard var functions = AlteredLibrary.genuine else { return nil }
        functions.clCreateContext = { properties, count, devices, callback, data, status in
            if let code = FaultyLibrary.status(CL_OUT_OF_HOST_MEMORY) {
                status?.pointee = code
                return nil
            }
            return genuine.clCreateContext(properties, count, devices, callback, data, status)
        }
        functions.clCreateCommandQueue = { context, device, properties, status in
            if let code = FaultyLibrary.status(CL_OUT_OF_HOST_MEMORY) {
                status?.pointee = code
                return nil
            }
            return genuine.clCreateCommandQueue(context, device, properties, status)
        }
        functions.clCreateBuffer = { context, flags, size, bytes, status in
            if let code = FaultyLibrary.status(CL_MEM_OBJECT_ALLOCATION_FAILURE) {
                status?.pointee = code
                return nil
            }
            return genuine.clCreateBuffer(context, flags, size, bytes, status)
        }
        functions.clCreateProgramWithSource = { context, count, texts, lengths, status in
            if let code = FaultyLibrary.status(CL_OUT_OF_HOST_MEMORY) {
                status?.pointee = code
                return nil
            }
            return genuine.clCreateProgramWithSource(context, count, texts, lengths, status)
        }
        functions.clBuildProgram = { program, count, devices, options, callback, data in
            FaultyLibrary.status(isBuild: true)
                ?? genuine.clBuildProgram(program, count, devices, options, callback, data)
        }
        functions.clCreateKernel = { program, name, status in
            if let code = FaultyLibrary.status() {
                status?.pointee = code
                return nil
            }
            return genuine.clCreateKernel(program, name, status)
        }
        functions.clSetKernelArg = { kernel, index, size, value in
            FaultyLibrary.status() ?? genuine.clSetKernelArg(kernel, index, size, value)
        }
        functions.clEnqueueNDRangeKernel = {
            queue, kernel, axes, offset, global, local, count, events, event in
            FaultyLibrary.status()
                ?? genuine.clEnqueueNDRangeKernel(
                    queue, kernel, axes, offset, global, local, count, events, event)
        }
        functions.clEnqueueReadBuffer = { queue, memory, blocks, offset, size, bytes, count, events, event in
            FaultyLibrary.status()
                ?? genuine.clEnqueueReadBuffer(
                    queue, memory, blocks, offset, size, bytes, count, events, event)
        }
        functions.clEnqueueWriteBuffer = { queue, memory, blocks, offset, size, bytes, count, events, event in
            FaultyLibrary.status()
                ?? genuine.clEnqueueWriteBuffer(
                    queue, memory, blocks, offset, size, bytes, count, events, event)
        }
        functions.clEnqueueCopyBuffer = { queue, from, to, start, target, size, count, events, event in
            FaultyLibrary.status()
                ?? genuine.clEnqueueCopyBuffer(queue, from, to, start, target, size, count, events, event)
        }
        functions.clFlush = { FaultyLibrary.status() ?? genuine.clFlush($0) }
        functions.clFinish = { FaultyLibrary.status() ?? genuine.clFinish($0) }
        return OpenCLPlatforms.discover(.present(OpenCLLibrary(functions: functions)))
    }()
}
