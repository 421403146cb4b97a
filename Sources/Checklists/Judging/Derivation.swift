/// A matcher for the first or last event that another finds.
struct DerivedMatcher: Sendable {
    let number: Int
    let of: Int
    let isFirst: Bool
}

extension Timeline {
    /// Answers the matchers for first and last events among the events of a range; a span has its own first and last.
    mutating func derive(in range: Range<Int>) {
        guard !derived.isEmpty, derivedRange != range else { return }
        if derivedRange != nil { forgetDerived() }
        derivedRange = range
        for matcher in derived { derive(matcher, range) }
    }

    private mutating func forgetDerived() {
        for matcher in derived {
            let (word, bit) = (matcher.number >> 6, UInt64(1) << UInt64(matcher.number & 63))
            for index in 0..<count {
                masks[index * words + word] &= ~bit
                unsure[index * words + word] &= ~bit
            }
        }
        unsureReasons.removeAll { reason in derived.contains { $0.number == reason.matcher } }
    }

    /// Where an event that cannot be told lies beyond the first or last one, neither can that.
    private mutating func derive(_ matcher: DerivedMatcher, _ range: Range<Int>) {
        let (word, bit) = (matcher.of >> 6, UInt64(1) << UInt64(matcher.of & 63))
        let (ownWord, ownBit) = (matcher.number >> 6, UInt64(1) << UInt64(matcher.number & 63))
        for step in 0..<range.count {
            let index = matcher.isFirst ? range.lowerBound + step : range.upperBound - 1 - step
            if unsure[index * words + word] & bit != 0 {
                unsure[index * words + ownWord] |= ownBit
                unsureReasons.append((index, matcher.number, "it depends on an event that could not be read"))
            }
            if masks[index * words + word] & bit != 0 {
                masks[index * words + ownWord] |= ownBit
                seen[ownWord] |= ownBit
                return
            }
        }
    }
}
