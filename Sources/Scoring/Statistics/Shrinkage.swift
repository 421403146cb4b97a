/// How much of a partner's difference from what is expected is kept (Efron & Morris 1975): a partner with few records is moved
/// almost to the network, one with many stays.
package enum Shrinkage {
    /// What is added to the ordinary variance between partners, so that a network of equal partners still lets one differ:
    /// a standard deviation of 0.2 on the scale of logits and of logarithms.
    package static let slack = 0.04

    /// Between 0 and 1. Of a count: its information V, what its customers' correlation adds (X), and the ordinary variance
    /// between partners. Domain: all >= 0; no information gives 0.
    package static func weight(information: Double, correlated: Double, between: Double) -> Double {
        guard information > 0 else { return 0 }
        let spread = (between + slack) * information
        return spread / (1 + correlated / information + spread)
    }
}
