extension Emitter {
    /// A path whose last step has to be there.
    static func path(_ plan: Plan) -> Evaluate {
        let missing = missing(plan)
        if case .field(.slot(let slot, _), let number, _) = plan {
            return { bindings throws(EvaluationError) in
                guard case .object(let object)? = bindings.slots[slot] else { throw .noSuchOverload }
                guard let value = try object.source.value(ofField: number, of: object) else { throw missing }
                return value
            }
        }
        if case .select(let operand, let key, _) = plan { return select(operand, key, missing) }
        let find = find(plan)
        return { bindings throws(EvaluationError) in
            guard let value = try find(&bindings) else { throw missing }
            return value
        }
    }

    private static func select(_ operand: Plan, _ key: String, _ missing: EvaluationError) -> Evaluate {
        if case .slot(let slot, _) = operand {
            let general = evaluate(operand)
            return { bindings throws(EvaluationError) in
                if case .map(.json(let element))? = bindings.slots[slot] {
                    try bindings.budget.pay(searching: element)
                    guard let value = element.value(forKey: key) else { throw missing }
                    return value
                }
                guard let value = try general(&bindings).field(key) else { throw missing }
                return value
            }
        }
        let operand = evaluate(operand)
        return { bindings throws(EvaluationError) in
            let value = try operand(&bindings)
            if case .map(.json(let element)) = value {
                try bindings.budget.pay(searching: element)
                guard let value = element.value(forKey: key) else { throw missing }
                return value
            }
            guard let value = try value.field(key) else { throw missing }
            return value
        }
    }

    private static func missing(_ plan: Plan) -> EvaluationError {
        switch plan {
        case .field(_, _, let name): EvaluationError(.absent, "no such field: \(name)")
        case .select(_, let key, _): .noSuchKey(key)
        default: EvaluationError(.absent, "no such key")
        }
    }

    /// A path whose last step may be absent.
    static func find(_ plan: Plan) -> Find {
        switch plan {
        case .field(.slot(let slot, _), let number, _):
            return { bindings throws(EvaluationError) in
                guard case .object(let object)? = bindings.slots[slot] else { throw .noSuchOverload }
                return try object.source.value(ofField: number, of: object)
            }
        case .field(let operand, let number, let name):
            let operand = evaluate(operand)
            return { bindings throws(EvaluationError) in
                let value = try operand(&bindings)
                guard case .object(let object) = value else { return try value.field(name) }
                return try object.source.value(ofField: number, of: object)
            }
        case .select(let operand, let key, optional: false):
            let operand = evaluate(operand)
            return { bindings throws(EvaluationError) in
                let value = try operand(&bindings)
                if case .map(.json(let element)) = value {
                    try bindings.budget.pay(searching: element)
                    return element.value(forKey: key)
                }
                return try value.field(key)
            }
        default:
            let evaluate = evaluate(plan)
            return { bindings throws(EvaluationError) in try evaluate(&bindings) }
        }
    }

    static func presence(_ plan: Plan) -> Test {
        guard case .select(let source, let key, _) = plan else {
            let find = find(plan)
            return { bindings throws(EvaluationError) in try find(&bindings) != nil }
        }
        let operand = evaluate(source)
        return { bindings throws(EvaluationError) in
            let value = try operand(&bindings)
            if case .map(.json(let element)) = value {
                try bindings.budget.pay(searching: element)
                return element.has(key)
            }
            guard case .optional(let optional) = value else { return try value.field(key) != nil }
            guard let inner = optional.value else { return false }
            return try inner.field(key) != nil
        }
    }

    /// `operand.?key`
    static func optionalSelect(_ operand: Plan, _ key: String) -> Evaluate {
        let operand = evaluate(operand)
        return { bindings throws(EvaluationError) in
            var value = try operand(&bindings)
            if case .optional(let optional) = value {
                guard let inner = optional.value else { return .optional(.none) }
                value = inner
            }
            if case .map(.json(let element)) = value { try bindings.budget.pay(searching: element) }
            guard let found = try value.field(key) else { return .optional(.none) }
            return .optional(OptionalValue(found))
        }
    }

    static func index(_ operand: Plan, _ key: Plan, _ optional: Bool) -> Evaluate {
        let operand = evaluate(operand)
        if case .string(let text)? = key.constant, !optional {
            let missing = EvaluationError.noSuchKey(text)
            return { bindings throws(EvaluationError) in
                switch try operand(&bindings) {
                case .map(let map):
                    if case .json(let element) = map { try bindings.budget.pay(searching: element) }
                    guard let value = try map.value(forText: text) else { throw missing }
                    return value
                case let other: return try other.element(at: .string(text))
                }
            }
        }
        let key = evaluate(key)
        return { bindings throws(EvaluationError) in
            let value = try operand(&bindings)
            let key = try key(&bindings)
            try bindings.budget.pay(finding: key, in: value)
            return try optional ? value.optionalElement(at: key) : value.element(at: key)
        }
    }
}

extension Budget {
    /// A JSON object is searched from its start.
    @inline(__always)
    mutating func pay(searching object: JSONElement) throws(EvaluationError) {
        let count = object.count
        if count > 64 { try pay(count >> 5) }
    }

    /// A JSON array is walked from its start.
    mutating func pay(finding key: Value, in value: Value) throws(EvaluationError) {
        switch (value, key) {
        case (.list(.json(let array)), .int(let index)): try pay(Int(min(max(index, 0), Int64(array.count))) >> 4)
        case (.list(.json(let array)), _): try pay(array.count >> 4)
        case (.map(.json(let object)), _): try pay(searching: object)
        case (.map, .string): try pay(reading: key)
        case (.optional(let optional), _): if let inner = optional.value { try pay(finding: key, in: inner) }
        default: break
        }
    }
}

extension JSONElement {
    /// Whether there is a value at a key, found without reading the value where its kind says enough.
    fileprivate func has(_ key: String) -> Bool {
        guard let found = find(key) else { return false }
        return found.isString && !document.missing.isEmpty ? found.value != nil : !found.isNull
    }
}

extension Value {
    /// A field or key by name: nil where it is absent; of an optional, an optional.
    func field(_ name: String) throws(EvaluationError) -> Value? {
        switch self {
        case .map(let map): return try map.value(forText: name)
        case .object(let object):
            let types = object.source.types
            guard types.indices.contains(Int(object.kind)), let number = types[Int(object.kind)].number(of: name) else {
                return nil
            }
            return try object.source.value(ofField: number, of: object)
        case .optional(let optional):
            guard let value = optional.value, let found = try value.field(name) else { return .optional(.none) }
            return .optional(OptionalValue(found))
        case .null: throw .noSuchKey(name)
        default: throw EvaluationError(.other, "type '\(typeName)' does not support field selection")
        }
    }

    /// `self[key]`, nil where there is no such element.
    private func find(at key: Value) throws(EvaluationError) -> Value? {
        switch self {
        case .map(let map): return try map.value(forKey: key)
        case .list(let list):
            guard let index = key.asIndex else {
                throw EvaluationError(.other, "invalid argument: \(key.typeName) is no index of a list")
            }
            guard index >= 0, index < list.count else { return nil }
            return try list.element(at: Int(index))
        case .object:
            guard case .string(let name) = key else { throw .noSuchOverload }
            return try field(name)
        default: throw .noSuchOverload
        }
    }

    func element(at key: Value) throws(EvaluationError) -> Value {
        if case .optional = self { return try optionalElement(at: key) }
        if let found = try find(at: key) { return found }
        if case .list = self {
            throw EvaluationError(.absent, "invalid argument: index out of bounds: \(key.asIndex ?? -1)")
        }
        throw .noSuchKey(Texts.shown(key))
    }

    func optionalElement(at key: Value) throws(EvaluationError) -> Value {
        var value = self
        if case .optional(let optional) = self {
            guard let inner = optional.value else { return .optional(.none) }
            value = inner
        }
        return .optional(try value.find(at: key).map { OptionalValue($0) } ?? .none)
    }

    /// A whole number as an index.
    private var asIndex: Int64? {
        switch self {
        case .int(let number): number
        case .uint(let number): Int64(exactly: number)
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }
}
