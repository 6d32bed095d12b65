#if THREAD_SANITIZER
    import Glibc

    /// A value that one thread at a time may use.
    ///
    /// The standard library's `Mutex` lets Linux hand a contended lock from thread to thread, which the thread sanitizer
    /// does not see; builds for it use a lock that it knows.
    package final class Guarded<Value>: @unchecked Sendable {
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>
        private var value: Value

        package init(_ value: sending Value) {
            self.value = value
            mutex = .allocate(capacity: 1)
            mutex.initialize(to: pthread_mutex_t())
            pthread_mutex_init(mutex, nil)
        }

        deinit {
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        /// Gives `body` the value while no other thread has it.
        package func withLock<Result, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value)
        }
    }
#else
    import Synchronization

    /// A value that one thread at a time may use.
    package typealias Guarded = Mutex
#endif
