import CGannetOpenCL
import GannetGraph

/// A program that the device's driver has compiled.
final class OpenCLProgram: @unchecked Sendable {
    private let program: cl_program
    private let context: DeviceContext

    /// Compiles OpenCL C, with further options for the compiler after the usual ones.
    init(source: String, options further: String = "", context: DeviceContext) throws(DeviceError) {
        let device = context.device
        let functions = device.library.functions
        var status = cl_int(0)
        let created = source.withCString { text -> cl_program? in
            var text: UnsafePointer<CChar>? = text
            return functions.clCreateProgramWithSource(context.context, 1, &text, nil, &status)
        }
        guard let program = created, status == CL_SUCCESS else {
            throw device.library.error(status, "clCreateProgramWithSource", "", device: device.label)
        }
        // No fast-math flags: they change the rules for NaN.
        // No warnings either: compilers print them where users see them.
        var options = "-cl-std=CL1.2 -w"
        if device.roundsDivisionCorrectly { options += " -cl-fp32-correctly-rounded-divide-sqrt" }
        if !further.isEmpty { options += " " + further }
        var id: cl_device_id? = device.id
        status = functions.clBuildProgram(program, 1, &id, options, nil, nil)
        guard status == CL_SUCCESS else {
            // The program is released by `deinit`, which runs though this throws: all properties have values.
            let log = Self.buildLog(program, device: device)
            throw DeviceError(
                .compilation,
                "clBuildProgram failed on \(device.label) with \(OpenCLStatus(status)); report the kernels and the log "
                    + "below, or choose another device with --device or GANNET_DEVICE.",
                details: log.isEmpty ? source : log)
        }
        self.program = program
        self.context = context
    }

    deinit { _ = context.device.library.functions.clReleaseProgram(program) }

    /// What the compiler said.
    var buildLog: String { Self.buildLog(program, device: context.device) }

    private static func buildLog(_ program: cl_program, device: OpenCLDevice) -> String {
        let get = device.library.functions.clGetProgramBuildInfo
        var count = 0
        let key = cl_program_build_info(CL_PROGRAM_BUILD_LOG)
        guard get(program, device.id, key, 0, nil, &count) == CL_SUCCESS, count > 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: count)
        guard get(program, device.id, key, count, &bytes, nil) == CL_SUCCESS else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// A kernel of the program, for one place in which it is launched.
    func kernel(_ name: String) throws(DeviceError) -> OpenCLKernel {
        OpenCLKernel(try create(name), name: name, context: context)
    }

    /// A new kernel object, which the caller releases.
    func create(_ name: String) throws(DeviceError) -> cl_kernel {
        var status = cl_int(0)
        let kernel = context.device.library.functions.clCreateKernel(program, name, &status)
        guard let kernel, status == CL_SUCCESS else {
            throw context.device.library.error(status, "clCreateKernel", name, device: context.device.label)
        }
        return kernel
    }
}

/// A kernel with its arguments, which are set again only when they change. Used under the context's submission lock.
final class OpenCLKernel: @unchecked Sendable {
    private let kernel: cl_kernel
    private let name: String
    private let context: DeviceContext
    private var arguments: [(memory: cl_mem?, offset: Int?)] = []

    init(_ kernel: cl_kernel, name: String, context: DeviceContext) {
        self.kernel = kernel
        self.name = name
        self.context = context
    }

    deinit { _ = context.device.library.functions.clReleaseKernel(kernel) }

    /// Makes the buffer number `index` begin at element `offset` of `memory`.
    func set(_ index: Int, to memory: cl_mem, offset: Int) throws(DeviceError) {
        while arguments.count <= index { arguments.append((nil, nil)) }
        let functions = context.device.library.functions
        if arguments[index].memory != memory {
            // Until the call succeeds nothing is known of the argument.
            arguments[index].memory = nil
            var argument = memory
            try check(
                functions.clSetKernelArg(kernel, cl_uint(2 * index), MemoryLayout<cl_mem>.size, &argument),
                "clSetKernelArg")
            arguments[index].memory = memory
        }
        if arguments[index].offset != offset {
            arguments[index].offset = nil
            var argument = UInt64(offset)
            try check(
                functions.clSetKernelArg(
                    kernel, cl_uint(2 * index + 1), MemoryLayout<UInt64>.size, &argument),
                "clSetKernelArg")
            arguments[index].offset = offset
        }
    }

    /// Queues the kernel; gives an event that marks its end where one is wanted.
    func launch(
        global: [Int], local: [Int], label: String, event: UnsafeMutablePointer<cl_event?>? = nil
    ) throws(DeviceError) {
        let status = context.device.library.functions.clEnqueueNDRangeKernel(
            context.queue, kernel, cl_uint(global.count), nil, global, local, 0, nil, event)
        try check(status, "clEnqueueNDRangeKernel", label)
    }

    private func check(_ status: cl_int, _ call: String, _ label: @autoclosure () -> String = "")
        throws(DeviceError)
    {
        try context.device.library.check(
            status, call, "kernel \(name)\(label().isEmpty ? "" : ": " + label())",
            device: context.device.label)
    }
}
