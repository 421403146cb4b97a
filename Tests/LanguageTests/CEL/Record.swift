import Language

/// A record with declared fields, as the rooms that have records show them to expressions.
enum Record {
    static let customerType = ObjectType("customer", fields: [.init("id", .string), .init("tier", .string)])
    static let recordType = ObjectType(
        "record",
        fields: [
            .init("kind", .string), .init("severity", .string), .init("opened", .timestamp), .init("closed", .timestamp),
            .init("customer", .object(customerType)), .init("attributes", .map(.string, .dyn)), .init("broken", .string),
            .init("tags", .list(.string)),
        ])

    static let environment = Environment(
        [.init("record", .object(recordType)), .init("it", .dyn), .init("as_of", .timestamp)], receiver: 0)

    private static let source = ObjectSource(types: [recordType, customerType]) { field, object throws(EvaluationError) in
        if object.kind == 1 { return field == 0 ? .string("acme") : nil }
        switch field {
        case 0: return .string("escalation")
        case 1: return .string("S1")
        case 2: return .timestamp(Instant(seconds: 1_767_604_320))
        case 4: return .object(ObjectValue(source: object.source, kind: 1))
        case 5: return .map(.entries(MapEntries([(.string("reassignments"), .int(2))])))
        case 6: throw EvaluationError(.unreadable, "the field could not be read")
        case 7: return .list(.array([.string("a"), .string("b")]))
        default: return nil
        }
    }

    static func bindings() -> Bindings {
        var bindings = Bindings(slots: environment.variables.count)
        bindings[0] = .object(ObjectValue(source: source, kind: 0))
        bindings[1] = .map(
            .entries(
                MapEntries([
                    (.string("a"), .map(.entries(MapEntries([(.string("b c"), .int(7)), (.string("d"), .null)])))),
                    (.string("list"), .list(.array([.int(1), .int(2)]))),
                ])))
        bindings[2] = .timestamp(Instant(seconds: 1_767_700_000))
        return bindings
    }
}
