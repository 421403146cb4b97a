/// Why an expression has no value. Evaluation errors are ordinary in CEL: `&&` and `||` absorb them, and what remains
/// makes a field unreadable or a verdict not observable.
package struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// A key, field or element is not there.
        case absent
        /// Something is there that could not be read.
        case unreadable
        /// More iterations than an expression may have.
        case exhausted
        /// Everything else: no such overload, division by zero, range.
        case other
    }

    package let kind: Kind
    /// Lower case, no full stop.
    package let message: String

    package init(_ kind: Kind = .other, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
