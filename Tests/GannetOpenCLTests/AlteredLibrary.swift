import CGannetOpenCL
import GannetOpenCL
import Synchronization

/// The machine's OpenCL loader with functions of its own in the place of some, which do as told.
///
/// Functions of C cannot capture anything: what they are told is global.
enum AlteredLibrary {
    /// What the altered functions do next.
    enum Order: Int {
        case nothing, refuseLaunches, breakSources, spoilTile, flipBits, refuseBuffers
    }

    private static let order = Atomic<Int>(0)

    /// Does something while the altered functions follow an order.
    static func obeying<Result>(_ wanted: Order, _ body: () throws -> Result) rethrows -> Result {
        order.store(wanted.rawValue, ordering: .sequentiallyConsistent)
        defer { order.store(0, ordering: .sequentiallyConsistent) }
        return try body()
    }

    fileprivate static func isObeying(_ wanted: Order) -> Bool {
        order.load(ordering: .sequentiallyConsistent) == wanted.rawValue
    }

    /// What a text has in it whose sums are wrong while `spoilTile` is the order.
    static let spoiledTile = "#define TILE_M 64\n#define TILE_N 64\n#define THREAD_M 4\n"

    /// The loader's own functions.
    static let genuine: OpenCLFunctions? = {
        guard case .present(let library) = OpenCLLibrary.system else { return nil }
        return library.functions
    }()

    /// The devices as the altered loader shows them.
    static var platforms: OpenCLPlatforms? {
        guard var functions = genuine else { return nil }
        functions.clEnqueueNDRangeKernel = {
            queue, kernel, axes, offset, global, local, count, events, event in
            if AlteredLibrary.isObeying(.refuseLaunches) { return CL_INVALID_WORK_GROUP_SIZE }
            return AlteredLibrary.genuine!.clEnqueueNDRangeKernel(
                queue, kernel, axes, offset, global, local, count, events, event)
        }
        functions.clCreateProgramWithSource = { context, count, texts, lengths, status in
            if AlteredLibrary.isObeying(.spoilTile), let text = texts?[0].map({ String(cString: $0) }),
                text.contains(AlteredLibrary.spoiledTile)
            {
                let spoiled = text.replacing("result = sums[r][c];", with: "result = sums[r][c] + 1.0f;")
                return spoiled.withCString { text in
                    var text: UnsafePointer<CChar>? = text
                    return AlteredLibrary.genuine!.clCreateProgramWithSource(context, 1, &text, nil, status)
                }
            }
            guard AlteredLibrary.isObeying(.breakSources) else {
                return AlteredLibrary.genuine!.clCreateProgramWithSource(
                    context, count, texts, lengths, status)
            }
            return "__kernel void broken(__global float *x) { x[0] = nowhere; }".withCString { text in
                var text: UnsafePointer<CChar>? = text
                return AlteredLibrary.genuine!.clCreateProgramWithSource(context, 1, &text, nil, status)
            }
        }
        functions.clEnqueueReadBuffer = { queue, memory, blocks, offset, size, bytes, count, events, event in
            let status = AlteredLibrary.genuine!.clEnqueueReadBuffer(
                queue, memory, blocks, offset, size, bytes, count, events, event)
            if AlteredLibrary.isObeying(.flipBits), let bytes {
                bytes.storeBytes(of: ~bytes.load(as: UInt8.self), as: UInt8.self)
            }
            return status
        }
        functions.clCreateBuffer = { context, flags, size, bytes, status in
            guard AlteredLibrary.isObeying(.refuseBuffers) else {
                return AlteredLibrary.genuine!.clCreateBuffer(context, flags, size, bytes, status)
            }
            status?.pointee = CL_MEM_OBJECT_ALLOCATION_FAILURE
            return nil
        }
        return OpenCLPlatforms.discover(.present(OpenCLLibrary(functions: functions)))
    }
}
