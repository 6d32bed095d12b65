#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of events that TensorBoard reads: `tensorboard --logdir FOLDER`.
///
/// The file is a chain of records (TFRecord): the length of the data in eight bytes, its check sum, the data, their
/// check sum. The data is TensorFlow's message `Event`. Beside `metrics.jsonl` it holds nothing new, but the time at
/// which each step was made.
///
/// ```swift
/// var events = EventFile(folder: "runs/vae")
/// events.append(step: 1, [.scalar(0.5, tag: "loss")])
/// try events.flush()
/// ```
public struct EventFile: Sendable {
    /// The file's path; it is created when there is something to write.
    public let path: String
    private var pending: [UInt8] = []

    /// Names a new file in a folder, after the time and the process.
    ///
    /// - Parameters:
    ///   - folder: The folder, which must exist when the file is first written.
    ///   - step: The step of an earlier process that this one goes on from: TensorBoard forgets what files before
    ///     this one say of later steps. 0 for a new run.
    ///   - time: Seconds since 1970.
    public init(folder: String, resumingAfter step: Int = 0, time: Double = EventFile.now) {
        // TensorBoard reads a folder's files in the order of their names, whose first part is the time.
        let seconds = String(Int(min(max(time, 0), 9_999_999_999)))
        let stamp = String(repeating: "0", count: max(10 - seconds.count, 0)) + seconds
        path = "\(folder)/events.out.tfevents.\(stamp).\(getpid()).gannet"
        append(step: 0, time: time) { $0.add("brain.Event:2", field: 3) }
        if step > 0 {
            var session = ProtobufMessage()
            session.add(1, field: 1)
            append(step: step + 1, time: time) { $0.add(session, field: 7) }
        }
    }

    /// Notes what is known of a step.
    public mutating func append(step: Int, _ summaries: [Summary], time: Double = EventFile.now) {
        var message = ProtobufMessage()
        for summary in summaries { message.add(summary.message, field: 1) }
        append(step: step, time: time) { $0.add(message, field: 5) }
    }

    /// Writes what is noted to the end of the file.
    public mutating func flush() throws(FileError) {
        if pending.isEmpty { return }
        try FileAccess.append(pending, to: path)
        pending = []
    }

    /// Seconds since 1970.
    public static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private mutating func append(step: Int, time: Double, _ add: (inout ProtobufMessage) -> Void) {
        var event = ProtobufMessage()
        event.add(time, field: 1)
        event.add(step, field: 2)
        add(&event)
        let length = Self.littleEndian(UInt64(event.bytes.count))
        pending += length + Self.littleEndian(CRC32C.masked(length))
        pending += event.bytes + Self.littleEndian(CRC32C.masked(event.bytes))
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
