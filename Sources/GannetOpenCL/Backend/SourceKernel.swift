import CGannetOpenCL
import GannetGraph

/// A kernel made of OpenCL C of one's own, to measure a device or to find out what it can do.
///
/// It runs in the backend's queue, on the backend's buffers, after what was queued before.
public final class SourceKernel: @unchecked Sendable {
    /// What a parameter of a kernel is given.
    public enum Argument: Sendable {
        /// A `__global` pointer to the first byte of a buffer of the same backend.
        case buffer(any DeviceBuffer)
        /// An `int`.
        case integer(Int32)
        /// A `float`.
        case number(Float)
        /// A `__local` pointer to so many bytes.
        case localMemory(byteCount: Int)
    }

    /// What the compiler said; empty when it said nothing.
    public let buildLog: String

    private let kernel: cl_kernel
    private let name: String
    private let context: DeviceContext

    init(_ name: String, source: String, options: String, context: DeviceContext) throws(DeviceError) {
        // The kernel holds on to its program.
        let program = try OpenCLProgram(source: source, options: options, context: context)
        self.name = name
        self.context = context
        buildLog = program.buildLog
        kernel = try program.create(name)
    }

    deinit { _ = context.device.library.functions.clReleaseKernel(kernel) }

    /// Queues the kernel.
    ///
    /// - Parameters:
    ///   - arguments: One for each parameter, in their order and of their types.
    ///   - global: The number of work-items along each axis, multiples of those in `local`.
    ///   - local: The number of work-items of a group along each axis.
    public func launch(_ arguments: [Argument], global: [Int], local: [Int]) throws(DeviceError) {
        try context.submission.withLock { (_) throws(DeviceError) in
            for (index, argument) in arguments.enumerated() { try set(index, argument) }
            let status = context.device.library.functions.clEnqueueNDRangeKernel(
                context.queue, kernel, cl_uint(global.count), nil, global, local, 0, nil, nil)
            try check(status, "clEnqueueNDRangeKernel")
        }
    }

    private func set(_ index: Int, _ argument: Argument) throws(DeviceError) {
        let setArgument = context.device.library.functions.clSetKernelArg
        let status: cl_int
        switch argument {
        case .buffer(let buffer):
            guard let buffer = buffer as? OpenCLBuffer, buffer.context === context else {
                invalidUse("SourceKernel.launch(_:global:local:)", "argument \(index) is another device's")
            }
            var memory = buffer.memory
            status = setArgument(kernel, cl_uint(index), MemoryLayout<cl_mem>.size, &memory)
        case .integer(var value):
            status = setArgument(kernel, cl_uint(index), MemoryLayout<Int32>.size, &value)
        case .number(var value):
            status = setArgument(kernel, cl_uint(index), MemoryLayout<Float>.size, &value)
        case .localMemory(let byteCount): status = setArgument(kernel, cl_uint(index), byteCount, nil)
        }
        try check(status, "clSetKernelArg")
    }

    private func check(_ status: cl_int, _ call: String) throws(DeviceError) {
        try context.device.library.check(status, call, "kernel \(name)", device: context.device.label)
    }
}

extension OpenCLBackend {
    /// Compiles a kernel of OpenCL C 1.2.
    ///
    /// - Parameters:
    ///   - name: The name of a `__kernel` function in `source`.
    ///   - source: OpenCL C.
    ///   - options: What the compiler is told beside what it is told for every program.
    /// - Throws: ``DeviceError`` of the kind `compilation`, with the build log, where the source is refused.
    public func kernel(
        _ name: String, source: String, options: String = ""
    ) throws(DeviceError) -> SourceKernel {
        try SourceKernel(name, source: source, options: options, context: context)
    }
}
