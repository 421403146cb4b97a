/// The score of a partner on one function, from 0 to 100: what four in five of its customers can count on (statistics.md,
/// section 5).
package struct DependableRate: Hashable, Sendable {
    package struct Estimate: Hashable, Sendable {
        /// The percentage of applicable checks, met and evidenced, that four in five customers get at least; 0...100.
        package let value: Double
        /// Its 90 % interval.
        package let low: Double
        package let high: Double
        /// The share of checks met and evidenced over all customers, allowing for case mix and little data; 0...1.
        package let level: Double

        package init(value: Double, low: Double, high: Double, level: Double) {
            (self.value, self.low, self.high, self.level) = (value, low, high, level)
        }
    }

    /// Nil for the checklists that judge every function.
    package let function: String?
    /// How many checks are decided: met, missed, or applicable and not evidenced.
    package let checks: Int
    /// Nil where fewer than `leastChecks` are decided: not enough data is an answer.
    package let estimate: Estimate?

    package static let leastChecks = 10

    package init(function: String?, checks: Int, estimate: Estimate?) {
        self.function = function
        self.checks = checks
        self.estimate = estimate
    }

    /// For people, without the full stop; `name` is the partner's.
    package func sentence(of name: String) -> String {
        guard let estimate else {
            return "Not enough data: \(Figures.count(checks, "check")) \(checks == 1 ? "is" : "are") decided, and "
                + "\(Self.leastChecks) are needed"
        }
        func number(_ value: Double) -> String { Figures.percentNumber(value / 100) }
        return "Four in five of \(name)'s customers can count on at least \(number(estimate.value)) % of the applicable checks "
            + "being met and evidenced, allowing for case mix and for how much data there is "
            + "(90 % interval \(number(estimate.low)) to \(number(estimate.high)))"
    }
}

/// An enablement module for one partner: what it would bring if what it teaches were done as elsewhere.
package struct EnablementGain: Hashable, Sendable {
    package let module: String
    /// The function whose dependable rate it raises; nil for the checklists that judge every function.
    package let function: String?
    /// Ids of its items that fail at the partner, or that it does not show, in their order.
    package let items: [String]
    /// How often they fail.
    package let failing: Int
    /// How many points the dependable rate would rise, by expectation, if each item of the module were met at the rate that
    /// is expected of the partner's mix in the network, or at its target where that is higher; items that are better than
    /// that stay as they are. How unequally customers are served stays too. The difference is shrunk as the rate is: with
    /// little data little is promised. Nil where the rate is not known, or no item of the module counts in it.
    package let gain: Double?

    package init(module: String, function: String?, items: [String], failing: Int, gain: Double?) {
        self.module = module
        self.function = function
        self.items = items
        self.failing = failing
        self.gain = gain
    }
}
