import Language

/// What all sources of a program have learnt of each origin: when the next request is due, and whether anybody is there.
final class Origins: Sendable {
    private struct State {
        /// Before that no further request begins: a bucket of one token, refilled at the source's rate.
        var free: Duration = .zero
        /// Points of trouble since the last answer worth having.
        var trouble = 0
        /// Until then nobody asks.
        var shutUntil: Duration?
    }

    /// No answer at all weighs three points, an answer of 5xx one.
    enum Trouble: Int, Sendable { case silence = 3, serverError = 1 }

    /// Ten times without an answer, or thirty times with a useless one, in a row.
    static let mostTrouble = 30
    /// How long an origin in trouble is left alone; then one request tries.
    static let pause = Duration.seconds(30)

    private let states = Guarded<[String: State]>([:])

    /// Takes the next turn; the time until it comes. `interval` is the least time between two requests.
    func turn(_ origin: String, every interval: Duration, now: Duration) -> Duration {
        states.withLock { states in
            let at = max(states[origin, default: State()].free, now)
            states[origin, default: State()].free = at + interval
            return at - now
        }
    }

    /// True where the origin is to be left alone. After a pause one asker is let through.
    func isShut(_ origin: String, now: Duration) -> Bool {
        states.withLock { states in
            guard let until = states[origin]?.shutUntil else { return false }
            if now < until { return true }
            states[origin]?.shutUntil = now + Self.pause
            return false
        }
    }

    /// An answer worth having: whatever was wrong is over.
    func noteAnswer(_ origin: String) {
        states.withLock { states in
            states[origin]?.trouble = 0
            states[origin]?.shutUntil = nil
        }
    }

    /// No useful answer. `retries` is how often one request may be tried again: so much alone leaves the origin open.
    func note(_ trouble: Trouble, at origin: String, retries: Int, now: Duration) {
        states.withLock { states in
            states[origin, default: State()].trouble += trouble.rawValue
            if states[origin, default: State()].trouble >= max(Self.mostTrouble, (retries + 2) * trouble.rawValue) {
                states[origin]?.shutUntil = now + Self.pause
            }
        }
    }
}
