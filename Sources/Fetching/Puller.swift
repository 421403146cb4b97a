import Foundation
import Language

/// Pulls sources: any number at once, all through one transfer loop.
///
/// A pull is driven by its reader. It asks for the next event, and only then are bytes taken from the transfer, whose own
/// buffer is bounded: a slow reader slows the partner down, and memory is bounded by pages in flight. The request for the
/// next page is sent as soon as its address is known, so that the partner works while we do.
package final class Puller: Sendable {
    let loop: TransferLoop?
    let patience: Patience
    let proxies: Proxies
    /// What the sources have learnt of the origins that they share, and the tokens that they were given.
    let origins = Origins()
    let tokens = TokenStore()
    let readAhead = ReadAhead(bytes: 8 << 20)

    /// `certificateAuthorities` is a PEM file that is trusted instead of the system's.
    package convenience init(certificateAuthorities: String? = nil, proxies: Proxies = Proxies()) {
        self.init(certificateAuthorities: certificateAuthorities, patience: .real, proxies: proxies)
    }

    init(certificateAuthorities: String?, patience: Patience, proxies: Proxies = Proxies()) {
        self.proxies = proxies
        var settings = TransferLoop.Settings()
        settings.certificateAuthorities = certificateAuthorities
        loop = TransferLoop(settings)
        self.patience = patience
    }

    /// What the source says, ending with exactly one `ended`.
    /// `recorder` keeps what comes; with `replay` nobody is asked, and what was kept comes again. The deadline of a part of a
    /// pull that began earlier counts from its `beginning`.
    package func pull(
        _ source: Source, since beginning: Beginning? = nil, keeping recorder: ExchangeRecorder? = nil,
        from replay: ExchangeReplay? = nil
    ) -> PullSequence {
        PullSequence(source: source, puller: self, beginning: beginning, recorder: recorder, replay: replay)
    }

    /// When a pull began, on this puller's clock.
    package struct Beginning: Sendable {
        let time: Duration
    }

    package func begin() -> Beginning { Beginning(time: patience.now()) }

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
    /// The date, for what partners say of it.
    var date: @Sendable () -> Instant = { Instant(seconds: Int64(Date().timeIntervalSince1970)) }
    /// What waits are drawn from.
    var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }

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
    let beginning: Puller.Beginning?
    let recorder: ExchangeRecorder?
    let replay: ExchangeReplay?

    package struct Iterator: AsyncIteratorProtocol {
        private let session: PullSession

        fileprivate init(_ session: PullSession) { self.session = session }

        package mutating func next() async -> PullEvent? { await session.next() }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(PullSession(source, puller, since: beginning, recorder: recorder, replay: replay))
    }
}
