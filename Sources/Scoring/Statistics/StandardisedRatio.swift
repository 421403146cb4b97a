import Foundation

/// Observed over expected events with the interval of a Poisson count (Breslow & Day 1987).
package struct StandardisedRatio: Hashable, Sendable {
    package let ratio: Double
    package let low: Double
    package let high: Double

    /// Exact, from chi-square quantiles. Domain: observed >= 0, expected > 0, 0 < alpha < 1; nothing expected gives 0 to
    /// infinity.
    package static func exact(_ observed: Int, expected: Double, alpha: Double = 0.05) -> StandardisedRatio {
        let low = observed == 0 ? 0 : Gamma.quantile(alpha / 2, shape: Double(observed))
        return StandardisedRatio(observed, expected, low, Gamma.upperQuantile(alpha / 2, shape: Double(observed) + 1))
    }

    /// Byar's closed form, close to the exact interval from some ten events up.
    package static func byar(_ observed: Int, expected: Double, alpha: Double = 0.05) -> StandardisedRatio {
        let z = Normal.quantile(1 - alpha / 2)
        func limit(_ count: Double, _ z: Double) -> Double {
            let root = 1 - 1 / (9 * count) + z / (3 * count.squareRoot())
            return count * root * root * root
        }
        let low = observed == 0 ? 0 : max(0, limit(Double(observed), -z))
        return StandardisedRatio(observed, expected, low, limit(Double(observed) + 1, z))
    }

    private init(_ observed: Int, _ expected: Double, _ low: Double, _ high: Double) {
        guard expected > 0 else {
            (ratio, self.low, self.high) = (1, 0, .infinity)
            return
        }
        (ratio, self.low, self.high) = (Double(observed) / expected, low / expected, high / expected)
    }
}
