import Foundation

/// What a process took, as the kernel tells it.
struct Usage {
    let wallSeconds: Double
    let processorSeconds: Double
    let peakKilobytes: Int

    /// Runs a program, given by its path, to its end.
    static func of(_ arguments: [String]) throws -> Usage {
        var process: pid_t = 0
        var vector = arguments.map { strdup($0) } + [nil]
        defer { for argument in vector { free(argument) } }
        let started = ContinuousClock.now
        guard posix_spawn(&process, arguments[0], nil, nil, &vector, environ) == 0 else {
            throw CocoaError(.executableNotLoadable)
        }
        var status: Int32 = 0
        var usage = rusage()
        wait4(process, &status, 0, &usage)
        let took = ContinuousClock.now - started
        guard status == 0 else { throw CocoaError(.executableRuntimeMismatch) }
        return Usage(
            wallSeconds: seconds(took), processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            peakKilobytes: usage.ru_maxrss)
    }

    /// The fastest of three runs.
    static func fastest(_ arguments: [String], before: () throws -> Void) throws -> Usage? {
        try (0..<3).map { _ in
            try before()
            return try of(arguments)
        }.min { $0.wallSeconds < $1.wallSeconds }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
}
