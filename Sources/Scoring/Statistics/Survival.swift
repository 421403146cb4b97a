/// At each distinct time of some durations: how many ended, of how many that lasted as long.
private struct LifeTable {
    var times: [Double] = []
    var ended: [Double] = []
    var atRisk: [Double] = []

    /// Domain: finite times, as many as ends.
    init(_ times: [Double], _ isEnded: [Bool]) {
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        for (rank, index) in order.enumerated() {
            if self.times.last != times[index] {
                self.times.append(times[index])
                ended.append(0)
                atRisk.append(Double(order.count - rank))
            }
            if isEnded[index] { ended[ended.count - 1] += 1 }
        }
    }
}

extension [Double] {
    /// How many of the sorted numbers are at most x.
    fileprivate func count(upTo x: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= x { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The share of durations that last longer than a time, where some have not ended yet (Kaplan & Meier 1958).
package struct KaplanMeier: Hashable, Sendable {
    /// Distinct, ascending.
    package let times: [Double]
    /// After each of them.
    package let survival: [Double]

    /// Domain: finite times >= 0, as many as ends.
    package init(_ times: [Double], isEnded: [Bool]) {
        let table = LifeTable(times, isEnded)
        var share = 1.0
        self.times = table.times
        survival = table.times.indices.map { index in
            share *= 1 - table.ended[index] / table.atRisk[index]
            return share
        }
    }

    /// The curve of cases of which each follows one of some curves: the mean of the curves by weight.
    package init(mixing curves: [(curve: KaplanMeier, weight: Double)]) {
        let total = curves.reduce(0.0) { $0 + $1.weight }
        let times = total > 0 ? Array(Set(curves.flatMap(\.curve.times))).sorted() : []
        self.times = times
        survival = times.map { time in curves.reduce(0.0) { $0 + $1.weight * $1.curve.survival(after: time) } / total }
    }

    /// The share that lasts longer than a time.
    package func survival(after time: Double) -> Double {
        let count = times.count(upTo: time)
        return count == 0 ? 1 : survival[count - 1]
    }

    /// The least time by which a share has ended; nil where the curve does not come so far down. Domain: 0 < share <= 1.
    package func quantile(_ share: Double) -> Double? {
        // Products of fractions that are a round share may be off by their rounding.
        zip(times, survival).first { $0.1 <= 1 - share + 1e-12 }?.0
    }

    /// The mean of durations cut at a time: the area below the curve.
    package func restrictedMean(to end: Double) -> Double {
        var (area, from, share) = (0.0, 0.0, 1.0)
        for (time, after) in zip(times, survival) {
            if time >= end { break }
            area += share * (time - from)
            (from, share) = (time, after)
        }
        return area + share * max(0, end - from)
    }
}

/// The cumulated hazard of ending (Nelson-Aalen; Aalen 1978); ties share d/n.
package struct NelsonAalen: Hashable, Sendable {
    /// Distinct, ascending.
    package let times: [Double]
    /// After each of them.
    package let hazard: [Double]

    /// Domain: finite times >= 0, as many as ends.
    package init(_ times: [Double], isEnded: [Bool]) {
        let table = LifeTable(times, isEnded)
        var sum = 0.0
        self.times = table.times
        hazard = table.times.indices.map { index in
            sum += table.ended[index] / table.atRisk[index]
            return sum
        }
    }

    /// How many ends are expected of one case by a time (Berry 1983).
    package func expected(by time: Double) -> Double {
        let count = times.count(upTo: time)
        return count == 0 ? 0 : hazard[count - 1]
    }

    /// The expected ends of every case, each from the hazard of its own stratum, in the order given.
    package static func expected(_ times: [Double], isEnded: [Bool], stratum: [Int]) -> [Double] {
        var expected = [Double](repeating: 0, count: times.count)
        for cases in Dictionary(grouping: times.indices, by: { stratum[$0] }).values {
            let curve = NelsonAalen(cases.map { times[$0] }, isEnded: cases.map { isEnded[$0] })
            for index in cases { expected[index] = curve.expected(by: times[index]) }
        }
        return expected
    }
}

/// Whether one group's durations end at the rate of the others, within strata (Mantel 1966), the variance hypergeometric.
package struct LogRank: Hashable, Sendable {
    package let observed: Double
    package let expected: Double
    package let variance: Double
    /// Nil where nothing can be said: one group only at every end.
    package var chiSquare: Double? { variance > 0 ? (observed - expected) * (observed - expected) / variance : nil }
    package var p: Double? { chiSquare.map { ChiSquare.upperTail($0, df: 1) } }

    /// Domain: four columns of one length, finite times >= 0.
    package init(_ times: [Double], isEnded: [Bool], isGroup: [Bool], stratum: [Int]) {
        var (observed, expected, variance) = (0.0, 0.0, 0.0)
        let order = times.indices.sorted { (stratum[$0], times[$0], $0) < (stratum[$1], times[$1], $1) }
        var end = order.count
        while end > 0 {
            // One stratum at a time, from its longest duration down: those seen so far are at risk.
            let name = stratum[order[end - 1]]
            var (atRisk, inGroup) = (0.0, 0.0)
            while end > 0, stratum[order[end - 1]] == name {
                let time = times[order[end - 1]]
                var (ended, endedInGroup) = (0.0, 0.0)
                while end > 0, stratum[order[end - 1]] == name, times[order[end - 1]] == time {
                    let index = order[end - 1]
                    atRisk += 1
                    if isGroup[index] { inGroup += 1 }
                    if isEnded[index] {
                        ended += 1
                        if isGroup[index] { endedInGroup += 1 }
                    }
                    end -= 1
                }
                observed += endedInGroup
                let share = inGroup / atRisk
                expected += ended * share
                if atRisk > 1 { variance += ended * share * (1 - share) * (atRisk - ended) / (atRisk - 1) }
            }
        }
        (self.observed, self.expected, self.variance) = (observed, expected, variance)
    }
}
