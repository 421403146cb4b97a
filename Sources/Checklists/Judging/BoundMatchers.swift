import Language
import Timelines

/// A checklist's matchers with a table by activity: which bits an event of that activity has at once, and for which a
/// predicate must be asked.
struct BoundMatchers: Sendable {
    let words: Int
    private let matchers: [EventMatcher]
    private let predicates: [Question?]
    /// `words` words a symbol.
    private let definite: [UInt64]
    private let candidates: [UInt64]
    private let asksPredicates: Bool
    /// First and last events of other matchers, in an order in which those come before.
    private let derived: [DerivedMatcher]

    init(_ matchers: EventMatchers, _ activities: ActivityTable) {
        words = matchers.words
        self.matchers = matchers.all
        var definite = [UInt64](repeating: 0, count: activities.names.count * matchers.words)
        var candidates = definite
        var predicates: [Question?] = []
        var derived: [DerivedMatcher] = []
        for (number, matcher) in matchers.all.enumerated() {
            switch matcher.kind {
            case .first(let of): derived.append(DerivedMatcher(number: number, of: of, isFirst: true))
            case .last(let of): derived.append(DerivedMatcher(number: number, of: of, isFirst: false))
            case .plain(let set, let predicate):
                for (symbol, name) in activities.names.enumerated() where set.contains(name) {
                    let word = symbol * matchers.words + number >> 6
                    if predicate == nil {
                        definite[word] |= 1 << UInt64(number & 63)
                    } else {
                        candidates[word] |= 1 << UInt64(number & 63)
                    }
                }
            }
            if case .plain(_, let predicate) = matcher.kind {
                predicates.append(predicate.map(Question.init))
            } else {
                predicates.append(nil)
            }
        }
        self.definite = definite
        self.candidates = candidates
        self.predicates = predicates
        self.derived = derived
        asksPredicates = predicates.contains { $0 != nil }
    }

    /// The bits of the matchers that name an activity that is never produced, and of those that rest on them.
    func hidden(from producible: ProducibleActivities) -> [UInt64] {
        var hidden = [UInt64](repeating: 0, count: words)
        for (number, matcher) in matchers.enumerated() {
            let isHidden =
                switch matcher.kind {
                case .plain(let set, _): Self.isHidden(set, named: matcher.named, from: producible)
                case .first(let of), .last(let of): hidden[of >> 6] & (1 << UInt64(of & 63)) != 0
                }
            if isHidden { hidden[number >> 6] |= 1 << UInt64(number & 63) }
        }
        return hidden
    }

    /// True where some activity is never produced that a check names, or that a definition plainly lists; where there are no
    /// events at all, nothing is told of any.
    private static func isHidden(_ set: ActivitySet, named: String?, from producible: ProducibleActivities) -> Bool {
        if let named { return !producible.contains(named) }
        if case .only(let names) = set { return names.contains { !producible.contains($0) } }
        return producible == .only([])
    }

    /// Answers every matcher for every event.
    func mark(_ timeline: inout Timeline) {
        timeline.refill()
        let size = timeline.count * words
        timeline.words = words
        if !timeline.unsureReasons.isEmpty { timeline.unsureReasons.removeAll(keepingCapacity: true) }
        if timeline.masks.count < size {
            timeline.masks = Array(repeating: 0, count: size * 2)
            timeline.unsure = timeline.masks
        }
        if timeline.seen.count < words { timeline.seen = Array(repeating: 0, count: words) }
        if words == 1, !asksPredicates, derived.isEmpty { markDefinite(&timeline) } else { markAll(&timeline) }
        if !derived.isEmpty || !timeline.derived.isEmpty {
            timeline.derived = derived
            timeline.derivedRange = nil
            timeline.derive(in: 0..<timeline.count)
        }
        timeline.summarise()
        timeline.hasDoubt = !timeline.unsureReasons.isEmpty || timeline.hidden.contains { $0 != 0 }
    }

    /// What a table answers: one look-up an event. What could not be told of earlier records is not looked at then.
    private func markDefinite(_ timeline: inout Timeline) {
        definite.withUnsafeBufferPointer { definite in
            timeline.symbols.withUnsafeBufferPointer { symbols in
                timeline.masks.withUnsafeMutableBufferPointer { masks in
                    var seen: UInt64 = 0
                    for index in 0..<timeline.count {
                        let symbol = Int(symbols[index])
                        let mask = definite[symbol < definite.count ? symbol : 0]
                        masks[index] = mask
                        seen |= mask
                    }
                    timeline.seen[0] = seen
                }
            }
        }
    }

    private func markAll(_ timeline: inout Timeline) {
        fill(&timeline)
        if asksPredicates {
            for index in 0..<timeline.count {
                let row = row(timeline.symbols[index])
                for word in 0..<words where candidates[row + word] != 0 { ask(candidates[row + word], word, index, &timeline) }
            }
        }
        for word in 0..<words {
            var seen: UInt64 = 0
            for index in 0..<timeline.count { seen |= timeline.masks[index &* words &+ word] }
            timeline.seen[word] = seen
        }
    }

    /// Where the words of a symbol begin.
    @inline(__always)
    private func row(_ symbol: Symbol) -> Int {
        let row = Int(symbol) &* words
        return row < definite.count ? row : 0
    }

    /// What the table answers, and nothing unsure.
    private func fill(_ timeline: inout Timeline) {
        let (words, count) = (words, timeline.count)
        definite.withUnsafeBufferPointer { definite in
            timeline.symbols.withUnsafeBufferPointer { symbols in
                timeline.masks.withUnsafeMutableBufferPointer { masks in
                    for index in 0..<count {
                        let row = row(symbols[index])
                        for word in 0..<words { masks[index &* words &+ word] = definite[row &+ word] }
                    }
                }
            }
        }
        timeline.unsure.withUnsafeMutableBufferPointer { unsure in
            for index in 0..<count * words { unsure[index] = 0 }
        }
    }

    private func ask(_ bits: UInt64, _ word: Int, _ index: Int, _ timeline: inout Timeline) {
        var rest = bits
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            guard let predicate = predicates[word << 6 + bit] else { continue }
            do throws(EvaluationError) {
                if try timeline.holds(predicate, event: index) { timeline.masks[index * words + word] |= 1 << UInt64(bit) }
            } catch {
                timeline.unsure[index * words + word] |= 1 << UInt64(bit)
                timeline.unsureReasons.append((index, word << 6 + bit, error.message))
            }
        }
    }
}
