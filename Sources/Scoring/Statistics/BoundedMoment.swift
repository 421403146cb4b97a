/// The second moment of standardised numbers, each counted up to 1.5 squared: what a few planted outliers move little
/// (Huber 1964). It tells how much wider than it should be the middle of many numbers is.
package enum BoundedMoment {
    /// 1.5².
    package static let bound = 2.25
    /// E[min(Z², 1.5²)] of the standard normal distribution.
    package static let expectation = 0.778_465_216_174_469_8

    /// The least scale, at least 1, by which the squares of many z are to be divided so that their middle is ordinary
    /// (genomic control: Devlin & Roeder 1999; empirical null: Efron 2004). 1 for fewer than 20 finite numbers: they cannot
    /// tell.
    package static func scale(of z: [Double]) -> Double {
        let squares = z.filter(\.isFinite).map { $0 * $0 }
        guard squares.count >= 20 else { return 1 }
        return root(from: 1, to: 100) { scale in squares.lazy.map { $0 / scale } } ?? 1
    }

    /// The least number of `low...high` at which the bounded mean of the squares that it makes is the ordinary one, by 60
    /// bisections; nil where they are no wider than that at `low` already.
    static func root<Squares: Sequence<Double>>(from low: Double, to high: Double, _ squares: (Double) -> Squares) -> Double? {
        func isWide(_ x: Double) -> Bool {
            var (sum, count) = (0.0, 0.0)
            for square in squares(x) {
                sum += min(square, bound)
                count += 1
            }
            return sum > expectation * count
        }
        guard isWide(low) else { return nil }
        var (low, high) = (low, high)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if isWide(middle) { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// Spiegelhalter's factor of overdispersion (2005).
package enum Overdispersion {
    /// The mean of the squares of 2(√O - √E), each kept within the 10th and the 90th percentile (linear between ranks). Domain:
    /// counts >= 0; nil without any.
    package static func factor(observed: [Double], expected: [Double]) -> Double? {
        let z = zip(observed, expected).map { 2 * ($0.squareRoot() - $1.squareRoot()) }
        guard !z.isEmpty else { return nil }
        let sorted = z.sorted()
        func percentile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
        }
        let (low, high) = (percentile(0.1), percentile(0.9))
        return z.reduce(0.0) { sum, z in
            let kept = min(max(z, low), high)
            return sum + kept * kept
        } / Double(z.count)
    }
}
