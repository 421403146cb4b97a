import Foundation

/// The exponentially weighted moving average of a series and its control limits (Roberts 1959).
package struct EWMA: Hashable, Sendable {
    package let values: [Double]
    /// By point: how far the average may be from the start.
    package let limits: [Double]

    /// Domain: 0 < lambda <= 1 (the weight of the newest point), sigma >= 0 (of one point), width in sigmas.
    package init(_ series: [Double], lambda: Double, start: Double = 0, sigma: Double = 1, width: Double = 3) {
        var (values, limits) = ([Double](), [Double]())
        var average = start
        for (index, value) in series.enumerated() {
            average = lambda * value + (1 - lambda) * average
            values.append(average)
            let share = lambda < 1 ? -expm1(2 * Double(index + 1) * log1p(-lambda)) : 1
            limits.append(width * sigma * (lambda / (2 - lambda) * share).squareRoot())
        }
        (self.values, self.limits) = (values, limits)
    }

    /// The weights of points in the last average, the newest 1: (1 - lambda)^(count - 1 - t).
    package static func contrastWeights(_ count: Int, lambda: Double) -> [Double] {
        var weights = [Double](repeating: 1, count: count)
        for t in weights.indices.dropLast().reversed() { weights[t] = weights[t + 1] * (1 - lambda) }
        return weights
    }
}
