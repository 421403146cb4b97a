import Language
import Timelines

/// A length of time cut into stretches: those that count, and those that are somebody's pause; where pauses overlap, the
/// time goes to the first listed.
struct TimeSheet {
    struct Entry {
        let from: Instant
        let until: Instant
        /// Which pause; -1 where the time counts.
        let pause: Int
    }

    /// One after another, without gaps.
    private(set) var entries: [Entry] = []

    /// A pause that has not ended lasts beyond every instant.
    typealias Pause = (start: Instant, end: Instant?)

    /// `pauses` has a list a kind of pause. One sweep: how many pauses of each kind last is counted from cut to cut.
    init(from start: Instant, until end: Instant, pauses: [[Pause]]) {
        guard start < end else { return }
        var lasting = Array(repeating: 0, count: pauses.count)
        var from = start
        for cut in Self.cuts(from: start, until: end, pauses) {
            if from < cut.at {
                append(from, cut.at, lasting.firstIndex { $0 > 0 } ?? -1)
                from = cut.at
            }
            lasting[cut.pause] += cut.change
        }
        if from < end { append(from, end, lasting.firstIndex { $0 > 0 } ?? -1) }
    }

    /// Where pauses begin and end in a length of time, in order.
    private static func cuts(
        from start: Instant, until end: Instant, _ pauses: [[Pause]]
    ) -> [(at: Instant, pause: Int, change: Int)] {
        var cuts: [(at: Instant, pause: Int, change: Int)] = []
        for (kind, list) in pauses.enumerated() {
            for pause in list where pause.start < end && pause.end.map({ start < $0 && pause.start < $0 }) ?? true {
                cuts.append((max(pause.start, start), kind, 1))
                if let stop = pause.end, stop < end { cuts.append((stop, kind, -1)) }
            }
        }
        return cuts.sorted { $0.at < $1.at }
    }

    private static func owner(of instant: Instant, _ pauses: [[Pause]]) -> Int {
        pauses.firstIndex { kind in
            kind.contains { $0.start <= instant && ($0.end.map { instant < $0 } ?? true) }
        } ?? -1
    }

    private mutating func append(_ from: Instant, _ until: Instant, _ pause: Int) {
        if let last = entries.last, last.pause == pause {
            entries[entries.count - 1] = Entry(from: last.from, until: until, pause: pause)
        } else {
            entries.append(Entry(from: from, until: until, pause: pause))
        }
    }

    /// The time that counts.
    func time(on scale: TimeScale) throws(EvaluationError) -> Duration {
        var sum = Duration.zero
        for entry in entries where entry.pause < 0 { sum += try scale.time(from: entry.from, to: entry.until) }
        return sum
    }

    /// Stretches as evidence, or their sums where they are too many; time that counts is the partner's.
    func stretches(of parties: [Party?], on scale: TimeScale) throws(EvaluationError) -> [Evidence.Stretch] {
        var stretches: [Evidence.Stretch] = []
        for entry in entries {
            stretches.append(
                Evidence.Stretch(
                    party: entry.pause < 0 ? .partner : parties[entry.pause], from: entry.from, until: entry.until,
                    length: try scale.time(from: entry.from, to: entry.until)))
        }
        return stretches.gathered
    }

    /// When that much time that counts has passed since `start`, as far as the pauses tell; nil while one lasts.
    static func deadline(
        after start: Instant, _ length: Duration, pauses: [[Pause]], on scale: TimeScale
    ) throws(EvaluationError) -> Deadline? {
        var horizon = start
        for pause in pauses.joined() { horizon = max(horizon, pause.start, pause.end ?? pause.start) }
        var left = length
        for entry in TimeSheet(from: start, until: horizon, pauses: pauses).entries where entry.pause < 0 {
            let time = try scale.time(from: entry.from, to: entry.until)
            // Where a pause begins as the time runs out, it is not over before the pause is.
            if time >= left, case let deadline = try scale.deadline(after: entry.from, left), deadline.last < entry.until {
                return deadline
            }
            left -= time
        }
        if owner(of: horizon, pauses) >= 0 { return nil }
        return try scale.deadline(after: horizon, left)
    }
}

extension [Evidence.Stretch] {
    /// As many as anybody reads one by one.
    private static var mostShown: Int { 200 }

    /// Beyond the most that is shown, one a party instead, in the order of their first: as long as all of its stretches
    /// together, each from the first moment of all to the last.
    var gathered: [Evidence.Stretch] {
        guard count > Self.mostShown, let first, let last else { return self }
        var sums: [Evidence.Stretch] = []
        for stretch in self {
            if let index = sums.firstIndex(where: { $0.party == stretch.party }) {
                sums[index].length += stretch.length
            } else {
                sums.append(
                    Evidence.Stretch(party: stretch.party, from: first.from, until: last.until, length: stretch.length))
            }
        }
        return sums
    }

    /// `, besides 2h of the customer's time`: what did not count, to follow a sentence that says what did.
    var besides: String {
        var sums: [(Party?, Duration)] = []
        for stretch in self where stretch.party != .partner && stretch.length > .zero {
            if let index = sums.firstIndex(where: { $0.0 == stretch.party }) {
                sums[index].1 += stretch.length
            } else {
                sums.append((stretch.party, stretch.length))
            }
        }
        guard !sums.isEmpty else { return "" }
        let words = sums.map { party, length in
            Limit.text(length.components.seconds) + (party.map { " of the \($0.rawValue)'s time" } ?? " of pauses")
        }
        return ", besides " + words.joined(separator: " and ")
    }
}
