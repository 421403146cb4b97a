package import Language

extension JSONWriter {
    /// A value as JSON: times and durations become texts, whatever JSON has no form for becomes its description.
    package mutating func value(_ value: Value) {
        switch value.owned {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .int(let number): int(number)
        case .uint(let number): int(number)
        case .double(let number): double(number)
        case .string(let text): string(text)
        case .timestamp(let instant): string(instant.description)
        case .duration(let duration): string("\(duration.components.seconds)s")
        case .list(.array(let values)): array { array in for value in values { array.value(value) } }
        case .map(.entries(let map)):
            object { object in
                for entry in map.entries {
                    object.key(ValuePlan.text(of: entry.key) ?? "")
                    object.value(entry.value)
                }
            }
        case .optional(let optional): if let inner = optional.value { self.value(inner) } else { null() }
        default: string("\(value)")
        }
    }
}
