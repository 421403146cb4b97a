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
}
