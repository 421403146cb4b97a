import Language

/// Reads the fields of a mapping the short way where there is one, and the way of their plans where it does not know.
extension Scope {
    /// A text; an error for whatever else the value may be.
    @inline(__always)
    mutating func text(_ field: FieldPlan) throws(EvaluationError) -> String? {
        let place = places[field.field]
        switch field.kind {
        case .constant: return field.text
        case .path, .withDefault:
            if place > 0, tape.kind(at: place) == PageTape.Kind.string { return memo.text(tape.string(at: place)) }
            if place < 0 { return field.kind == .path ? nil : field.text }
        case .string:
            guard place > 0 else { break }
            switch tape.kind(at: place) {
            case PageTape.Kind.string: return memo.text(tape.string(at: place))
            case PageTape.Kind.int: return memo.text(tape.int(at: place))
            default: break
            }
        case .table:
            if place > 0, let entry = translation(field, at: place) { return entry.pointee.text }
        case .timestamp, .timestampIfThere, .long: break
        }
        return try text(field.plan)
    }

    /// What the table of a field says of the text at a place; nil where it says nothing, or the value is no text.
    @inline(__always)
    private func translation(_ field: FieldPlan, at place: Int) -> UnsafeMutablePointer<TextMemo.Entry>? {
        guard tape.kind(at: place) == PageTape.Kind.string else { return nil }
        let (start, count) = tape.text(at: place)
        guard count <= TextMark.whole else { return nil }
        return memo.entry(TextMark(start, count), field.tag) {
            guard case .table(let table) = field.plan else { return nil }
            return table.choice(for: UnsafeBufferPointer(start: start, count: count))?.constantText.map {
                ($0, ActivityTable.unknown)
            }
        }
    }

    /// The name of an activity and its symbol.
    @inline(__always)
    mutating func activity(_ field: FieldPlan, _ activities: ActivityTable) throws(EvaluationError) -> (String, Symbol)? {
        let place = places[field.field]
        if field.kind == .path {
            if place < 0 { return nil }
            if place > 0, tape.kind(at: place) == PageTape.Kind.string {
                let (start, count) = tape.text(at: place)
                let bytes = UnsafeBufferPointer(start: start, count: count)
                guard count <= TextMark.whole else { return Self.activity(bytes, activities) }
                let entry = memo.entry(TextMark(start, count), TextMemo.activity) { Self.activity(bytes, activities) }
                return entry.map { ($0.pointee.text, $0.pointee.symbol) }
            }
        }
        return try withText(field.plan) { Self.activity($0, activities) }
    }

    private static func activity(_ bytes: UnsafeBufferPointer<UInt8>, _ activities: ActivityTable) -> (String, Symbol) {
        let symbol = activities.symbol(utf8: bytes)
        return (symbol == ActivityTable.unknown ? TextMemo.string(bytes) : activities.names[Int(symbol)], symbol)
    }

    @inline(__always)
    mutating func instant(_ field: FieldPlan) throws(EvaluationError) -> Instant? {
        let place = places[field.field]
        if field.kind == .timestamp || field.kind == .timestampIfThere {
            if place > 0, tape.kind(at: place) == PageTape.Kind.string, let instant = Instant(rfc3339: tape.string(at: place)) {
                return instant
            }
            if place < 0, field.kind == .timestampIfThere { return nil }
        }
        return try instant(field.plan)
    }

    /// Any value, in memory of its own.
    mutating func value(_ field: FieldPlan) throws(EvaluationError) -> Value? {
        let place = places[field.field]
        if field.kind == .path {
            if place < 0 { return nil }
            if place > 0 {
                switch tape.kind(at: place) {
                case PageTape.Kind.string: return .string(memo.text(tape.string(at: place)))
                case PageTape.Kind.int: return .int(tape.int(at: place))
                case PageTape.Kind.double: return .double(tape.double(at: place))
                case PageTape.Kind.yes: return .bool(true)
                case PageTape.Kind.no: return .bool(false)
                default: break
                }
            }
        }
        return try value(field.plan)
    }
}
