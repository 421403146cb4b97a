/// What one evaluation may still cost, in units of about fifty nanoseconds: so that no expression, however short, can hang
/// an audit or fill the memory. It counts work, not time: the same expression over the same values costs the same anywhere.
///
/// Paid for are the steps of macros (by the size of what they repeat), what is built (elements at every level, sixteen
/// bytes of text), what is read as a whole (sixty-four bytes of text), comparisons of collections, and regular expressions.
package struct Budget: Sendable {
    package private(set) var left: Int
    /// How many collections deep a comparison is.
    private var depth = 0

    package static let full = Budget(1_000_000)
    /// For all evaluations of one piece of work: this much, and so much more an event.
    static let base = 20_000_000
    static let share = 1000

    /// No text that a function builds is longer, in bytes; no list has more elements.
    package static let textLimit = 16 << 20
    package static let listLimit = 1 << 20
    /// No value is nested deeper, so that whatever walks one needs little stack.
    package static let depthLimit = 250

    package init(_ units: Int) { left = units }

    @inline(__always)
    mutating func pay(_ units: Int) throws(EvaluationError) {
        guard left >= units else {
            left = 0
            throw .exhausted
        }
        left -= units
    }

    /// A value that is looked at from end to end; the elements of a list are not.
    @inline(__always)
    mutating func pay(reading value: Value) throws(EvaluationError) {
        switch value {
        case .string(let text): if text.utf8.count > 64 { try pay(text.utf8.count >> 6) }
        case .bytes(let bytes): if bytes.count > 64 { try pay(bytes.count >> 6) }
        case .map(.json(let element)): try pay(element.count >> 2)
        default: break
        }
    }

    /// A value that was built, or became a part of one.
    @inline(__always)
    mutating func pay(building value: Value) throws(EvaluationError) {
        switch value {
        case .null, .bool, .int, .uint, .double, .timestamp, .duration, .type, .object: break
        case .string(let text): if text.utf8.count > 64 { try pay(text.utf8.count >> 4) }
        default: try weigh(value, depth: 1)
        }
    }

    /// Whatever it holds counts, as often as it holds it: copies share their memory, but those who print or compare them
    /// walk all of them.
    private mutating func weigh(_ value: Value, depth: Int) throws(EvaluationError) {
        guard depth <= Self.depthLimit else { throw .tooDeep }
        try pay(1)
        switch value {
        case .string(let text): try pay(text.utf8.count >> 4)
        case .bytes(let bytes): try pay(bytes.count >> 4)
        case .list(.array(let elements)): for element in elements { try weigh(element, depth: depth + 1) }
        case .list(.source(let source)): try pay(source.count)
        case .list(.json(let element)), .map(.json(let element)): try pay(element.extent >> 3)
        case .map(.source): try pay(8)
        case .map(.entries(let map)):
            for entry in map.entries {
                if case .string(let key) = entry.key { try pay(key.utf8.count >> 4) }
                try weigh(entry.value, depth: depth + 1)
            }
        case .optional(let optional): if let inner = optional.value { try weigh(inner, depth: depth + 1) }
        case .null, .bool, .int, .uint, .double, .timestamp, .duration, .type, .object: break
        }
    }

    /// A walk through one more level of two collections.
    mutating func descend<Result>(
        _ walk: (inout Budget) throws(EvaluationError) -> Result
    ) throws(EvaluationError) -> Result {
        guard depth < Self.depthLimit else { throw .tooDeep }
        depth += 1
        defer { depth -= 1 }
        return try walk(&self)
    }
}

extension EvaluationError {
    static let exhausted = EvaluationError(
        .exhausted, "the expression costs too much: it makes more steps, or reads or builds more, than is allowed")
    static let longText = EvaluationError(
        .exhausted, "the expression builds a text of more than \(Budget.textLimit) bytes")
    static let longList = EvaluationError(
        .exhausted, "the expression builds a list of more than \(Budget.listLimit) elements")
    static let tooDeep = EvaluationError(.exhausted, "a value is nested deeper than \(Budget.depthLimit) levels")
}
