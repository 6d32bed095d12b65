import CGannetOpenCL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The functions of the OpenCL library that Gannet calls, as found at run time.
///
/// Everything goes through this table, so that a test can put a failing function in the place of one.
public struct OpenCLFunctions: @unchecked Sendable {
    public var clGetPlatformIDs: cl_api_clGetPlatformIDs
    public var clGetPlatformInfo: cl_api_clGetPlatformInfo
    public var clGetDeviceIDs: cl_api_clGetDeviceIDs
    public var clGetDeviceInfo: cl_api_clGetDeviceInfo
    public var clCreateContext: cl_api_clCreateContext
    public var clReleaseContext: cl_api_clReleaseContext
    public var clCreateCommandQueue: cl_api_clCreateCommandQueue
    public var clReleaseCommandQueue: cl_api_clReleaseCommandQueue
    public var clCreateBuffer: cl_api_clCreateBuffer
    public var clReleaseMemObject: cl_api_clReleaseMemObject
    public var clCreateProgramWithSource: cl_api_clCreateProgramWithSource
    public var clBuildProgram: cl_api_clBuildProgram
    public var clGetProgramBuildInfo: cl_api_clGetProgramBuildInfo
    public var clReleaseProgram: cl_api_clReleaseProgram
    public var clCreateKernel: cl_api_clCreateKernel
    public var clReleaseKernel: cl_api_clReleaseKernel
    public var clSetKernelArg: cl_api_clSetKernelArg
    public var clEnqueueNDRangeKernel: cl_api_clEnqueueNDRangeKernel
    public var clEnqueueReadBuffer: cl_api_clEnqueueReadBuffer
    public var clEnqueueWriteBuffer: cl_api_clEnqueueWriteBuffer
    public var clEnqueueCopyBuffer: cl_api_clEnqueueCopyBuffer
    public var clWaitForEvents: cl_api_clWaitForEvents
    public var clGetEventInfo: cl_api_clGetEventInfo
    public var clGetEventProfilingInfo: cl_api_clGetEventProfilingInfo
    public var clReleaseEvent: cl_api_clReleaseEvent
    public var clFlush: cl_api_clFlush
    public var clFinish: cl_api_clFinish

    /// Looks up every function in an opened library; nil, with the name of the first that is missing.
    static func find(in handle: UnsafeMutableRawPointer) -> Result<OpenCLFunctions, MissingFunction> {
        func symbol<Function>(_ name: String, as: Function.Type) throws(MissingFunction) -> Function {
            guard let address = dlsym(handle, name) else { throw MissingFunction(name: name) }
            return unsafeBitCast(address, to: Function.self)
        }
        return Result { () throws(MissingFunction) -> OpenCLFunctions in
            OpenCLFunctions(
                clGetPlatformIDs: try symbol("clGetPlatformIDs", as: cl_api_clGetPlatformIDs.self),
                clGetPlatformInfo: try symbol("clGetPlatformInfo", as: cl_api_clGetPlatformInfo.self),
                clGetDeviceIDs: try symbol("clGetDeviceIDs", as: cl_api_clGetDeviceIDs.self),
                clGetDeviceInfo: try symbol("clGetDeviceInfo", as: cl_api_clGetDeviceInfo.self),
                clCreateContext: try symbol("clCreateContext", as: cl_api_clCreateContext.self),
                clReleaseContext: try symbol("clReleaseContext", as: cl_api_clReleaseContext.self),
                clCreateCommandQueue: try symbol(
                    "clCreateCommandQueue", as: cl_api_clCreateCommandQueue.self),
                clReleaseCommandQueue: try symbol(
                    "clReleaseCommandQueue", as: cl_api_clReleaseCommandQueue.self),
                clCreateBuffer: try symbol("clCreateBuffer", as: cl_api_clCreateBuffer.self),
                clReleaseMemObject: try symbol("clReleaseMemObject", as: cl_api_clReleaseMemObject.self),
                clCreateProgramWithSource: try symbol(
                    "clCreateProgramWithSource", as: cl_api_clCreateProgramWithSource.self),
                clBuildProgram: try symbol("clBuildProgram", as: cl_api_clBuildProgram.self),
                clGetProgramBuildInfo: try symbol(
                    "clGetProgramBuildInfo", as: cl_api_clGetProgramBuildInfo.self),
                clReleaseProgram: try symbol("clReleaseProgram", as: cl_api_clReleaseProgram.self),
                clCreateKernel: try symbol("clCreateKernel", as: cl_api_clCreateKernel.self),
                clReleaseKernel: try symbol("clReleaseKernel", as: cl_api_clReleaseKernel.self),
                clSetKernelArg: try symbol("clSetKernelArg", as: cl_api_clSetKernelArg.self),
                clEnqueueNDRangeKernel: try symbol(
                    "clEnqueueNDRangeKernel", as: cl_api_clEnqueueNDRangeKernel.self),
                clEnqueueReadBuffer: try symbol("clEnqueueReadBuffer", as: cl_api_clEnqueueReadBuffer.self),
                clEnqueueWriteBuffer: try symbol(
                    "clEnqueueWriteBuffer", as: cl_api_clEnqueueWriteBuffer.self),
                clEnqueueCopyBuffer: try symbol(
                    "clEnqueueCopyBuffer", as: cl_api_clEnqueueCopyBuffer.self),
                clWaitForEvents: try symbol("clWaitForEvents", as: cl_api_clWaitForEvents.self),
                clGetEventInfo: try symbol("clGetEventInfo", as: cl_api_clGetEventInfo.self),
                clGetEventProfilingInfo: try symbol(
                    "clGetEventProfilingInfo", as: cl_api_clGetEventProfilingInfo.self),
                clReleaseEvent: try symbol("clReleaseEvent", as: cl_api_clReleaseEvent.self),
                clFlush: try symbol("clFlush", as: cl_api_clFlush.self),
                clFinish: try symbol("clFinish", as: cl_api_clFinish.self))
        }
    }

    /// A function that the library lacks.
    struct MissingFunction: Error {
        let name: String
    }
}
