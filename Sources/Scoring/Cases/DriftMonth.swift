package import Language

/// What one audit found of one item, or of one measure, at one partner in one month: how it went against what the
/// partner's mix let expect. An audit keeps its months, so that drift is seen further back than any one pull reaches.
///
/// Months are those of an audit's window, which ends at its instant, so that those of two audits may overlap: then those of the later
/// audit count. Months without cases are worth telling where an earlier audit may have had some.
package struct DriftMonth: Hashable, Sendable {
    package var partner: String
    package var checklist: String
    /// The id of the item, or of the measure.
    package var item: String
    /// Its first instant, and the first one behind it.
    package var month: Instant
    package var end: Instant
    /// Decided records; of a duration, cases.
    package var decided: Int
    /// Those that were met; of a duration, cases that ended.
    package var met: Int
    /// E: how many of them were expected to.
    package var expected: Double
    /// V: the variance of that number where records are independent, sum e(1 - e); of a duration E.
    package var information: Double
    /// Over the customers of the month: the sum of the squares of each one's part of V.
    package var customerSquares: Double

    package init(
        partner: String, checklist: String, item: String, month: Instant, end: Instant, decided: Int, met: Int,
        expected: Double, information: Double, customerSquares: Double
    ) {
        self.partner = partner
        self.checklist = checklist
        self.item = item
        self.month = month
        self.end = end
        self.decided = decided
        self.met = met
        self.expected = expected
        self.information = information
        self.customerSquares = customerSquares
    }
}
