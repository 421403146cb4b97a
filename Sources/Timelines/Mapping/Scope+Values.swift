import Language

/// Reads the values of a mapping: nil is absent, an error is unreadable.
extension Scope {
    /// Any value, in memory of its own.
    mutating func value(_ plan: ValuePlan) throws(EvaluationError) -> Value? {
        switch plan {
        case .constant(let value, _): return value
        case .path(let path, let expression):
            switch find(path) {
            case .absent: return nil
            case .json(let index): return JSONElement(document: document, index: index).detached()
            case .text(let text): return .string(String(decoding: text, as: UTF8.self))
            case .value, .unknown: return try absentAsNil(expression)
            }
        case .conversion(.timestamp, let path, let expression):
            if let text = string(at: path), let instant = Instant(rfc3339: text) { return .timestamp(instant) }
            return try owned(evaluate(expression))
        case .timestampIfThere(let path, let expression):
            switch find(path) {
            case .absent: return nil
            case .json(let index) where tape.kind(at: index) == PageTape.Kind.string:
                if let instant = Instant(rfc3339: tape.string(at: index)) { return .timestamp(instant) }
            case .text(let text):
                if let instant = Instant(rfc3339: text) { return .timestamp(instant) }
            default: break
            }
            return try owned(evaluate(expression))
        case .choice(let condition, let yes, let no, let expression):
            guard let holds = holds(condition) else { return try owned(evaluate(expression)) }
            return try value(holds ? yes : no)
        case .table(let table): return try choose(from: table).flatMap { plan throws(EvaluationError) in try value(plan) }
        case .conversion(_, _, let expression), .withDefault(_, _, let expression), .timestampOfFirst(_, let expression),
            .expression(let expression):
            return try owned(evaluate(expression))
        }
    }

    /// A text. Whatever else the value may be is an error, so that nobody relies on how a number happens to be written.
    mutating func text(_ plan: ValuePlan) throws(EvaluationError) -> String? {
        try withText(plan) { String(decoding: $0, as: UTF8.self) }
    }

    mutating func instant(_ plan: ValuePlan) throws(EvaluationError) -> Instant? {
        if case .conversion(.timestamp, let path, _) = plan, let text = string(at: path), let instant = Instant(rfc3339: text) {
            return instant
        }
        guard let value = try value(plan) else { return nil }
        guard case .timestamp(let instant) = value else {
            throw EvaluationError(.other, "the value is \(value.kindName), not a timestamp")
        }
        return instant
    }

    /// The bytes of a text, without a `String` where the page has them. With `anyKind`, numbers and Booleans count as
    /// their text.
    mutating func withText<Result>(
        _ plan: ValuePlan, anyKind: Bool = false, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) throws(EvaluationError) -> Result? {
        switch plan {
        case .constant(.string, let text): return body(text.bytes)
        case .path(let path, _):
            switch find(path) {
            case .absent: return nil
            case .text(let text): return body(text)
            case .json(let index) where tape.kind(at: index) == PageTape.Kind.string: return body(tape.string(at: index))
            default: break
            }
        case .conversion(.string, let path, _):
            if let text = string(at: path) { return body(text) }
            if case .json(let index) = find(path), tape.kind(at: index) == PageTape.Kind.int {
                var digits = String(tape.int(at: index))
                return digits.withUTF8(body)
            }
        case .withDefault(let path, let text, _):
            switch find(path) {
            case .absent: return body(text.bytes)
            case .text(let found): return body(found)
            case .json(let index) where tape.kind(at: index) == PageTape.Kind.string: return body(tape.string(at: index))
            default: break
            }
        case .choice(let condition, let yes, let no, _):
            if let holds = holds(condition) { return try withText(holds ? yes : no, anyKind: anyKind, body) }
        case .table(let table):
            guard let chosen = try choose(from: table) else { return nil }
            return try withText(chosen, anyKind: anyKind, body)
        case .constant, .conversion, .timestampIfThere, .timestampOfFirst, .expression: break
        }
        guard let value = try value(plan) else { return nil }
        guard var text = anyKind ? ValuePlan.text(of: value) : value.text else {
            throw EvaluationError(.other, "the value is \(value.kindName), not a string")
        }
        return text.withUTF8(body)
    }

    private mutating func choose(from table: TablePlan) throws(EvaluationError) -> ValuePlan? {
        try withText(table.of, anyKind: true) { table.choice(for: $0) } ?? nil
    }

    /// A path whose keys may be absent.
    private mutating func absentAsNil(_ expression: Expression) throws(EvaluationError) -> Value? {
        do {
            return owned(try evaluate(expression))
        } catch {
            if error.kind == .absent { return nil }
            throw error
        }
    }

    /// A value that needs the page no more; nil for null and for an empty optional.
    private func owned(_ value: Value) -> Value? {
        switch value {
        case .null: nil
        case .optional(let optional): optional.value.flatMap { owned($0) }
        default: value.owned
        }
    }
}

extension Value {
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A copy without anything that lies on a page.
    var owned: Value {
        switch self {
        case .list(.json(let element)), .map(.json(let element)): return element.detached()
        case .list(.array(let values)): return .list(.array(values.map(\.owned)))
        case .list(.source(let source)):
            return .list(.array((0..<source.count).map { (try? source.element(at: $0))?.owned ?? .null }))
        case .map(.entries(let map)):
            return .map(.entries(MapEntries(map.entries.map { ($0.key.owned, $0.value.owned) })))
        case .map(.source(let source)):
            return .map(
                .entries(
                    MapEntries(
                        source.keys.compactMap { key in (try? source.value(forKey: key)).map { (.string(key), $0.owned) } })))
        case .optional(let optional): return .optional(OptionalValue(optional.value?.owned))
        default: return self
        }
    }

    /// "an int", "a list": for messages.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a bool"
        case .int: "an int"
        case .uint: "a uint"
        case .double: "a double"
        case .string: "a string"
        case .bytes: "bytes"
        case .list: "a list"
        case .map: "a map"
        case .timestamp: "a timestamp"
        case .duration: "a duration"
        case .type: "a type"
        case .optional: "an optional"
        case .object: "an object"
        }
    }
}
