import GannetGraph
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads that share the pieces of one piece of work after another.
///
/// The calling thread works too. A pool serves one caller at a time: work that comes while it is busy is done by
/// its caller alone, which changes no result, since results never depend on who does which piece.
final class ThreadPool: Sendable {
    /// The number of threads that share work, the caller's included.
    let threadCount: Int
    private let crew: Crew
    private let spare = Guarded<[Workspace]>([])

    /// Starts `threadCount` − 1 threads.
    init(threadCount: Int) {
        self.threadCount = max(threadCount, 1)
        crew = Crew()
        for _ in 1..<self.threadCount { crew.start() }
    }

    deinit { crew.stop() }

    /// Calls `body` with a workspace that nobody else uses meanwhile.
    func withWorkspace<Result, Failure: Error>(
        _ body: (Workspace) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let workspace = spare.withLock { $0.popLast() } ?? Workspace()
        defer { spare.withLock { $0.append(workspace) } }
        return try body(workspace)
    }

    /// Calls `body` once for each number below `pieces`, in no order, and returns when all are done.
    func parallel(_ pieces: Int, _ workspace: Workspace, _ body: (Int, Workspace) -> Void) {
        if pieces <= 1 || threadCount == 1 || !crew.share(pieces, workspace, body) {
            for piece in 0..<pieces { body(piece, workspace) }
        }
    }
}

/// The threads of a pool and what they wait for. They hold it, so that a pool can be released at any time.
private final class Crew: @unchecked Sendable {
    typealias Body = (Int, Workspace) -> Void

    /// The number of the current work in the upper half, of its pieces that nobody has taken yet in the lower.
    /// A piece is taken by an exchange of the whole word, so never from other work than the one it was seen in.
    private let ticket = Atomic<UInt64>(0)
    private let finished = Atomic<Int>(0)
    private let isBusy = Atomic<Bool>(false)
    private let sleepers = Atomic<Int>(0)
    private let callerSleeps = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    /// Valid while any piece of the current work is not finished.
    private var body: UnsafePointer<Body>?
    private var pieces = 0

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let callerCondition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        pthread_cond_init(callerCondition, nil)
    }

    deinit {
        pthread_cond_destroy(callerCondition)
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        callerCondition.deallocate()
        condition.deallocate()
        mutex.deallocate()
    }

    /// Starts one thread; without it the others do its share, should the system refuse one.
    func start() {
        let context = Unmanaged.passRetained(self).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = pthread_create(&thread, nil, { Crew.enter($0) }, context)
            if status == 0, let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let status = pthread_create(&thread, nil, { Crew.enter($0!) }, context)
            if status == 0 { pthread_detach(thread) }
        #endif
        if status != 0 { Unmanaged<Crew>.fromOpaque(context).release() }
    }

    private static func enter(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Crew>.fromOpaque(context).takeRetainedValue().work()
        return nil
    }

    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// Does the work together with the threads, or returns false when they are busy for somebody else.
    func share(_ pieces: Int, _ workspace: Workspace, _ body: Body) -> Bool {
        if isBusy.exchange(true, ordering: .acquiring) { return false }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { address in
                self.body = address
                self.pieces = pieces
                finished.store(0, ordering: .relaxed)
                let number = (ticket.load(ordering: .relaxed) >> 32) &+ 1
                ticket.store(number << 32 | UInt64(pieces), ordering: .sequentiallyConsistent)
                if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
                while takePiece(workspace) {}
                waitUntilFinished()
                self.body = nil
            }
        }
        isBusy.store(false, ordering: .releasing)
        return true
    }

    /// Does one piece, if any is left.
    private func takePiece(_ workspace: Workspace) -> Bool {
        var seen = ticket.load(ordering: .acquiring)
        while seen & 0xFFFF_FFFF != 0 {
            let (taken, now) = ticket.weakCompareExchange(
                expected: seen, desired: seen - 1, ordering: .acquiringAndReleasing)
            if taken {
                body!.pointee(pieces - Int(seen & 0xFFFF_FFFF), workspace)
                // The work, and with it the number of pieces, may be over as soon as the count is right.
                let pieces = pieces
                let done = finished.add(1, ordering: .sequentiallyConsistent).newValue
                if done == pieces, callerSleeps.load(ordering: .sequentiallyConsistent) { wakeCaller() }
                return true
            }
            seen = now
        }
        return false
    }

    /// Looks for a while, then sleeps: whoever holds the last piece may be waiting for this processor.
    private func waitUntilFinished() {
        for _ in 0..<50_000 {
            if finished.load(ordering: .acquiring) == pieces { return }
        }
        pthread_mutex_lock(mutex)
        callerSleeps.store(true, ordering: .sequentiallyConsistent)
        while finished.load(ordering: .sequentiallyConsistent) < pieces {
            pthread_cond_wait(callerCondition, mutex)
        }
        callerSleeps.store(false, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    private func wakeCaller() {
        pthread_mutex_lock(mutex)
        pthread_cond_signal(callerCondition)
        pthread_mutex_unlock(mutex)
    }

    private var hasNothingToDo: Bool {
        ticket.load(ordering: .sequentiallyConsistent) & 0xFFFF_FFFF == 0
            && !isStopped.load(ordering: .sequentiallyConsistent)
    }

    /// The life of a thread: work, look for more for some tens of microseconds, sleep.
    private func work() {
        let workspace = Workspace()
        while !isStopped.load(ordering: .relaxed) {
            if takePiece(workspace) { continue }
            let start = ContinuousClock.now
            repeat {
                var looks = 0
                while looks < 256, ticket.load(ordering: .relaxed) & 0xFFFF_FFFF == 0 { looks += 1 }
                if looks < 256 { break }
            } while ContinuousClock.now - start < .microseconds(40)
            if hasNothingToDo { sleep() }
        }
    }

    private func sleep() {
        pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while hasNothingToDo { pthread_cond_wait(condition, mutex) }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    private func wake() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}
