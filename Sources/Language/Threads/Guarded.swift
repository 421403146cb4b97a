#if SANITIZE_THREAD
    import Foundation
#else
    public import Synchronization
#endif

#if !SANITIZE_THREAD
    /// A value that one thread at a time may look at or change.
    ///
    /// It is `Synchronization.Mutex`, but in builds for the thread sanitizer, which does not see that one: it makes threads wait
    /// by a system call of its own. There it is a lock of pthreads.
    ///
    /// Public, and not of the package alone: only so is it compiled into whoever uses it, at no cost.
    @frozen public struct Guarded<Value: ~Copyable>: ~Copyable, Sendable {
        @usableFromInline let mutex: Mutex<Value>

        /// Guards a value from here on.
        @inlinable public init(_ value: consuming sending Value) { mutex = Mutex(value) }

        /// Does `body` with the value; whoever else wants it waits meanwhile. Not to be called again within `body`.
        @inlinable public func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    }
#else
    /// The same with a lock that the thread sanitizer sees.
    ///
    /// Unchecked: the value is touched under the lock alone.
    package final class Guarded<Value: ~Copyable>: @unchecked Sendable {
        private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let value: UnsafeMutablePointer<Value>

        package init(_ value: consuming sending Value) {
            self.value = .allocate(capacity: 1)
            self.value.initialize(to: value)
            lock.initialize(to: pthread_mutex_t())
            pthread_mutex_init(lock, nil)
        }

        deinit {
            pthread_mutex_destroy(lock)
            lock.deallocate()
            value.deinitialize(count: 1)
            value.deallocate()
        }

        package func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(lock)
            defer { pthread_mutex_unlock(lock) }
            return try body(&value.pointee)
        }
    }
#endif
