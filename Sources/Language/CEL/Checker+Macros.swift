extension Checker {
    mutating func macro(_ name: String, _ receiver: Syntax?, _ arguments: [Syntax], _ syntax: Syntax) -> Result {
        let variables = arguments.prefix(Macros.variables(of: name, arguments.count)).map { argument in
            if case .identifier(let name) = argument.kind { name } else { "" }
        }
        let bodies = Array(arguments.dropFirst(variables.count))
        switch (name, receiver) {
        case ("has", nil): return presence(ofName: arguments[0])
        case ("cel.bind", nil): return bind(variables[0], bodies[0], in: bodies[1])
        case ("optMap", let receiver?): return optionalMap(receiver, variables[0], bodies[0], flat: false)
        case ("optFlatMap", let receiver?): return optionalMap(receiver, variables[0], bodies[0], flat: true)
        case (_, let receiver?): return loop(name, receiver, variables, bodies)
        case (_, nil): return fail(.unknownFunction, at: syntax.offset, "unbound function '\(name)'")
        }
    }

    /// Checks `body` with further variables in the slots behind all others.
    private mutating func with<T>(_ variables: [(String, CELType)], _ body: (inout Checker) -> T) -> T {
        for (name, type) in variables {
            locals.append(Local(name: name, slot: nextSlot, type: type))
            nextSlot += 1
        }
        frame = max(frame, nextSlot)
        let result = body(&self)
        locals.removeLast(variables.count)
        nextSlot -= variables.count
        return result
    }

    private mutating func bind(_ name: String, _ value: Syntax, in body: Syntax) -> Result {
        let (plan, type) = check(value)
        let slot = nextSlot
        let result = with([(name, type)]) { $0.check(body) }
        return (.bind(slot: slot, plan, in: result.plan), result.type)
    }

    private mutating func optionalMap(_ receiver: Syntax, _ name: String, _ body: Syntax, flat: Bool) -> Result {
        let (plan, type) = check(receiver)
        let value = inference.variable()
        guard inference.accept([type], where: [.optional(value)]) else {
            return fail(
                .typeMismatch, at: receiver.offset,
                "\(flat ? "optFlatMap" : "optMap")() is called on an optional, not \(inference.resolved(type, open: false))",
                help: "a field that may be absent is read with '.?'")
        }
        let slot = nextSlot
        let result = with([(name, inference.resolved(value))]) { $0.check(body) }
        let mapped: Plan = .optionalMap(plan, slot: slot, result.plan, flat: flat)
        guard flat else { return (mapped, .optional(result.type)) }
        guard inference.accept([result.type], where: [.optional(inference.variable())]) else {
            return fail(
                .typeMismatch, at: body.offset, "the result must be an optional, not \(result.type)", help: "use optMap()")
        }
        return (mapped, result.type)
    }

    private mutating func loop(_ name: String, _ receiver: Syntax, _ variables: [String], _ bodies: [Syntax]) -> Result {
        let (range, rangeType) = check(receiver)
        guard let (first, second) = elements(of: rangeType, two: variables.count == 2) else {
            return fail(
                .typeMismatch, at: receiver.offset,
                "\(name)() is called on a list or map, not \(inference.resolved(rangeType, open: false))")
        }
        let slot = nextSlot
        let typed = Array(zip(variables, [first, second]).map { ($0, $1) })
        let kind = Self.kind(of: name)
        let (condition, body) = with(typed) { checker -> (Result?, Result) in
            let hasCondition = bodies.count == 2
            let condition = hasCondition ? checker.condition(bodies[0], of: name) : nil
            let isTest = [.all, .exists, .existsOne, .filter].contains(kind)
            let last = bodies[bodies.count - 1]
            return (condition, isTest ? checker.condition(last, of: name) : checker.check(last))
        }
        let loop = Loop(
            kind: kind, range: range, first: slot, second: variables.count == 2 ? slot + 1 : nil,
            condition: condition?.plan, body: body.plan)
        return (.loop(loop), type(of: kind, first, body.type))
    }

    private static func kind(of name: String) -> Loop.Kind {
        switch name {
        case "all": .all
        case "exists": .exists
        case "exists_one", "existsOne": .existsOne
        case "filter": .filter
        case "transformMap": .map
        case "transformMapEntry": .entries
        default: .list
        }
    }

    private func type(of kind: Loop.Kind, _ first: CELType, _ body: CELType) -> CELType {
        switch kind {
        case .all, .exists, .existsOne: .bool
        case .list: .list(body)
        case .filter: .list(first)
        case .map: .map(first, body)
        case .entries: body
        }
    }

    private mutating func condition(_ syntax: Syntax, of name: String) -> Result {
        let (plan, type) = check(syntax)
        guard inference.accept([type], where: [.bool]) else {
            return fail(
                .typeMismatch, at: syntax.offset,
                "the condition of \(name)() must be a bool, not \(inference.resolved(type, open: false))")
        }
        return (plan, .bool)
    }

    /// The types of a macro's variables; nil where the range is no list or map.
    private mutating func elements(of range: CELType, two: Bool) -> (CELType, CELType)? {
        switch inference.resolved(range) {
        case .list(let element): return two ? (.int, element) : (element, .dyn)
        case .map(let key, let value): return (key, value)
        case .dyn, .error: return (.dyn, .dyn)
        case .parameter:
            _ = inference.accept([range], where: [.dyn])
            return (.dyn, .dyn)
        default: return isChecking ? nil : (.dyn, .dyn)
        }
    }
}
