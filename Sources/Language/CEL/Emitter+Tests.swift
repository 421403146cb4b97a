extension Emitter {
    /// A condition, without boxing its result.
    static func test(_ plan: Plan) -> Test {
        switch plan {
        case .constant(.bool(let value)): return { _ in value }
        case .both(let first, let second): return both(test(first), test(second))
        case .either(let first, let second): return either(test(first), test(second))
        case .not(let operand):
            let operand = test(operand)
            return { bindings throws(EvaluationError) in try !operand(&bindings) }
        case .conditional(let condition, let yes, let no): return conditional(test(condition), test(yes), test(no))
        case .presence(let path): return presence(path)
        case .equal(let first, let second, let negated): return equal(first, second, negated)
        case .order(let first, let second, let order): return Emitter.order(first, second, order)
        case .member(let element, let range): return member(element, range)
        case .matches(let text, let regex):
            let text = evaluate(text)
            return { bindings throws(EvaluationError) in
                guard case .string(let text) = try text(&bindings) else { throw .noSuchOverload }
                try bindings.budget.pay(regex.cost(of: text))
                return regex.matches(text)
            }
        case .search(let text, let pattern): return search(evaluate(text), evaluate(pattern))
        case .loop(let loop) where [.all, .exists, .existsOne].contains(loop.kind): return test(loop)
        default:
            let evaluate = evaluate(plan)
            return { bindings throws(EvaluationError) in
                guard case .bool(let value) = try evaluate(&bindings) else { throw .noSuchOverload }
                return value
            }
        }
    }

    private static func conditional(_ condition: @escaping Test, _ yes: @escaping Test, _ no: @escaping Test) -> Test {
        { bindings throws(EvaluationError) in try condition(&bindings) ? try yes(&bindings) : try no(&bindings) }
    }

    /// `&&`: false on either side beats an error on the other.
    private static func both(_ first: @escaping Test, _ second: @escaping Test) -> Test {
        { bindings throws(EvaluationError) in
            do throws(EvaluationError) {
                guard try first(&bindings) else { return false }
            } catch {
                if try !second(&bindings) { return false }
                throw error
            }
            return try second(&bindings)
        }
    }

    /// `||`: true on either side beats an error on the other.
    private static func either(_ first: @escaping Test, _ second: @escaping Test) -> Test {
        { bindings throws(EvaluationError) in
            do throws(EvaluationError) {
                if try first(&bindings) { return true }
            } catch {
                if try second(&bindings) { return true }
                throw error
            }
            return try second(&bindings)
        }
    }

    /// A pattern that is only known when it is evaluated.
    private static func search(_ text: @escaping Evaluate, _ pattern: @escaping Evaluate) -> Test {
        { bindings throws(EvaluationError) in
            let text = try text(&bindings)
            guard case .string(let pattern) = try pattern(&bindings), case .string(let text) = text else { throw .noSuchOverload }
            try bindings.budget.pay(RE2.cost(ofPattern: pattern))
            let regex = try RE2(pattern)
            try bindings.budget.pay(regex.size << 2 + regex.cost(of: text))
            return regex.matches(text)
        }
    }

    // MARK: Comparisons

    private static func equal(_ first: Plan, _ second: Plan, _ negated: Bool) -> Test {
        if let constant = second.constant { return equal(first, constant: constant, negated) }
        if let constant = first.constant { return equal(second, constant: constant, negated) }
        let first = evaluate(first)
        let second = evaluate(second)
        return { bindings throws(EvaluationError) in
            let value = try first(&bindings)
            let other = try second(&bindings)
            return try value.equals(other, &bindings.budget) != negated
        }
    }

    private static func equal(_ operand: Plan, constant: Value, _ negated: Bool) -> Test {
        let operand = evaluate(operand)
        switch constant {
        case .string(let literal):
            return { bindings throws(EvaluationError) in
                guard case .string(let text) = try operand(&bindings) else { return negated }
                return Text.same(text, literal) != negated
            }
        case .int(let literal):
            return { bindings throws(EvaluationError) in
                let value = try operand(&bindings)
                guard case .int(let number) = value else { return try value.equals(constant, &bindings.budget) != negated }
                return (number == literal) != negated
            }
        default:
            return { bindings throws(EvaluationError) in
                let value = try operand(&bindings)
                return try value.equals(constant, &bindings.budget) != negated
            }
        }
    }

    private static func order(_ first: Plan, _ second: Plan, _ order: Plan.Order) -> Test {
        let left = evaluate(first)
        switch second.constant {
        case .int(let literal)?:
            return { bindings throws(EvaluationError) in
                let value = try left(&bindings)
                guard case .int(let number) = value else {
                    return try value.order(.int(literal), &bindings.budget).map(order.holds) ?? false
                }
                return order.holds(number < literal ? -1 : number == literal ? 0 : 1)
            }
        case .timestamp(let literal)?:
            return { bindings throws(EvaluationError) in
                guard case .timestamp(let instant) = try left(&bindings) else { throw .noSuchOverload }
                return order.holds(instant < literal ? -1 : instant == literal ? 0 : 1)
            }
        default:
            let right = evaluate(second)
            return { bindings throws(EvaluationError) in
                let value = try left(&bindings)
                let other = try right(&bindings)
                return try value.order(other, &bindings.budget).map(order.holds) ?? false
            }
        }
    }

    // MARK: Membership

    private static func member(_ element: Plan, _ range: Plan) -> Test {
        if case .list(.array(let elements))? = range.constant {
            return member(evaluate(element), among: elements)
        }
        let element = evaluate(element)
        let range = evaluate(range)
        return { bindings throws(EvaluationError) in
            let value = try element(&bindings)
            switch try range(&bindings) {
            case .list(let list): return try list.contains(value, &bindings.budget)
            case .map(let map): return try map.holds(value, &bindings.budget)
            case .optional(let optional):
                guard case .map(let map)? = optional.value else { throw .noSuchOverload }
                return try map.holds(value, &bindings.budget)
            default: throw .noSuchOverload
            }
        }
    }

    /// Membership in a list of literals, sorted out beforehand where all are texts or numbers.
    private static func member(_ element: @escaping Evaluate, among literals: [Value]) -> Test {
        let texts = literals.compactMap { literal in if case .string(let text) = literal { text } else { String?.none } }
        guard texts.count == literals.count else {
            let keys = literals.compactMap { MapKey($0) }
            guard keys.count == literals.count else {
                return { bindings throws(EvaluationError) in
                    let value = try element(&bindings)
                    return try ListValue.array(literals).contains(value, &bindings.budget)
                }
            }
            let all = Set(keys)
            return { bindings throws(EvaluationError) in
                let value = try element(&bindings)
                try bindings.budget.pay(reading: value)
                return MapKey(value).map { all.contains($0) } ?? false
            }
        }
        guard texts.count > 8 else {
            return { bindings throws(EvaluationError) in
                guard case .string(let text) = try element(&bindings) else { return false }
                for other in texts where Text.same(text, other) { return true }
                return false
            }
        }
        let all = Set(texts.map { TextKey(text: $0) })
        let longest = texts.map(\.utf8.count).max() ?? 0
        return { bindings throws(EvaluationError) in
            guard case .string(let text) = try element(&bindings), text.utf8.count <= longest else { return false }
            return all.contains(TextKey(text: text))
        }
    }
}
