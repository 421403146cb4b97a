import Language
import Timelines

/// A point in time that an expression names: a field of the record or of an event, or a literal.
enum TimeField: Sendable {
    case opened, updated, asOf
    case at(TextField.Subject)
    case literal(Instant)

    init?(_ syntax: Syntax) {
        switch syntax.kind {
        case .identifier("opened"): self = .opened
        case .identifier("updated"): self = .updated
        case .identifier("as_of"): self = .asOf
        case .select(let operand, field: "at", optional: false):
            switch operand.kind {
            case .identifier("event"): self = .at(.event)
            case .identifier("next"), .identifier("activation"): self = .at(.second)
            default: return nil
            }
        default:
            guard syntax.asCall("timestamp")?.first?.asString != nil, case .timestamp(let instant)? = syntax.constant else {
                return nil
            }
            self = .literal(instant)
        }
    }

    /// Nil where there is none.
    func instant(in source: RecordSource, event: Int, second: Int) -> Instant? {
        switch self {
        case .opened: source.record.opened
        case .updated: source.record.updated
        case .asOf: source.asOf
        case .at(.event): source.record.events[event].at
        case .at(.second): source.record.events[second].at
        case .literal(let instant): instant
        }
    }
}

/// A length of time that an expression names, in nanoseconds: a literal, the time between two instants, or one of several.
enum LengthField: Sendable {
    case literal(Int64)
    case between(TimeField, TimeField)
    case either(Choice)

    /// One length where a condition holds, another where not.
    final class Choice: Sendable {
        let test: any DirectTest
        let yes: LengthField
        let no: LengthField

        init(test: any DirectTest, yes: LengthField, no: LengthField) {
            self.test = test
            self.yes = yes
            self.no = no
        }
    }

    init?(_ syntax: Syntax) {
        if let operands = syntax.asCall("_-_"), operands.count == 2, let a = TimeField(operands[0]),
            let b = TimeField(operands[1])
        {
            self = .between(a, b)
        } else if let operands = syntax.asCall("_?_:_"), operands.count == 3, let test = DirectTests.test(operands[0]),
            let yes = LengthField(operands[1]), let no = LengthField(operands[2])
        {
            self = .either(Choice(test: test, yes: yes, no: no))
        } else if syntax.asCall("duration")?.first?.asString != nil, case .duration(let length)? = syntax.constant {
            let (seconds, attoseconds) = length.components
            guard seconds.magnitude < Self.most else { return nil }
            self = .literal(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        } else {
            return nil
        }
    }

    /// Seconds below which nanoseconds fit an Int64 whatever is added to them.
    private static let most: UInt64 = 9_000_000_000

    /// Nil where there is none, or one beyond what is counted here.
    func nanoseconds(in source: RecordSource, event: Int, second: Int) -> Int64? {
        switch self {
        case .literal(let length): return length
        case .between(let a, let b):
            guard let a = a.instant(in: source, event: event, second: second),
                let b = b.instant(in: source, event: event, second: second)
            else { return nil }
            let (seconds, overflow) = a.seconds.subtractingReportingOverflow(b.seconds)
            guard !overflow, seconds.magnitude < Self.most else { return nil }
            return seconds * 1_000_000_000 + Int64(a.nanoseconds - b.nanoseconds)
        case .either(let choice):
            guard let holds = choice.test.answer(in: source, event: event, second: second) else { return nil }
            if holds { return choice.yes.nanoseconds(in: source, event: event, second: second) }
            return choice.no.nanoseconds(in: source, event: event, second: second)
        }
    }
}

extension Syntax {
    /// The value of an expression that names nothing; nil where it fails.
    fileprivate var constant: Value? {
        var bindings = Bindings(slots: 0)
        return try? Expression.compile(self, text: "", in: Environment([])).evaluate(&bindings)
    }
}
