/// What an ordinary partner of the network is: its centre on the scale of logits (or logarithms) and the variance between
/// partners, both found robustly, so that some fifteen percent of partners that differ move them little (statistics.md 3.3).
package struct NetworkCentre: Hashable, Sendable {
    /// What is expected of partners where the network's centre is moved; one number a partner.
    package struct Moments: Sendable {
        package var expected: [Double]
        /// The information V: the variance of the count, were records independent.
        package var information: [Double]
        /// What the correlation of customers' records adds to the variance.
        package var correlated: [Double]

        package init(expected: [Double], information: [Double], correlated: [Double]) {
            (self.expected, self.information, self.correlated) = (expected, information, correlated)
        }
    }

    /// The variance between partners where there are too few to estimate it.
    package static let presumed = 0.04
    /// Huber's constant for the centre.
    static let huber = 1.345

    /// How far the centre is from where the model put it.
    package let centre: Double
    /// The ordinary variance between partners.
    package let between: Double
    /// How many partners had the information to be counted.
    package let informative: Int
    /// True where those were too few: `between` is then `presumed`.
    package let isPresumed: Bool

    /// Domain: one count a partner; `moments(centre)` has one number a partner, information and correlated >= 0.
    ///
    /// At most 15 rounds of one Newton step of Huber's equation for the centre and a bisection for the variance. Partners with
    /// less information than `leastInformation` are not counted.
    package static func estimate(
        observed: [Double], leastInformation: Double = 2, leastPartners: Int = 8, moments: (Double) -> Moments
    ) -> NetworkCentre {
        var (centre, between) = (0.0, 0.0)
        var (informative, isPresumed) = (0, true)
        var at = moments(centre)
        for _ in 0..<15 {
            let moved = centre + step(observed, at, between, leastInformation)
            at = moments(moved)
            informative = at.information.count { $0 >= leastInformation }
            isPresumed = informative < leastPartners
            let variance = isPresumed ? presumed : Self.between(observed, at, leastInformation: leastInformation)
            let isDone = abs(moved - centre) < 1e-5 && abs(variance - between) < 1e-5
            (centre, between) = (moved, variance)
            if isDone { break }
        }
        return NetworkCentre(centre: centre, between: between, informative: informative, isPresumed: isPresumed)
    }

    /// One Newton step of Σ ψ(z) V / sd = 0.
    private static func step(_ observed: [Double], _ at: Moments, _ between: Double, _ least: Double) -> Double {
        var (sum, slope) = (0.0, 0.0)
        for index in observed.indices where at.information[index] >= least {
            let v = at.information[index]
            let deviation = (v + at.correlated[index] + between * v * v).squareRoot()
            guard deviation > 0 else { continue }
            let z = (observed[index] - at.expected[index]) / deviation
            sum += min(max(z, -huber), huber) * v / deviation
            if abs(z) < huber { slope += v / deviation * (v / deviation) }
        }
        return slope > 0 ? min(max(sum / slope, -1), 1) : 0
    }

    /// The variance between partners at which the bounded second moment is the ordinary one; 0 where the counts are no wider
    /// without any, at most 25.
    package static func between(_ observed: [Double], _ at: Moments, leastInformation: Double = 2) -> Double {
        let counted = observed.indices.filter { at.information[$0] >= leastInformation && at.information[$0] > 0 }
        let squares = counted.map { (observed[$0] - at.expected[$0]) * (observed[$0] - at.expected[$0]) }
        return BoundedMoment.root(from: 0, to: 25) { between in
            zip(squares, counted).lazy.map { square, index in
                let v = at.information[index]
                return square / (v + at.correlated[index] + between * v * v)
            }
        } ?? 0
    }
}
