import Language

/// Reads the fields of a mapping the short way where there is one, and the way of their plans where it does not know.
extension Scope {
    /// A text; an error for whatever else the value may be.
    @inline(__always)
    mutating func text(_ field: FieldPlan) throws(EvaluationError) -> String? {
        switch reader.text(field.short) {
        case .entry(let entry): return entry.pointee.text
        case .long(let text): return String(decoding: text, as: UTF8.self)
        case .absent: return nil
        case .own, .unknown: return try longText(field)
        }
    }

    @inline(never)
    mutating func longText(_ field: FieldPlan) throws(EvaluationError) -> String? {
        switch field.short.kind {
        case .constant: return field.text
        case .withDefault where reader.place(field.short).kind == Place.Kind.absent: return field.text
        case .table:
            guard let text = try text(field.plan) else { return nil }
            keepTranslation(text, field.short)
            return text
        default: return try text(field.plan)
        }
    }

    /// Remembers what a table said of a text.
    private func keepTranslation(_ translation: String, _ short: FieldPlan.Short) {
        let place = reader.place(short)
        guard place.isString, let start = place.start, place.count <= TextMark.whole else { return }
        _ = memo.keep(TextMark(start, place.count), Int(short.tag), translation)
    }

    /// The name of an activity and its symbol.
    @inline(__always)
    mutating func activity(_ field: FieldPlan, _ activities: ActivityTable) throws(EvaluationError) -> (String, Symbol)? {
        if let entry = reader.activity(field.short, activities) { return (entry.pointee.text, entry.pointee.symbol) }
        return try longActivity(field, activities)
    }

    @inline(never)
    mutating func longActivity(
        _ field: FieldPlan, _ activities: ActivityTable
    ) throws(EvaluationError) -> (String, Symbol)? {
        if field.short.kind == .path, reader.place(field.short).kind == Place.Kind.absent { return nil }
        return try withText(field.plan) { activities.activity(utf8: $0) }
    }

    @inline(__always)
    mutating func instant(_ field: FieldPlan) throws(EvaluationError) -> Instant? {
        if let instant = shortInstant(field.short) { return instant }
        return try longInstant(field)
    }

    /// The short way to a time; nil where it does not know one.
    @inline(__always)
    func shortInstant(_ short: FieldPlan.Short) -> Instant? {
        short.kind == .timestampOfFirst ? instantOfFirst(short) : reader.instant(short)
    }

    @inline(never)
    private func instantOfFirst(_ short: FieldPlan.Short) -> Instant? {
        let list = reader.place(short)
        var reader = reader
        switch list.kind {
        case Place.Kind.rows where list.count > 0:
            if let rows = scanner?.rows { reader.places = rows[list.index] }
        case Place.Kind.array where tape.kind(at: list.index + 1) == PageTape.Kind.object:
            fields.look(loopSlot, at: list.index + 1, on: tape)
        default: return nil
        }
        let place = reader.places[Int(short.inner)]
        return place.isString ? Instant(rfc3339: place.text) : nil
    }

    @inline(never)
    private mutating func longInstant(_ field: FieldPlan) throws(EvaluationError) -> Instant? {
        if field.short.kind == .timestampIfThere, reader.place(field.short).kind == Place.Kind.absent { return nil }
        return try instant(field.plan)
    }

    /// Any value, in memory of its own.
    mutating func value(_ field: FieldPlan) throws(EvaluationError) -> Value? {
        if let known = shortValue(field.short) { return known }
        return try value(field.plan)
    }

    mutating func value(_ step: FieldStep) throws(EvaluationError) -> Value? {
        if let known = shortValue(step.short) { return known }
        guard let plan = step.plan else { return nil }
        return try value(plan.plan)
    }

    /// The short way to a value, which may be that there is none; nil where it does not know.
    @inline(__always)
    private func shortValue(_ short: FieldPlan.Short) -> Value?? {
        guard short.kind == .path else { return nil }
        let place = reader.place(short)
        switch place.kind {
        case Place.Kind.absent: return .some(nil)
        case Place.Kind.int: return .some(.int(place.int))
        case Place.Kind.double: return .some(.double(place.double))
        case Place.Kind.yes: return .some(.bool(true))
        case Place.Kind.no: return .some(.bool(false))
        case Place.Kind.string:
            switch reader.text(short) {
            case .entry(let entry): return .some(.string(entry.pointee.text))
            case .long(let text): return .some(.string(String(decoding: text, as: UTF8.self)))
            default: return nil
            }
        default: return nil
        }
    }

    /// What a loop runs over.
    enum List {
        case absent
        /// An array on the tape.
        case json(Int)
        /// Rows that were found in a line.
        case rows(Place)
        /// Only its plan can tell.
        case unknown
    }

    func list(_ field: FieldStep) -> List {
        if field.short.kind == .path {
            let place = reader.place(field.short)
            switch place.kind {
            case Place.Kind.absent: return .absent
            case Place.Kind.rows: return .rows(place)
            case Place.Kind.array: return .json(place.index)
            case Place.Kind.unknown: break
            default: return .unknown
            }
        }
        guard case .path(let path, _) = field.plan?.plan else { return .unknown }
        switch find(path) {
        case .absent: return .absent
        case .json(let index) where tape.kind(at: index) == PageTape.Kind.array: return .json(index)
        default: return .unknown
        }
    }
}
