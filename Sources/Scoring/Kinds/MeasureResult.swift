import Foundation

/// One measure at one partner: what is compared and not judged.
package struct MeasureResult: Hashable, Sendable {
    /// How often a route is taken, and how often an ordinary partner with the same case mix takes it.
    package struct Route: Hashable, Sendable {
        package var route: String
        package var n: Int
        /// Of the partner's closed records.
        package var share: Double
        package var expected: Double
    }

    package var checklist: String
    package var measure: String
    /// Records that it applies to; for a route, closed ones.
    package var n: Int
    /// Seconds until half, and nine tenths, have come to their end; open ones count as far as they are known (Kaplan & Meier
    /// 1958). Nil where not so many have.
    package var median: Double?
    package var p90: Double?
    /// The median of the network's records with the same case mix.
    package var expectedMedian: Double?
    /// How fast they come to their end beside an ordinary partner with the same case mix, after shrinkage: below 1 is slower.
    /// With its 95 % interval; nil below five records.
    package var ratio: Double?
    package var low: Double?
    package var high: Double?
    /// By share; empty for a duration.
    package var routes: [Route] = []

    init(checklist: String, measure: String, n: Int) {
        self.checklist = checklist
        self.measure = measure
        self.n = n
    }
}

extension MeasureResult {
    /// The durations of every partner that has some, by its number.
    static func durations(
        _ cells: DurationCells, _ outcome: DurationOutcome, _ peer: PeerTest, _ numbers: GroupNumbers, of subject: Subject
    ) -> [Int: MeasureResult] {
        let strata = Strata(cells, outcome)
        var rows: [[Int]] = Array(repeating: [], count: numbers.partners)
        for row in cells.group.indices { rows[Int(numbers.groups.partner[Int(cells.group[row])])].append(row) }
        var results: [Int: MeasureResult] = [:]
        for (partner, rows) in rows.enumerated() where !rows.isEmpty {
            var result = MeasureResult(checklist: subject.checklist, measure: subject.id, n: rows.count)
            let curve = KaplanMeier(rows.map { cells.seconds[$0] }, isEnded: rows.map { cells.isEnded[$0] })
            result.median = curve.quantile(0.5)
            result.p90 = curve.quantile(0.9)
            result.expectedMedian = strata.quantile(0.5, of: rows.map { outcome.stratum[$0] })
            if Double(rows.count) >= PeerTest.leastCases {
                let (ratio, error) = (peer.shrunkRatio(partner), peer.remainingError(partner))
                (result.ratio, result.low, result.high) = (ratio, ratio * exp(-1.96 * error), ratio * exp(1.96 * error))
            }
            results[partner] = result
        }
        return results
    }

    /// The routes of every partner that has closed records, by its number.
    static func routes(_ path: PathTest, of subject: Subject) -> [Int: MeasureResult] {
        var results: [Int: MeasureResult] = [:]
        for (partner, n) in path.n.enumerated() where n > 0 {
            var result = MeasureResult(checklist: subject.checklist, measure: subject.id, n: Int(n))
            result.routes = path.routes.map { route in
                Route(
                    route: route.name, n: Int(route.observed[partner]), share: route.observed[partner] / n,
                    expected: route.peer.expected[partner] / n)
            }.sorted { $0.n != $1.n ? $0.n > $1.n : $0.route.precedes($1.route) }
            results[partner] = result
        }
        return results
    }

    /// The network's curve of each stratum.
    private struct Strata {
        private let curves: [KaplanMeier]

        init(_ cells: DurationCells, _ outcome: DurationOutcome) {
            var rows: [[Int]] = Array(repeating: [], count: outcome.strata)
            for (row, stratum) in outcome.stratum.enumerated() { rows[stratum].append(row) }
            curves = rows.map { rows in
                KaplanMeier(rows.map { cells.seconds[$0] }, isEnded: rows.map { cells.isEnded[$0] })
            }
        }

        /// The least time by which a share of the cases has ended, each following the curve of its stratum: by bisection, since
        /// the mixed curve of a large network has as many steps as it has cases.
        func quantile(_ share: Double, of strata: [Int]) -> Double? {
            var weights = [Double](repeating: 0, count: curves.count)
            for stratum in strata { weights[stratum] += 1 }
            let present = weights.indices.filter { weights[$0] > 0 }
            let total = Double(strata.count)
            func isReached(_ time: Double) -> Bool {
                present.reduce(0.0) { $0 + weights[$1] * curves[$1].survival(after: time) } / total <= 1 - share + 1e-12
            }
            // Where the curve falls is one of the times of its parts.
            let times = present.compactMap { curves[$0].times.last }
            guard var high = times.max(), isReached(high) else { return nil }
            var low = -1.0
            while true {
                let middle = low + (high - low) / 2
                guard middle > low, middle < high, high - low > high * 1e-15 else { return high }
                if isReached(middle) {
                    high = present.compactMap { curves[$0].last(upTo: middle) }.max() ?? middle
                } else {
                    low = middle
                }
            }
        }
    }
}

extension KaplanMeier {
    /// The last of its times that is not later.
    fileprivate func last(upTo time: Double) -> Double? {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? times[low - 1] : nil
    }
}
