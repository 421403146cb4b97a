extension Checker {
    mutating func call(_ name: String, _ receiver: Syntax?, _ arguments: [Syntax], _ syntax: Syntax) -> Result {
        if let receiver, let qualified = qualifiedName(receiver), let functions = functions(qualified + "." + name) {
            return call(functions, name: qualified + "." + name, arguments, syntax)
        }
        if let receiver {
            let methods = (environment.functions + FunctionTable.named(name)).filter { $0.name == name && $0.isMethod }
            guard !methods.isEmpty else {
                let checked = ([receiver] + arguments).map { check($0) }
                guard checked.allSatisfy({ $0.type != .error }) || !isChecking else { return (.failure(.noSuchOverload), .error) }
                let help =
                    FunctionTable.named(name).isEmpty
                    ? didYouMean(name, among: FunctionTable.methodNames)
                    : "it is called without a receiver: \(FunctionTable.named(name)[0].usages[0])"
                return fail(.unknownFunction, at: syntax.offset, "unbound function '\(name)'", help: help)
            }
            return call(methods, name: name, [receiver] + arguments, syntax)
        }
        guard let functions = functions(name) else {
            for argument in arguments { _ = check(argument) }
            return unknownFunction(name, syntax.offset)
        }
        return call(functions, name: name, arguments, syntax)
    }

    private mutating func unknownFunction(_ name: String, _ offset: Int) -> Result {
        let methods = FunctionTable.named(name)
        let help =
            if let method = methods.first {
                "it is called on a value: \(method.usages[0])"
            } else if Macros.names.contains(name) {
                "it is called on a list or map: list.\(name)(…)"
            } else {
                didYouMean(name, among: FunctionTable.functionNames)
            }
        return fail(.unknownFunction, at: offset, "unbound function '\(name)'", help: help)
    }

    /// The functions of that name, from the innermost container outwards; nil where there are none.
    private func functions(_ name: String) -> [Function]? {
        for candidate in candidates(name) {
            let found = (environment.functions + FunctionTable.named(candidate)).filter { $0.name == candidate && !$0.isMethod }
            if !found.isEmpty { return found }
        }
        return nil
    }

    private mutating func call(_ functions: [Function], name: String, _ arguments: [Syntax], _ syntax: Syntax) -> Result {
        let checked = arguments.map { check($0) }
        let types = checked.map { inference.resolved($0.type) }
        var result: CELType?
        for function in functions where function.arity == arguments.count {
            for signature in function.signatures {
                let signature = inference.instantiate(signature)
                guard inference.accept(types, where: signature.parameters) else { continue }
                let type = inference.resolved(signature.result)
                result = result.map { $0 == type || $0 == .dyn ? $0 : .dyn } ?? type
            }
        }
        let function = functions.first { $0.arity == arguments.count }
        if isChecking, result == nil || function == nil { return mismatch(functions, name, types, syntax) }
        guard let function else { return (.failure(.noSuchOverload), .error) }
        let plan = plan(function, checked.map(\.plan), arguments, syntax)
        return (plan, types.contains(.error) && result == nil ? .error : result ?? .dyn)
    }

    private mutating func mismatch(
        _ functions: [Function], _ name: String, _ types: [CELType], _ syntax: Syntax
    ) -> Result {
        guard !types.contains(.error) else { return (.failure(.noSuchOverload), .error) }
        let shown = types.map { inference.resolved($0, open: false).description }
        let message: String
        var help: String?
        if let function = functions.first, function.isOperator {
            let symbol = function.name == "@in" ? "in" : function.name.filter { $0 != "_" }
            message = "'\(symbol)' does not take \(shown.joined(separator: " and "))"
            if name == "_==_" || name == "_!=_" { help = "they are never equal; dyn() leaves that to the evaluation" }
        } else {
            message = "'\(name)' does not take (\(shown.joined(separator: ", ")))"
            let usages = functions.flatMap(\.usages)
            help = "usage: " + usages.prefix(3).joined(separator: ", ") + (usages.count > 3 ? ", …" : "")
        }
        return fail(.typeMismatch, at: syntax.offset, message, help: help)
    }

    // MARK: Plans

    private mutating func plan(_ function: Function, _ plans: [Plan], _ arguments: [Syntax], _ syntax: Syntax) -> Plan {
        switch (function.name, plans.count) {
        case ("_&&_", 2): return .both(plans[0], plans[1])
        case ("_||_", 2): return .either(plans[0], plans[1])
        case ("!_", 1): return .not(plans[0])
        case ("_?_:_", 3): return .conditional(plans[0], plans[1], plans[2])
        case ("_==_", 2): return .equal(plans[0], plans[1], negated: false)
        case ("_!=_", 2): return .equal(plans[0], plans[1], negated: true)
        case ("_<_", 2): return .order(plans[0], plans[1], .less)
        case ("_<=_", 2): return .order(plans[0], plans[1], .lessOrEqual)
        case ("_>_", 2): return .order(plans[0], plans[1], .greater)
        case ("_>=_", 2): return .order(plans[0], plans[1], .greaterOrEqual)
        case ("@in", 2): return .member(plans[0], of: plans[1])
        case ("_[_]", 2): return .index(plans[0], plans[1], optional: false)
        case ("_[?_]", 2): return .index(plans[0], plans[1], optional: true)
        case ("or", 2): return .otherwise(plans[0], plans[1], unwrap: false)
        case ("orValue", 2): return .otherwise(plans[0], plans[1], unwrap: true)
        case ("matches", 2): return matches(function, plans, arguments[1].offset)
        case ("parseTime", 3), ("tryTime", 3): return time(function, plans, arguments)
        case ("timestamp", 1), ("duration", 1):
            let plan = folded(function, plans)
            // A literal that no evaluation can read is the author's mistake.
            if case .failure(let error) = plan { return fail(.badTime, at: arguments[0].offset, error.message).plan }
            return plan
        default: return folded(function, plans)
        }
    }

    /// A call whose arguments are constants is one itself, or an error.
    private mutating func folded(_ function: Function, _ plans: [Plan]) -> Plan {
        let call = Plan.call(function, plans)
        guard plans.allSatisfy({ $0.constant != nil }) else { return call }
        return folder.evaluated(call)
    }

    private mutating func matches(_ function: Function, _ plans: [Plan], _ offset: Int) -> Plan {
        guard case .string(let pattern)? = plans[1].constant else { return .search(plans[0], plans[1]) }
        do throws(EvaluationError) {
            return .matches(plans[0], try RE2(pattern))
        } catch {
            return fail(.badPattern, at: offset, error.message).plan
        }
    }

    private mutating func time(_ function: Function, _ plans: [Plan], _ arguments: [Syntax]) -> Plan {
        guard case .string(let format)? = plans[1].constant, case .string(let zone)? = plans[2].constant else {
            return .call(function, plans)
        }
        guard let zone = Zone(zone) else {
            return fail(.badTime, at: arguments[2].offset, "unknown time zone '\(zone)'").plan
        }
        switch TimeFormat.parse(format) {
        case .success(let format): return .time(plans[0], format, zone, optional: function.name == "tryTime")
        case .failure(let problem): return fail(.badTime, at: arguments[1].offset, problem.message).plan
        }
    }
}
