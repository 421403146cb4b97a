import Language

/// How long something may take: a length, a table of lengths by a value of the record, or an instant of the event's own.
enum Limit: Sendable {
    case length(Int64)
    case table(by: Expression, byText: String, entries: [Entry], otherwise: Int64?)
    /// `by: {at: CEL}`, evaluated for the event that needs an answer.
    case instant(Expression)

    struct Entry: Sendable {
        let key: String
        let seconds: Int64
    }

    /// The length in seconds that applies to the record. Nil where the limit is an instant.
    func seconds(_ timeline: inout Timeline) throws(EvaluationError) -> Int64? {
        switch self {
        case .length(let seconds): return seconds
        case .instant: return nil
        case .table(let by, let text, let entries, let otherwise):
            let key = try Self.key(try timeline.evaluate(by), text)
            if let entry = entries.first(where: { $0.key == key }) { return entry.seconds }
            if let otherwise { return otherwise }
            throw EvaluationError(.absent, "no limit is given for \(text) '\(key)'")
        }
    }

    private static func key(_ value: Value, _ text: String) throws(EvaluationError) -> String {
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .bool(let flag): return flag ? "true" : "false"
        case .optional(let optional):
            guard let inner = optional.value else { throw EvaluationError(.absent, "there is no value of `\(text)`") }
            return try key(inner, text)
        default: throw EvaluationError(.other, "the value of `\(text)` is no text")
        }
    }

    /// `within S1 30m, S2 2h, otherwise 8h`
    func meaning(_ word: String) -> String {
        switch self {
        case .length(let seconds): return "\(word) \(Self.text(seconds))"
        case .instant(let expression): return "by `\(expression.text)`"
        case .table(_, _, let entries, let otherwise):
            let parts = entries.map { "\($0.key) \(Self.text($0.seconds))" }
            return "\(word) " + (parts + (otherwise.map { ["otherwise " + Self.text($0)] } ?? [])).joined(separator: ", ")
        }
    }

    /// A length as people write it: `30m`, `1d 2h`, `0s`.
    static func text(_ seconds: Int64) -> String {
        guard seconds >= 0 else { return "-" + text(-max(seconds, -Int64.max)) }
        var rest = seconds
        var parts: [String] = []
        for (size, unit) in [(86400, "d"), (3600, "h"), (60, "m"), (1, "s")] as [(Int64, String)] where rest >= size {
            parts.append("\(rest / size)\(unit)")
            rest %= size
        }
        return parts.isEmpty ? "0s" : parts.prefix(3).joined(separator: " ")
    }
}

/// When an answer to one event is due.
enum Due {
    case never
    case at(Instant)
}

extension Timeline {
    /// The limit's length for this record, resolved once; nil without a limit or where it is an instant of each event.
    mutating func resolve(_ limit: Limit?) throws(EvaluationError) -> Int64? {
        guard let limit else { return nil }
        return try limit.seconds(&self)
    }

    /// When an answer to the event at `index` is due.
    mutating func due(_ limit: Limit?, seconds: Int64?, for index: Int) throws(EvaluationError) -> Due {
        if let seconds { return .at(instants[index].advanced(bySeconds: seconds)) }
        guard case .instant(let expression) = limit else { return .never }
        let value = try evaluate(expression, second: index)
        guard let instant = try Moment.instant(of: value) else { return .never }
        return .at(instant)
    }
}
