import CGannetOpenCL
import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The OpenCL loader of this machine, opened at run time.
///
/// A program that uses Gannet starts on a machine that has no OpenCL at all: the absence of the library is a
/// value with a reason.
public final class OpenCLLibrary: Sendable {
    /// Whether the loader was found.
    public enum Presence: Sendable {
        /// The loader is there.
        case present(OpenCLLibrary)
        /// It is not; one sentence says why and what to install.
        case absent(reason: String)
    }

    /// The functions that everything calls.
    public let functions: OpenCLFunctions

    /// Creates a library from a table of functions, which a test may have altered.
    public init(functions: OpenCLFunctions) { self.functions = functions }

    /// The loader of this machine, opened once in a process and never closed.
    public static let system = open(names: systemNames)

    /// The names under which the loader is known, most specific first.
    public static var systemNames: [String] {
        #if canImport(Darwin)
            ["/System/Library/Frameworks/OpenCL.framework/OpenCL", "libOpenCL.dylib"]
        #else
            ["libOpenCL.so.1", "libOpenCL.so"]
        #endif
    }

    /// Opens the first of the named libraries that there is.
    public static func open(names: [String]) -> Presence {
        for name in names {
            guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
            switch OpenCLFunctions.find(in: handle) {
            case .success(let functions): return .present(OpenCLLibrary(functions: functions))
            case .failure(let missing):
                return .absent(
                    reason: "The OpenCL loader \(name) has no function \(missing.name): "
                        + "install ocl-icd-libopencl1 2.3 or later.")
            }
        }
        return .absent(
            reason: "There is no OpenCL loader (\(names.first ?? "libOpenCL.so.1")) on this machine: "
                + "install ocl-icd-libopencl1 and pocl-opencl-icd or your GPU's driver.")
    }

    /// Turns a failing status into an error that names the call and what it was about.
    func check(
        _ status: cl_int, _ call: String, _ subject: @autoclosure () -> String = "", device: String
    ) throws(DeviceError) {
        if status == CL_SUCCESS { return }
        throw error(status, call, subject(), device: device)
    }

    /// The error for a failing status.
    func error(_ status: cl_int, _ call: String, _ subject: String, device: String) -> DeviceError {
        let status = OpenCLStatus(status)
        let about = subject.isEmpty ? "" : " (\(subject))"
        return DeviceError(
            status.isOutOfMemory ? .outOfMemory : .execution,
            "\(call)\(about) failed on \(device) with \(status).")
    }
}
