import Foundation
import Gannet
import GannetData
import GannetTestSupport

// Reads damaged files, in a process of its own so that a trap is seen and memory can be measured, and prints what
// became of them as JSON: for each reader how many files were read and how many were refused, and the most memory.
//
//     GannetFileMutation FIXTURES COUNT SEED [READER [FIRST]]
//
// After a trap READER finds which file it was: with it, the number of each file is printed before it is read.

let arguments = CommandLine.arguments
guard arguments.count >= 4, let count = Int(arguments[2]), let seed = UInt64(arguments[3]) else {
    fatalError("GannetFileMutation FIXTURES COUNT SEED [READER [FIRST]]")
}
let chosen = arguments.count > 4 ? arguments[4] : nil
let first = arguments.count > 5 ? Int(arguments[5]) ?? 0 : 0
var report: [String: Int] = [:]

for reader in Reader.all(fixtures: arguments[1]) where chosen == nil || chosen == reader.name {
    for sample in reader.samples {
        do {
            try reader.read(sample)
        } catch {
            fatalError("\(reader.name) refuses a sound file: \(error)")
        }
    }
    var (read, refused) = (0, 0)
    for number in first..<max(count, first) {
        var mutation = Mutation(seed: seed, reader: reader.name, number: number)
        let bytes = mutation.damaged(reader)
        if chosen != nil { print(reader.name, number, bytes.count) }
        do {
            try reader.read(bytes)
            read += 1
        } catch is CheckpointError {
            refused += 1
        } catch is DataError {
            refused += 1
        } catch is JSONError {
            refused += 1
        } catch {
            fatalError(
                "\(reader.name), file \(number) of seed \(seed): \(type(of: error)) is no reader's error")
        }
    }
    report["\(reader.name) read"] = read
    report["\(reader.name) refused"] = refused
}
let before = peakMemory()
for (name, bytes) in Bomb.all(fixtures: arguments[1]) where chosen == nil {
    precondition(bytes.count < 1_000_000, "\(name) has \(bytes.count) bytes")
    for reader in Reader.all(fixtures: arguments[1]) where reader.name == name.prefix(while: { $0 != " " }) {
        let wasRefused = (try? reader.read(bytes)) == nil
        report["bomb \(name)"] = wasRefused ? 1 : 0
    }
}
report["peak MB of mutations"] = before >> 20
report["peak MB"] = peakMemory() >> 20
print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))

/// The most memory that the process had; 0 where the system does not tell it in /proc.
func peakMemory() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) }.map { $0 * 1024 }
        ?? 0
}
