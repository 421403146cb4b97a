package import Language
package import Timelines

/// What an item says of a record. Silence is never green: only `pass` is a pass for good.
package enum Verdict: String, CaseIterable, Sendable {
    case pass, fail, holding, pending
    case notActivated = "not_activated"
    case notApplicable = "not_applicable"
    case notObservable = "not_observable"
}

/// How a verdict enters the rate at the decision point (contract, "Rates and the decision point").
package enum RateShare: UInt8, Sendable {
    /// Not decided yet, or not judged at all.
    case none
    case met, missed
}

/// One item judged on one record.
package struct ItemVerdict: Sendable {
    /// The item's number within the judge's plan (`Judge.items`).
    package var item: Int
    package var verdict: Verdict
    package var rate: RateShare
    /// When the earliest open obligation falls due, for `pending`; nil where no limit gives one.
    package var due: Instant?
    /// For every `fail`, and where there is something to say for the others.
    package var evidence: Evidence?

    package init(item: Int, verdict: Verdict, rate: RateShare = .none, due: Instant? = nil, evidence: Evidence? = nil) {
        self.item = item
        self.verdict = verdict
        self.rate = rate
        self.due = due
        self.evidence = evidence
    }
}

/// Why a verdict is what it is, in terms that both sides of a dispute can check.
package struct Evidence: Hashable, Sendable {
    /// One sentence: "escalated at 2026-01-05T09:00:00Z was not followed by acknowledged within 30m".
    package var reason: String
    /// The events that the reason speaks of, by index in the timeline.
    package var events: [CitedEvent]
    /// Where the reason is a length of time: whose time it was, stretch by stretch. They follow one another from its first
    /// moment to its last, so that they add up to all of it. Where there are more than 200, one a party with the sum, each
    /// from the first moment to the last.
    package var stretches: [Stretch] = []

    package struct CitedEvent: Hashable, Sendable {
        package var index: Int
        package var at: Instant
        package var activity: String
        /// The record that it belongs to, where the timeline is merged of several.
        package var record: String?
        package init(index: Int, at: Instant, activity: String, record: String? = nil) {
            self.index = index
            self.at = at
            self.activity = activity
            self.record = record
        }
    }

    /// A part of a length of time that was all one party's.
    package struct Stretch: Hashable, Sendable {
        /// Nil for a pause of which nobody said whose time it is, and for time in which a clock had stopped.
        package var party: Party?
        package var from: Instant
        package var until: Instant
        /// On the clock of the check.
        package var length: Duration
        package init(party: Party?, from: Instant, until: Instant, length: Duration) {
            self.party = party
            self.from = from
            self.until = until
            self.length = length
        }
    }

    package init(reason: String, events: [CitedEvent] = []) {
        self.reason = reason
        self.events = events
    }
}

/// A record with the verdicts of every item of the plan: what scoring needs to know of a record, and nothing more.
package struct Judgement: Sendable {
    package var partner: String
    package var record: String
    package var provenance: Provenance
    package var function: String?
    package var opened: Instant?
    package var closed: Instant?
    package var updated: Instant?
    package var severity: String?
    package var customer: Customer
    package var owner: String?
    /// How many events the record has.
    package var events: Int
    /// One per item of the plan, in the order of `Judge.items`.
    package var verdicts: [ItemVerdict]
}
