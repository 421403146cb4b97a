import Foundation

/// How records divide among the routes through a process.
package enum RouteShares {
    /// Shannon's entropy in nats; 0 without records.
    package static func entropy(_ counts: [Int]) -> Double {
        let total = counts.reduce(0.0) { $0 + Double($1) }
        guard total > 0 else { return 0 }
        return counts.reduce(0.0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log(share)
        }
    }

    /// The entropy as a share of the most that so many routes can have, used or not; 0 with one route.
    package static func normalisedEntropy(_ counts: [Int]) -> Double {
        counts.count > 1 ? min(1, entropy(counts) / log(Double(counts.count))) : 0
    }

    /// Half the sum of the differences of shares: the least share of records that would have to take another route. Nil
    /// without records. Domain: as many reference shares as counts, which sum to 1.
    package static func totalVariation(_ counts: [Int], from reference: [Double]) -> Double? {
        let total = counts.reduce(0.0) { $0 + Double($1) }
        guard total > 0 else { return nil }
        return zip(counts, reference).reduce(0.0) { $0 + abs(Double($1.0) / total - $1.1) } / 2
    }
}
