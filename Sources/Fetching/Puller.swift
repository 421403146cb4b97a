import Language
import Synchronization

/// Pulls sources: any number at once, all through one transfer loop.
///
/// A pull is driven by its reader. It asks for the next event, and only then are bytes taken from the transfer, whose own
/// buffer is bounded: a slow reader slows the partner down, and memory is bounded by pages in flight. The request for the
/// next page is sent as soon as its address is known, so that the partner works while we do.
package final class Puller: Sendable {
    let loop: TransferLoop?
    let patience: Patience

    /// `certificateAuthorities` is a PEM file that is trusted instead of the system's.
    package convenience init(certificateAuthorities: String? = nil) {
        self.init(certificateAuthorities: certificateAuthorities, patience: .real)
    }

    init(certificateAuthorities: String?, patience: Patience) {
        var settings = TransferLoop.Settings()
        settings.certificateAuthorities = certificateAuthorities
        loop = TransferLoop(settings)
        self.patience = patience
    }

    /// What the source says, ending with exactly one `ended`.
    /// `recorder` keeps what comes; with `replay` nobody is asked, and what was kept comes again.
    package func pull(_ source: Source, keeping recorder: ExchangeRecorder? = nil, from replay: ExchangeReplay? = nil)
        -> PullSequence
    {
        PullSequence(source: source, puller: self, recorder: recorder, replay: replay)
    }

    deinit { loop?.stop() }

    /// Ends every transfer and the thread behind them.
    package func shutDown() async { await loop?.shutDown() }
}

/// How waiting is done and time is told: handed in, so that tests need neither.
struct Patience: Sendable {
    /// Returns after so long.
    let wait: @Sendable (Duration) async -> Void
    /// The time since some fixed moment.
    let now: @Sendable () -> Duration

    static let real: Patience = {
        let start = ContinuousClock.now
        return Patience(
            wait: { try? await Task.sleep(for: $0) },
            now: { ContinuousClock.now - start })
    }()
}

/// The events of one pull. Each iteration is a pull of its own; one that is kept or replayed is iterated once.
package struct PullSequence: AsyncSequence, Sendable {
    package typealias Element = PullEvent
    package typealias Failure = Never

    let source: Source
    let puller: Puller
    let recorder: ExchangeRecorder?
    let replay: ExchangeReplay?

    package struct Iterator: AsyncIteratorProtocol {
        private let session: PullSession

        fileprivate init(_ session: PullSession) { self.session = session }

        package mutating func next() async -> PullEvent? { await session.next() }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(PullSession(source, puller, recorder: recorder, replay: replay))
    }
}
