extension Emitter {
    typealias Step = (inout Bindings) throws(EvaluationError) -> Bool

    /// Calls `step` for every element or key, which are put into the loop's slots, until it returns false.
    private static func walk(
        _ loop: Loop, _ range: Value, _ bindings: inout Bindings, _ step: Step
    ) throws(EvaluationError) {
        switch range {
        case .list(.array(let elements)):
            for (index, element) in elements.enumerated() {
                try bindings.budget.pay(loop.cost)
                put(element, index, loop, &bindings)
                guard try step(&bindings) else { return }
            }
        case .list(.json(let list)):
            for (index, element) in list.children().enumerated() {
                try bindings.budget.pay(loop.cost)
                put(element.plainValue, index, loop, &bindings)
                guard try step(&bindings) else { return }
            }
        case .list(.source(let source)):
            for index in 0..<source.count {
                try bindings.budget.pay(loop.cost)
                put(try source.element(at: index), index, loop, &bindings)
                guard try step(&bindings) else { return }
            }
        case .map(let map):
            let lookup = map.lookupCost
            try bindings.budget.pay(lookup << 2)
            for key in map.keys {
                try bindings.budget.pay(loop.cost + lookup)
                bindings.slots[loop.first] = key
                if let second = loop.second { bindings.slots[second] = try map.value(forKey: key) ?? .null }
                guard try step(&bindings) else { return }
            }
        default: throw .noSuchOverload
        }
    }

    @inline(__always)
    private static func put(_ element: Value, _ index: Int, _ loop: Loop, _ bindings: inout Bindings) {
        guard let second = loop.second else {
            bindings.slots[loop.first] = element
            return
        }
        bindings.slots[loop.first] = .int(Int64(index))
        bindings.slots[second] = element
    }

    /// `all`, `exists` and `exists_one`.
    static func test(_ loop: Loop) -> Test {
        let range = evaluate(loop.range)
        let body = test(loop.body)
        if loop.kind == .existsOne {
            return { bindings throws(EvaluationError) in
                var count = 0
                try walk(loop, try range(&bindings), &bindings) { bindings throws(EvaluationError) in
                    if try body(&bindings) { count += 1 }
                    return true
                }
                return count == 1
            }
        }
        // One element decides `exists` where it holds, `all` where it does not; that beats errors of others.
        let decisive = loop.kind == .exists
        return { bindings throws(EvaluationError) in
            var failure: EvaluationError?
            var isDecided = false
            try walk(loop, try range(&bindings), &bindings) { bindings throws(EvaluationError) in
                do throws(EvaluationError) {
                    isDecided = try body(&bindings) == decisive
                } catch {
                    if error.kind == .exhausted { throw error }
                    if failure == nil { failure = error }
                }
                return !isDecided
            }
            if isDecided { return decisive }
            if let failure { throw failure }
            return !decisive
        }
    }

    static func evaluate(_ loop: Loop) -> Evaluate {
        switch loop.kind {
        case .all, .exists, .existsOne:
            let test = test(loop)
            return { bindings throws(EvaluationError) in .bool(try test(&bindings)) }
        case .filter: return filter(loop)
        case .list: return list(loop)
        case .map, .entries: return map(loop)
        }
    }

    private static func filter(_ loop: Loop) -> Evaluate {
        let range = evaluate(loop.range)
        let body = test(loop.body)
        return { bindings throws(EvaluationError) in
            var kept: [Value] = []
            try walk(loop, try range(&bindings), &bindings) { bindings throws(EvaluationError) in
                let element = bindings.slots[loop.first]
                if try body(&bindings), let element {
                    try bindings.budget.pay(building: element)
                    kept.append(element)
                }
                return true
            }
            return .list(.array(kept))
        }
    }

    private static func list(_ loop: Loop) -> Evaluate {
        let range = evaluate(loop.range)
        let condition = loop.condition.map { test($0) }
        let body = evaluate(loop.body)
        return { bindings throws(EvaluationError) in
            var built: [Value] = []
            try walk(loop, try range(&bindings), &bindings) { bindings throws(EvaluationError) in
                if let condition, try !condition(&bindings) { return true }
                let value = try body(&bindings)
                try bindings.budget.pay(building: value)
                built.append(value)
                return true
            }
            return .list(.array(built))
        }
    }

    /// `transformMap` and `transformMapEntry`.
    private static func map(_ loop: Loop) -> Evaluate {
        let range = evaluate(loop.range)
        let condition = loop.condition.map { test($0) }
        let body = evaluate(loop.body)
        let givesEntries = loop.kind == .entries
        return { bindings throws(EvaluationError) in
            var built: [(key: Value, value: Value)] = []
            var seen: Set<MapKey> = []
            try walk(loop, try range(&bindings), &bindings) { bindings throws(EvaluationError) in
                if let condition, try !condition(&bindings) { return true }
                let key = bindings.slots[loop.first] ?? .null
                let value = try body(&bindings)
                try bindings.budget.pay(building: key)
                try bindings.budget.pay(building: value)
                guard givesEntries else {
                    built.append((key, value))
                    return true
                }
                guard case .map(let entries) = value else { throw .noSuchOverload }
                let lookup = entries.lookupCost
                for key in entries.keys {
                    try bindings.budget.pay(lookup)
                    guard let unique = MapKey(key), let value = try entries.value(forKey: key) else { continue }
                    guard seen.insert(unique).inserted else {
                        throw EvaluationError(.other, "insert failed: key \(Texts.shown(key)) already exists")
                    }
                    built.append((key, value))
                }
                return true
            }
            return .map(.entries(MapEntries(built)))
        }
    }
}
