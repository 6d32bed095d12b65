import Foundation
import Gannet
import GannetTestSupport
import Testing

/// The bytes that TensorBoard's own protocol buffers make of the same events; `Fixtures/events.py` wrote them, and
/// checks with a path what Gannet wrote.
@Suite("Event files")
struct EventFileTests {
    private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fixtures").standardizedFileURL.path

    @Test("Scalars, pictures and histograms are the bytes that TensorBoard writes")
    func sameBytes() throws {
        let folder = try TemporaryFolder()
        var events = EventFile(folder: folder.path, resumingAfter: 4, time: 1.5)
        events.append(
            step: 5, [.scalar(0.25, tag: "loss"), .scalar(-1e9, tag: "critic/loss")], time: 2.5)
        events.append(
            step: 300, [.image([1, 2, 255], width: 7, height: 300, channels: 3, tag: "samples")], time: 3.5)
        events.append(step: 301, [.histogram([0, 1, 1, 3, .nan, 30], tag: "weights")], time: 4.5)
        events.append(step: 302, [.histogram([], tag: "none"), .histogram([2, 2], tag: "same")], time: 5.5)
        try events.flush()
        let written = try TemporaryFolder.contents(events.path)
        #expect(written == (try TemporaryFolder.contents(fixtures + "/events.tfevents")))
        if let output = ProcessInfo.processInfo.environment["GANNET_TEST_OUTPUT"] {
            try Data(written).write(
                to: URL(fileURLWithPath: output + "/events.out.tfevents.0000000001.1.gannet"))
        }
    }

    @Test("Events are appended, and a folder that is gone is an error that names the file")
    func appending() throws {
        let folder = try TemporaryFolder()
        var events = EventFile(folder: folder.path)
        try events.flush()
        let first = try TemporaryFolder.contents(events.path).count
        try events.flush()
        #expect(try TemporaryFolder.contents(events.path).count == first)
        events.append(step: 1, [.scalar(1, tag: "loss")])
        try events.flush()
        #expect(try TemporaryFolder.contents(events.path).count > first)
        var lost = EventFile(folder: folder.path + "/none")
        let error = #expect(throws: FileError.self) { try lost.flush() }
        #expect(error?.message.contains(lost.path) == true)
    }
}
