/// What most checks come to for most records: an answer from which events happened at all, and which came first and last,
/// without running a machine.
///
/// It never finds a breach and never something owed. Where all is not kept, or not asked for, there is no answer, and the
/// machine is run. Plain numbers, laid out one behind the other: the parts of a combination follow it.
struct Shortcut: Sendable {
    enum Kind: Sendable {
        /// `a` happens.
        case existence
        /// `a` never happens.
        case absence
        case begins, ends
        case choice, exclusiveChoice, coexistence, notCoexistence, respondedExistence
        /// Where `a` never happens, nothing is asked for.
        case activation
        /// The last `a` comes before the last `b`.
        case response
        /// The first `b` comes before the first `a`.
        case precedence
        /// `b` never happens where `a` does.
        case notResponse
        case all, any
    }

    /// The number of an event's matcher.
    struct Place: Sendable {
        private let number: UInt32

        init(_ matcher: Int) { number = UInt32(truncatingIfNeeded: matcher) }

        @inline(__always)
        var matcher: Int { Int(number) }

        @inline(__always)
        var word: Int { Int(number >> 6) }

        @inline(__always)
        var bit: UInt64 { 1 << UInt64(number & 63) }
    }

    let kind: Kind
    /// How many parts follow.
    private let partCount: UInt16
    let a: Place
    let b: Place

    @inline(__always)
    var parts: Int { Int(partCount) }

    init(_ kind: Kind, _ a: EventReference, _ b: EventReference? = nil) {
        self.kind = kind
        self.a = Place(a.matcher)
        self.b = Place((b ?? a).matcher)
        partCount = 0
    }

    private init(_ kind: Kind, parts: UInt16) {
        self.kind = kind
        a = Place(0)
        b = a
        partCount = parts
    }

    /// Nothing where a part has none, or one that passes could hide another with a limit: when that fell due may decide the rate.
    static func combination(_ parts: [[Shortcut]], needsAll: Bool) -> [Shortcut] {
        guard let count = UInt16(exactly: parts.count), parts.allSatisfy({ $0.count == 1 && $0[0].parts == 0 }),
            needsAll || !parts.contains(where: { $0[0].kind == .activation })
        else { return [] }
        return [Shortcut(needsAll ? .all : .any, parts: count)] + parts.joined()
    }
}

extension Timeline {
    /// Notes which matchers events answer, and which events do so first and last.
    mutating func summarise() {
        if first.count < words * 64 {
            first = Array(repeating: 0, count: words * 64)
            last = first
            present = Array(repeating: 0, count: words)
        }
        let (words, count) = (words, count)
        masks.withUnsafeBufferPointer { masks in
            first.withUnsafeMutableBufferPointer { first in
                last.withUnsafeMutableBufferPointer { last in
                    present.withUnsafeMutableBufferPointer { present in
                        for word in 0..<words {
                            var seen: UInt64 = 0
                            for index in 0..<count {
                                var new = masks[index &* words &+ word] & ~seen
                                seen |= new
                                while new != 0 {
                                    first[word << 6 + new.trailingZeroBitCount] = Int32(truncatingIfNeeded: index)
                                    new &= new - 1
                                }
                            }
                            present[word] = seen
                            // Backwards until the last of each was met.
                            var index = count
                            while seen != 0, index > 0 {
                                index &-= 1
                                var new = masks[index &* words &+ word] & seen
                                seen &= ~new
                                while new != 0 {
                                    last[word << 6 + new.trailingZeroBitCount] = Int32(truncatingIfNeeded: index)
                                    new &= new - 1
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The verdict on the whole record, where a shortcut leads to one.
    @inline(__always)
    mutating func answer(_ shortcuts: UnsafeMutableBufferPointer<Shortcut>, at start: Int) -> Verdict? {
        let shortcut = shortcuts[start]
        guard shortcut.parts > 0 else { return answer(shortcut) }
        let decides: Verdict? = shortcut.kind == .any ? .pass : nil
        var isHolding = false
        var isPassed = false
        var isAwaited = false
        for part in start + 1...start + shortcut.parts {
            guard let verdict = answer(shortcuts[part]) else { return nil }
            if verdict == decides { return verdict }
            isHolding = isHolding || verdict == .holding
            isPassed = isPassed || verdict == .pass
            // A part that nothing has activated yet has no say yet.
            isAwaited = isAwaited || verdict == .notActivated && closed == nil
        }
        return isHolding || isPassed && isAwaited ? .holding : isPassed ? .pass : .notActivated
    }

    /// Mutating although it changes nothing: else the timeline may be copied to ask it.
    private mutating func answer(_ shortcut: Shortcut) -> Verdict? {
        let hasA = present[shortcut.a.word] & shortcut.a.bit != 0
        let hasB = present[shortcut.b.word] & shortcut.b.bit != 0
        let kept: Verdict = closed == nil ? .holding : .pass
        switch shortcut.kind {
        case .existence: return hasA ? .pass : nil
        case .absence: return hasA ? nil : kept
        case .begins: return hasA && first[shortcut.a.matcher] == 0 ? .pass : nil
        case .ends: return hasA && Int(last[shortcut.a.matcher]) == count - 1 ? kept : nil
        case .choice: return hasA || hasB ? .pass : nil
        case .exclusiveChoice: return hasA != hasB ? kept : nil
        case .coexistence: return hasA != hasB ? nil : hasA ? .pass : .notActivated
        case .notCoexistence: return hasA && hasB ? nil : hasA || hasB ? kept : .notActivated
        case .respondedExistence: return !hasA ? .notActivated : hasB ? .pass : nil
        case .activation: return hasA ? nil : .notActivated
        case .response:
            guard hasA else { return .notActivated }
            return hasB && last[shortcut.a.matcher] < last[shortcut.b.matcher] ? kept : nil
        case .precedence:
            guard hasA else { return .notActivated }
            return hasB && first[shortcut.b.matcher] < first[shortcut.a.matcher] ? .pass : nil
        case .notResponse: return !hasA ? .notActivated : hasB ? nil : kept
        case .all, .any: return nil
        }
    }
}
