/// Wilson's score interval for a proportion (Wilson 1927; recommended by Brown, Cai & DasGupta 2001): usable at any n, never
/// beyond 0 and 1.
package struct WilsonInterval: Hashable, Sendable {
    package let low: Double
    package let high: Double

    /// Domain: 0 <= x <= n, 0 < alpha < 1. Without data everything is possible: n = 0 gives 0 to 1.
    package init(_ x: Int, of n: Int, alpha: Double = 0.05) {
        guard n > 0 else {
            (low, high) = (0, 1)
            return
        }
        let z = Normal.quantile(1 - alpha / 2)
        let (successes, count, square) = (Double(x), Double(n), z * z)
        let centre = (successes + square / 2) / (count + square)
        let half = z / (count + square) * (successes * (count - successes) / count + square / 4).squareRoot()
        low = x == 0 ? 0 : max(0, centre - half)
        high = x == n ? 1 : min(1, centre + half)
    }
}
