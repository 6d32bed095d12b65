import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Metrics logs")
struct MetricsLogTests {
    @Test("Lines after the checkpoint's step are dropped on resume, and so is one that was cut short")
    func resume() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/metrics.jsonl"
            var log = try MetricsLog(path, resumingAfter: 0)
            for step in 1...3 { log.append(step: step, losses: [Float(step) + 0.1]) }
            log.append(step: 3, evaluation: 2.5)
            try log.flush()
            log.append(step: 4, losses: [4])
            try log.flush()
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("{\"step\":5,\"lo".utf8))
            try handle.close()
            let resumed = try MetricsLog(path, resumingAfter: 3)
            #expect(
                try String(contentsOfFile: path, encoding: .utf8) == """
                    {"loss":1.1,"step":1}
                    {"loss":2.1,"step":2}
                    {"loss":3.1,"step":3}
                    {"negativeLogLikelihoodBound":2.5,"step":3}

                    """)
            #expect(
                resumed.losses[0].values.map(\.step) == [1, 2, 3] && resumed.evaluations.map(\.value) == [2.5]
            )
            #expect(try MetricsLog(path, resumingAfter: 0).losses[0].values.isEmpty)
            #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
        }
    }

    @Test("The mean over some steps is that of these, also when others came after them")
    func mean() throws {
        try withTemporaryFolder { folder in
            var log = try MetricsLog(folder + "/metrics.jsonl", resumingAfter: 0)
            for step in 1...10 { log.append(step: step, losses: [Float(step)]) }
            #expect(log.mean(of: "loss", last: 4, upTo: 10) == 8.5)
            #expect(log.mean(of: "loss", last: 4, upTo: 5) == 3.5)
            #expect(log.mean(of: "loss", last: 4, upTo: 2) == 1.5)
            #expect(log.mean(of: "loss", last: 4, upTo: 20) == nil)
            #expect(log.mean(of: "other", last: 4, upTo: 5) == nil)
        }
    }
}
