import ArgumentParser
import Dispatch
import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Turns Ctrl-C and a polite request to end (SIGINT, SIGTERM) into a wish that training, say, stop after its step.
/// A second one ends the process at once.
final class Interruption {
    /// The wish.
    let stop = StopRequest()
    private let sources: [any DispatchSourceSignal]

    /// Begins to listen; `answer` is what the user is told.
    init(_ answer: String = "Stopping after this step; once more stops at once.") {
        sources = [SIGINT, SIGTERM].map { [stop] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if stop.isRequested { _exit(ExitCode.stopped.rawValue) }
                stop.request()
                Console.note(answer)
            }
            source.resume()
            return source
        }
    }
}
