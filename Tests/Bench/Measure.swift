import Foundation

/// Wall seconds of the fastest of several runs: the one that other processes disturbed least.
func fastest(of rounds: Int = 5, _ work: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    let clock = ContinuousClock()
    for _ in 0..<rounds {
        let took = try clock.measure(work)
        best = min(best, Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18)
    }
    return best
}

/// `12.3` of 12.345, with as many decimals as asked.
func fixed(_ number: Double, _ decimals: Int = 1) -> String {
    String(format: "%.\(decimals)f", number)
}

/// A line of the report: a name, a figure, and what it is compared with.
func report(_ name: String, _ figure: String, _ remark: String = "") {
    let padded = name.padding(toLength: 46, withPad: " ", startingAt: 0)
    print(padded + figure.padding(toLength: 22, withPad: " ", startingAt: 0) + remark)
}
