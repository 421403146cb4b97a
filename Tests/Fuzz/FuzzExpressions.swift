import Language

/// Any bytes as an expression: parsed, checked and evaluated. It must be refused or have a value or an error, in little
/// time, and the same each time; where it compiles with types, types make no difference to what it gives.
enum ExpressionFuzzer {
    private static let customer = ObjectType("customer", fields: [.init("id", .string), .init("tier", .string)])
    private static let record = ObjectType(
        "record",
        fields: [
            .init("kind", .string), .init("opened", .timestamp), .init("closed", .timestamp),
            .init("customer", .object(customer)),
            .init("attributes", .map(.string, .dyn)), .init("broken", .string), .init("tags", .list(.string)),
        ])

    private static let environment = Environment(
        [
            .init("record", .object(record)), .init("it", .dyn), .init("as_of", .timestamp), .init("x", .dyn), .init("n", .int),
            .init("s", .string),
        ], receiver: 0)

    private static let source = ObjectSource(types: [record, customer]) { field, object throws(EvaluationError) in
        if object.kind == 1 { return field == 0 ? .string("acme") : nil }
        switch field {
        case 0: return .string("escalation")
        case 1: return .timestamp(Instant(seconds: 1_767_604_320))
        case 3: return .object(ObjectValue(source: object.source, kind: 1))
        case 4: return .map(.entries(MapEntries([(.string("reassignments"), .int(2))])))
        case 5: throw EvaluationError(.unreadable, "the field could not be read")
        case 6: return .list(.array([.string("a"), .string("b")]))
        default: return nil
        }
    }

    private static let document: Value = {
        let text = """
            {"a": {"b c": 7, "d": null}, "list": [1, 2, 3.5, "x", null, [], {}], "text": "é <b> SLA\\u0000 P1",
             "big": 18446744073709551615, "rows": [{"k": "v"}, {"k": 1}], "at": "2026-01-05T09:12:00Z", "yes": true}
            """
        guard let document = try? JSONDocument(parsing: text) else { preconditionFailure("the document of the fuzzer is none") }
        return document.root.value ?? .null
    }()

    private static func bindings() -> Bindings {
        var bindings = Bindings(slots: environment.variables.count)
        bindings[0] = .object(ObjectValue(source: source, kind: 0))
        bindings[1] = document
        bindings[2] = .timestamp(Instant(seconds: 1_767_700_000))
        bindings[3] = .list(.array([.int(1), .string("two"), .double(.nan), .optional(.none)]))
        bindings[4] = .int(3)
        bindings[5] = .string("née")
        bindings.budget = Budget(100_000)
        return bindings
    }

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        let checked = try? compiled(text)
        let unchecked = try? Expression.compileUnchecked(text, in: environment)
        if checked != nil { precondition(unchecked != nil, "what compiles with types compiles without them") }
        guard let unchecked else { return }
        let plain = outcome(unchecked)
        guard let checked else { return }
        let first = outcome(checked)
        precondition(first == outcome(checked), "an expression gives two things: \(first)")
        precondition(first == plain || isExhausted(first) || isExhausted(plain), "types make \(first) of \(plain)")
        var bindings = bindings()
        if checked.type == .bool, first.hasPrefix("= true") || first.hasPrefix("= false") {
            precondition((try? checked.holds(&bindings)) == first.hasPrefix("= true"), "the condition is not \(first)")
        }
    }

    private static func compiled(_ text: String) throws(Expression.Problems) -> Expression {
        do throws(Expression.Problems) {
            return try Expression.compile(text, in: environment)
        } catch {
            let length = text.utf8.count
            precondition(!error.all.isEmpty, "refused without a reason")
            for problem in error.all { precondition((0...length).contains(problem.offset), "\(problem) is outside the text") }
            throw error
        }
    }

    /// The value as text, or the error.
    private static func outcome(_ expression: Expression) -> String {
        var bindings = bindings()
        do throws(EvaluationError) {
            let value = try expression.evaluate(&bindings)
            precondition(bindings.budget.left >= 0, "more is spent than there is")
            switch value {
            case .bool(let flag): return "= \(flag)"
            default: return "= a \(value.type.runtimeName)"
            }
        } catch {
            precondition(!error.message.isEmpty && error.message.utf8.count < 2000, "the message is \(error.message)")
            return "! \(error.kind)"
        }
    }

    private static func isExhausted(_ outcome: String) -> Bool { outcome == "! exhausted" }
}

/// What libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    ExpressionFuzzer.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}
