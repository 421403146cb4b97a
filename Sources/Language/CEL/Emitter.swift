/// Turns a plan into closures. Every kind of node has a general form; the common ones, such as a field compared with a
/// literal, have a form of their own that builds nothing.
enum Emitter {
    typealias Evaluate = @Sendable (inout Bindings) throws(EvaluationError) -> Value
    /// Nil where the last step of a path is absent.
    typealias Find = @Sendable (inout Bindings) throws(EvaluationError) -> Value?
    typealias Test = @Sendable (inout Bindings) throws(EvaluationError) -> Bool

    static func evaluate(_ plan: Plan) -> Evaluate {
        switch plan {
        case .constant(let value): return { _ in value }
        case .slot(let slot, let name): return variable(slot, name)
        case .field, .select(_, _, optional: false): return path(plan)
        case .select(let operand, let key, optional: true): return optionalSelect(operand, key)
        case .index(let operand, let key, let optional): return index(operand, key, optional)
        case .presence, .both, .either, .not, .equal, .order, .member, .matches, .search:
            let test = test(plan)
            return { bindings throws(EvaluationError) in .bool(try test(&bindings)) }
        case .conditional(let condition, let yes, let no): return conditional(test(condition), evaluate(yes), evaluate(no))
        case .call(let function, let arguments): return call(function, arguments)
        case .time(let text, let format, let zone, let optional): return time(evaluate(text), format, zone, optional)
        case .otherwise(let first, let second, let unwrap): return otherwise(evaluate(first), evaluate(second), unwrap)
        case .list(let elements, let optional): return list(elements, optional)
        case .map(let entries): return map(entries)
        case .loop(let loop): return evaluate(loop)
        case .bind(let slot, let value, let body):
            let value = evaluate(value)
            let body = evaluate(body)
            return { bindings throws(EvaluationError) in
                bindings.slots[slot] = try value(&bindings)
                return try body(&bindings)
            }
        case .optionalMap(let operand, let slot, let body, let flat): return optionalMap(operand, slot, body, flat)
        case .failure(let error): return { _ throws(EvaluationError) in throw error }
        }
    }

    private static func variable(_ slot: Int, _ name: String) -> Evaluate {
        let missing = EvaluationError(.absent, "no value for '\(name)'")
        return { bindings throws(EvaluationError) in
            guard let value = bindings.slots[slot] else { throw missing }
            return value
        }
    }

    private static func conditional(_ condition: @escaping Test, _ yes: @escaping Evaluate, _ no: @escaping Evaluate) -> Evaluate
    {
        { bindings throws(EvaluationError) in try condition(&bindings) ? try yes(&bindings) : try no(&bindings) }
    }

    private static func call(_ function: Function, _ arguments: [Plan]) -> Evaluate {
        let reads = Reads(function)
        let all = arguments.map { reads.pay(evaluate($0)) }
        switch function.body {
        case .constant(let value): return { _ in value }
        case .unary(let body):
            let first = all[0]
            return { bindings throws(EvaluationError) in try paid(body(first(&bindings)), &bindings) }
        case .binary(let body):
            let (first, second) = (all[0], all[1])
            return { bindings throws(EvaluationError) in
                let value = try first(&bindings)
                return try paid(body(value, try second(&bindings)), &bindings)
            }
        case .ternary(let body):
            let (first, second, third) = (all[0], all[1], all[2])
            return { bindings throws(EvaluationError) in
                let values = (try first(&bindings), try second(&bindings), try third(&bindings))
                return try paid(body(values.0, values.1, values.2), &bindings)
            }
        case .many(let body):
            return { bindings throws(EvaluationError) in
                var values: [Value] = []
                for argument in all { values.append(try argument(&bindings)) }
                return try paid(body(values), &bindings)
            }
        case .compiled, .unbound:
            let error = EvaluationError(.other, "unbound function '\(function.name)'")
            return { _ throws(EvaluationError) in throw error }
        }
    }

    /// What a function builds is paid for. What lies on a page is not built.
    @inline(__always)
    private static func paid(_ value: Value, _ bindings: inout Bindings) throws(EvaluationError) -> Value {
        switch value {
        case .list(.json), .list(.source), .map(.json), .map(.source): break
        default: try bindings.budget.pay(building: value)
        }
        return value
    }

    /// Which arguments a function looks at from end to end. Operators are paid for by what they build.
    private struct Reads {
        private let isReader: Bool
        private let walksLists: Bool

        private static let glances: Set<String> = ["dyn", "type", "optional.of", "optional.ofNonZeroValue", "hasValue", "value"]
        private static let walks: Set<String> = ["join", "format", "first", "last"]

        init(_ function: Function) {
            isReader = !function.isOperator && !Self.glances.contains(function.name)
            walksLists = Self.walks.contains(function.name)
        }

        func pay(_ argument: @escaping Evaluate) -> Evaluate {
            guard isReader else { return argument }
            guard walksLists else {
                return { bindings throws(EvaluationError) in
                    let value = try argument(&bindings)
                    try bindings.budget.pay(reading: value)
                    return value
                }
            }
            return { bindings throws(EvaluationError) in
                let value = try argument(&bindings)
                try bindings.budget.pay(reading: value)
                if case .list(let list) = value { try bindings.budget.pay(list.count >> 4) }
                return value
            }
        }
    }

    private static func time(_ text: @escaping Evaluate, _ format: TimeFormat, _ zone: Zone, _ optional: Bool) -> Evaluate {
        { bindings throws(EvaluationError) in
            let value = try text(&bindings)
            try bindings.budget.pay(reading: value)
            return try optional ? Times.tryParse(value, format, zone) : Times.parse(value, format, zone)
        }
    }

    private static func otherwise(_ first: @escaping Evaluate, _ second: @escaping Evaluate, _ unwrap: Bool) -> Evaluate {
        { bindings throws(EvaluationError) in
            guard case .optional(let optional) = try first(&bindings) else { throw .noSuchOverload }
            guard let value = optional.value else {
                let value = try second(&bindings)
                if !unwrap, case .optional = value { return value }
                guard unwrap else { throw .noSuchOverload }
                return value
            }
            return unwrap ? value : .optional(optional)
        }
    }

    private static func optionalMap(_ operand: Plan, _ slot: Int, _ body: Plan, _ flat: Bool) -> Evaluate {
        let operand = evaluate(operand)
        let body = evaluate(body)
        return { bindings throws(EvaluationError) in
            guard case .optional(let optional) = try operand(&bindings) else { throw .noSuchOverload }
            guard let value = optional.value else { return .optional(.none) }
            bindings.slots[slot] = value
            let result = try body(&bindings)
            try bindings.budget.pay(building: result)
            guard flat else { return .optional(OptionalValue(result)) }
            guard case .optional = result else { throw .noSuchOverload }
            return result
        }
    }

    private static func list(_ elements: [Plan], _ optional: Set<Int>) -> Evaluate {
        let all = elements.enumerated().map { (evaluate($1), optional.contains($0)) }
        return { bindings throws(EvaluationError) in
            var values: [Value] = []
            values.reserveCapacity(all.count)
            for (element, isOptional) in all {
                let value = try element(&bindings)
                try bindings.budget.pay(1)
                try bindings.budget.pay(building: value)
                if !isOptional {
                    values.append(value)
                } else if let value = try unwrapped(value) {
                    values.append(value)
                }
            }
            return .list(.array(values))
        }
    }

    private static func unwrapped(_ value: Value) throws(EvaluationError) -> Value? {
        guard case .optional(let optional) = value else {
            throw EvaluationError(.other, "cannot initialize optional entry from non-optional value")
        }
        return optional.value
    }

    private static func map(_ entries: [(key: Plan, value: Plan, optional: Bool)]) -> Evaluate {
        let all = entries.map { (evaluate($0.key), evaluate($0.value), $0.optional) }
        return { bindings throws(EvaluationError) in
            var built: [(key: Value, value: Value)] = []
            built.reserveCapacity(all.count)
            var seen: Set<MapKey> = []
            for (key, value, isOptional) in all {
                let key = try key(&bindings)
                if case .double = key { throw EvaluationError(.other, "unsupported key type: double") }
                guard let unique = MapKey(key) else { throw EvaluationError(.other, "unsupported key type: \(key.typeName)") }
                guard seen.insert(unique).inserted else {
                    throw EvaluationError(.other, "repeated key in a map: \(Texts.shown(key))")
                }
                let value = try value(&bindings)
                try bindings.budget.pay(1)
                try bindings.budget.pay(building: key)
                try bindings.budget.pay(building: value)
                if !isOptional {
                    built.append((key, value))
                } else if let value = try unwrapped(value) {
                    built.append((key, value))
                }
            }
            return .map(.entries(MapEntries(built)))
        }
    }
}
