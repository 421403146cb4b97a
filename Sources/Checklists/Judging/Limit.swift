import Language

/// How long something may take: a length, a table of lengths by a value of the record, or an instant of the event's own.
enum Limit: Sendable {
    case length(Length)
    case table(Table)
    /// `by: {at: CEL}`, evaluated for the event that needs an answer.
    case instant(Expression)

    struct Entry: Sendable {
        let key: String
        let length: Length
    }

    /// Lengths by a value of the record. A class, so that judging copies nothing.
    final class Table: Sendable {
        let by: Expression
        /// How the checklist names the value.
        let text: String
        let entries: [Entry]
        let otherwise: Length?
        /// The field, where the value is a plain one: then it is read without evaluating anything.
        private let field: TextField?

        init(by: Expression, text: String, entries: [Entry], otherwise: Length?) {
            self.by = by
            self.text = text
            self.entries = entries
            self.otherwise = otherwise
            field = TextField(by.syntax)
        }

        func length(_ timeline: inout Timeline) throws(EvaluationError) -> Length {
            if let known = field?.text(in: timeline.source, event: 0, second: 0) { return try length(of: known) }
            return try length(of: try Limit.key(try timeline.evaluate(by), text))
        }

        func length(of key: String) throws(EvaluationError) -> Length {
            for index in entries.indices where entries[index].key == key { return entries[index].length }
            if let otherwise { return otherwise }
            throw EvaluationError(.absent, "no limit is given for \(text) '\(key)'")
        }

        /// True where the value is a plain field.
        var isPlain: Bool { field != nil }

        /// The length in seconds round the clock; nil where only `length` can tell, or say why not.
        func plainSeconds(_ timeline: borrowing Timeline) -> Int64? {
            guard let key = field?.text(in: timeline.source, event: 0, second: 0) else { return nil }
            for index in entries.indices where entries[index].key == key { return entries[index].length.elapsedSeconds }
            return otherwise?.elapsedSeconds
        }

        /// True where the value is one of an event's, which may be another at each.
        var isOfEvents: Bool {
            by.syntax.descendants.contains { if case .identifier("event") = $0.kind { true } else { false } }
        }
    }

    /// The length that applies to the record. Nil where the limit is an instant.
    func length(_ timeline: inout Timeline) throws(EvaluationError) -> Length? {
        switch self {
        case .length(let length): return length
        case .instant: return nil
        case .table(let table): return try table.length(&timeline)
        }
    }

    static func key(_ value: Value, _ text: String) throws(EvaluationError) -> String {
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
        case .length(let length): return "\(word) \(Self.text(length))"
        case .instant(let expression): return "by `\(expression.text)`"
        case .table(let table):
            let parts = table.entries.map { "\($0.key) \(Self.text($0.length))" }
            let by = table.text == "severity" ? "" : "by `\(table.text)` "
            return "\(word) \(by)"
                + (parts + (table.otherwise.map { ["otherwise " + Self.text($0)] } ?? [])).joined(separator: ", ")
        }
    }

    /// A length as its author wrote it, but in the largest units: `90m` is `1h 30m`.
    static func text(_ length: Length) -> String {
        switch length.unit {
        case .seconds: text(length.count)
        case .days: "\(length.count)d"
        case .weeks: "\(length.count)w"
        }
    }

    /// A length as people write it: `30m`, `1d 2h`, `0s`.
    static func text(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        append(seconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A length beside a limit: in full where it would else read the same.
    static func text(_ length: Duration, besides limit: Int64?) -> String {
        let (seconds, attoseconds) = length.components
        guard let limit, length != .seconds(limit), text(seconds) == text(limit) else { return text(seconds) }
        return attoseconds == 0 ? "\(seconds)s" : length.celText
    }

    /// Appends a length's text, at most three units of it.
    static func append(_ seconds: Int64, to bytes: inout [UInt8]) {
        if seconds < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = seconds < 0 ? -max(seconds, -Int64.max) : seconds
        var parts = 0
        for (size, unit) in Self.units where rest >= size && parts < 3 {
            if parts > 0 { bytes.append(UInt8(ascii: " ")) }
            bytes.append(number: rest / size)
            bytes.append(unit)
            rest %= size
            parts += 1
        }
        if parts == 0 {
            bytes.append(UInt8(ascii: "0"))
            bytes.append(UInt8(ascii: "s"))
        }
    }

    private static let units: [(Int64, UInt8)] = [
        (86400, UInt8(ascii: "d")), (3600, UInt8(ascii: "h")), (60, UInt8(ascii: "m")), (1, UInt8(ascii: "s")),
    ]
}

/// When an answer to one event is due.
enum Due {
    case never
    case at(Deadline)

    func isKept(at instant: Instant) -> Bool {
        if case .at(let deadline) = self { instant <= deadline.last } else { true }
    }
}

extension Timeline {
    /// The limit's length in seconds for this record, resolved once; nil without a limit or where it is an instant of each
    /// event.
    mutating func resolve(_ limit: Limit?, on scale: TimeScale = .elapsed) throws(EvaluationError) -> Int64? {
        guard let limit, let length = try limit.length(&self) else { return nil }
        return try scale.seconds(length)
    }

    /// When an answer to the event at `index` is due.
    mutating func due(
        _ limit: Limit?, seconds: Int64?, on scale: TimeScale = .elapsed, for index: Int
    ) throws(EvaluationError) -> Due {
        if let seconds { return .at(try scale.deadline(after: instants[index], seconds: seconds)) }
        guard case .instant(let expression) = limit else { return .never }
        let value = try evaluate(expression, second: index)
        guard let instant = try Moment.instant(of: value) else { return .never }
        return .at(Deadline(instant))
    }

    /// The first event of a kind after the one at `index`, before `end` and no later than due, that fits the condition. One
    /// of which that cannot be told only matters where no other fits.
    mutating func firstFit(
        _ reference: EventReference, for index: Int, upTo end: Int, _ due: Due, _ condition: Question?
    ) throws(EvaluationError) -> Int? {
        var problem: EvaluationError?
        var last = index
        for candidate in index + 1..<max(index + 1, end)
        where matches(reference, candidate) && due.isKept(at: instants[candidate]) {
            guard let condition else { return candidate }
            switch try holds(condition, event: candidate, activation: index, walked: candidate - last) {
            case .fits: return candidate
            case .fitsNot: break
            case .unknown(let error): problem = problem ?? error
            }
            last = candidate
        }
        try charge(walked: end - last)
        if let problem { throw problem }
        return nil
    }
}
