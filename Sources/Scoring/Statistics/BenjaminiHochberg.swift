/// The false discovery rate of many tests at once.
package enum BenjaminiHochberg {
    /// The q of every p, in the order given (Benjamini & Hochberg 1995): the least rate of false discoveries at which the
    /// test would be one. Domain: 0 <= p <= 1. Ties get equal q, whatever their order.
    package static func adjusted(_ p: [Double]) -> [Double] {
        let order = p.indices.sorted { (p[$0], $0) < (p[$1], $1) }
        var q = [Double](repeating: 1, count: p.count)
        var least = 1.0
        for (rank, index) in order.enumerated().reversed() {
            least = min(least, p[index] * Double(p.count) / Double(rank + 1))
            q[index] = least
        }
        return q
    }

    /// The same for one-sided nulls that are mostly deep inside their region, such as "the rate is at least the target":
    /// conditional on p <= 1/2, 2p is uniform at worst, so only those are adjusted; the others get q = 1
    /// (Zhao, Small & Su 2019).
    package static func adjustedBelowHalf(_ p: [Double]) -> [Double] {
        let tested = p.indices.filter { p[$0] <= 0.5 }
        var q = [Double](repeating: 1, count: p.count)
        for (index, value) in zip(tested, adjusted(tested.map { 2 * p[$0] })) { q[index] = value }
        return q
    }

    /// The other tests of one test: what q it would have if its own p were another, all else as it is.
    package struct Others: Sendable {
        /// Ascending; doubled where only those below one half count.
        private let p: [Double]
        /// From each of them up: the least q that it leads to.
        private let least: [Double]
        private let count: Double
        private let isBelowHalf: Bool

        /// `isBelowHalf` as in `adjustedBelowHalf`. Domain: 0 <= p <= 1.
        package init(_ others: some Sequence<Double>, isBelowHalf: Bool = false) {
            self.init(sorted: others.sorted(), isBelowHalf)
        }

        /// Of all tests but one that has the p given, in ascending order: so that they are sorted once for many.
        package init(_ sorted: [Double], leavingOut own: Double, isBelowHalf: Bool = false) {
            var others = sorted
            if let place = others.firstIndex(of: own) { others.remove(at: place) }
            self.init(sorted: others, isBelowHalf)
        }

        private init(sorted others: [Double], _ isBelowHalf: Bool) {
            let p = isBelowHalf ? others.prefix { $0 <= 0.5 }.map { 2 * $0 } : others
            let count = Double(p.count + 1)
            var least = [Double](repeating: 1, count: p.count + 1)
            for index in p.indices.reversed() { least[index] = min(least[index + 1], p[index] * count / Double(index + 2)) }
            (self.p, self.least, self.count, self.isBelowHalf) = (p, least, count, isBelowHalf)
        }

        /// The q of a test with that p: the very number that all tests together would give it.
        package func q(of own: Double) -> Double {
            if isBelowHalf, own > 0.5 { return 1 }
            let own = isBelowHalf ? 2 * own : own
            var (low, high) = (0, p.count)
            while low < high {
                let middle = (low + high) / 2
                if p[middle] < own { low = middle + 1 } else { high = middle }
            }
            return min(own * count / Double(low + 1), least[low])
        }
    }
}
