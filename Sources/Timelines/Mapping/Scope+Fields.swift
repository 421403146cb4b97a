import Language

/// Reads the fields of a mapping the short way where there is one, and the way of their plans where it does not know.
extension Scope {
    /// What the short way to a text finds.
    enum ShortText {
        case entry(UnsafeMutablePointer<TextMemo.Entry>)
        /// The field's own text.
        case own
        case absent
        case unknown
    }

    /// The short way to a text. It is given no more than it needs, so that no reference is counted on it.
    @inline(__always)
    func shortText(_ short: FieldPlan.Short) -> ShortText {
        if short.kind == .none { return .absent }
        if short.kind == .constant { return .own }
        let place = places[short.field]
        guard place > 0 else {
            if place == FieldFinder.unknown { return .unknown }
            return short.kind == .path ? .absent : short.kind == .withDefault ? .own : .unknown
        }
        switch tape.kind(at: place) {
        case PageTape.Kind.string:
            guard short.kind != .long, short.kind != .timestamp, short.kind != .timestampIfThere else { return .unknown }
            let (start, count) = tape.text(at: place)
            guard count <= TextMark.whole else { return .unknown }
            let mark = TextMark(start, count)
            if let entry = memo.entry(mark, short.tag) { return .entry(entry) }
            return short.kind == .table ? .unknown : .entry(keep(mark, start, count))
        case PageTape.Kind.int where short.kind == .string:
            let number = tape.int(at: place)
            let mark = TextMark(number: number)
            return .entry(memo.entry(mark, TextMemo.plain) ?? memo.keep(mark, TextMemo.plain, memo.text(number, after: nil)))
        default: return .unknown
        }
    }

    @inline(never)
    private func keep(_ mark: TextMark, _ start: UnsafePointer<UInt8>, _ count: Int) -> UnsafeMutablePointer<TextMemo.Entry> {
        let bytes = UnsafeBufferPointer(start: start, count: count)
        return memo.keep(mark, TextMemo.plain, String(decoding: bytes, as: UTF8.self))
    }

    /// A text; an error for whatever else the value may be.
    @inline(__always)
    mutating func text(_ field: FieldPlan) throws(EvaluationError) -> String? {
        switch shortText(field.short) {
        case .entry(let entry): return entry.pointee.text
        case .absent: return nil
        case .own, .unknown: return try longText(field)
        }
    }

    @inline(never)
    mutating func longText(_ field: FieldPlan) throws(EvaluationError) -> String? {
        switch field.short.kind {
        case .constant: return field.text
        case .withDefault where places[field.short.field] == FieldFinder.absent: return field.text
        case .table:
            guard let text = try text(field.plan) else { return nil }
            keepTranslation(text, field.short)
            return text
        default: return try text(field.plan)
        }
    }

    /// Remembers what a table said of a text.
    private func keepTranslation(_ translation: String, _ short: FieldPlan.Short) {
        let place = places[short.field]
        guard place > 0, tape.kind(at: place) == PageTape.Kind.string else { return }
        let (start, count) = tape.text(at: place)
        if count <= TextMark.whole { _ = memo.keep(TextMark(start, count), short.tag, translation) }
    }

    /// The name of an activity and its symbol.
    @inline(__always)
    mutating func activity(_ field: FieldPlan, _ activities: ActivityTable) throws(EvaluationError) -> (String, Symbol)? {
        let place = places[field.short.field]
        if field.short.kind == .path {
            if place < 0 { return nil }
            if place > 0, tape.kind(at: place) == PageTape.Kind.string {
                let (start, count) = tape.text(at: place)
                if count <= TextMark.whole {
                    let mark = TextMark(start, count)
                    let entry = memo.entry(mark, TextMemo.activity) ?? keep(mark, start, count, activities)
                    return (entry.pointee.text, entry.pointee.symbol)
                }
            }
        }
        return try longActivity(field, activities)
    }

    @inline(never)
    private func keep(
        _ mark: TextMark, _ start: UnsafePointer<UInt8>, _ count: Int, _ activities: ActivityTable
    ) -> UnsafeMutablePointer<TextMemo.Entry> {
        let (text, symbol) = Self.activity(UnsafeBufferPointer(start: start, count: count), activities)
        return memo.keep(mark, TextMemo.activity, text, symbol)
    }

    @inline(never)
    private mutating func longActivity(
        _ field: FieldPlan, _ activities: ActivityTable
    ) throws(EvaluationError) -> (String, Symbol)? {
        try withText(field.plan) { Self.activity($0, activities) }
    }

    private static func activity(_ bytes: UnsafeBufferPointer<UInt8>, _ activities: ActivityTable) -> (String, Symbol) {
        let symbol = activities.symbol(utf8: bytes)
        return (symbol == ActivityTable.unknown ? String(decoding: bytes, as: UTF8.self) : activities.names[Int(symbol)], symbol)
    }

    @inline(__always)
    mutating func instant(_ field: FieldPlan) throws(EvaluationError) -> Instant? {
        if let instant = shortInstant(field.short) { return instant }
        return try longInstant(field)
    }

    /// The short way to a time; nil where it does not know one.
    @inline(__always)
    func shortInstant(_ short: FieldPlan.Short) -> Instant? {
        guard short.kind == .timestamp || short.kind == .timestampIfThere else { return nil }
        let place = places[short.field]
        guard place > 0, tape.kind(at: place) == PageTape.Kind.string else { return nil }
        return Instant(rfc3339: tape.string(at: place))
    }

    @inline(never)
    private mutating func longInstant(_ field: FieldPlan) throws(EvaluationError) -> Instant? {
        if field.short.kind == .timestampIfThere, places[field.short.field] == FieldFinder.absent { return nil }
        return try instant(field.plan)
    }

    /// Any value, in memory of its own.
    mutating func value(_ field: FieldPlan) throws(EvaluationError) -> Value? {
        if field.short.kind == .path {
            let place = places[field.short.field]
            if place < 0 { return nil }
            if place > 0 {
                switch tape.kind(at: place) {
                case PageTape.Kind.int: return .int(tape.int(at: place))
                case PageTape.Kind.double: return .double(tape.double(at: place))
                case PageTape.Kind.yes: return .bool(true)
                case PageTape.Kind.no: return .bool(false)
                case PageTape.Kind.string:
                    if case .entry(let entry) = shortText(field.short) { return .string(entry.pointee.text) }
                default: break
                }
            }
        }
        return try value(field.plan)
    }

    /// The array that a loop runs over: `absent`, `json`, or `unknown`.
    func list(_ field: FieldPlan) -> Found {
        let place = places[field.short.field]
        let found: Found
        if field.short.kind == .path, place != FieldFinder.unknown {
            found = place < 0 ? .absent : .json(place)
        } else if case .path(let path, _) = field.plan {
            found = find(path)
        } else {
            return .unknown
        }
        if case .json(let index) = found, tape.kind(at: index) != PageTape.Kind.array { return .unknown }
        return found
    }
}
